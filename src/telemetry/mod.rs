//! Metrics for Prometheus, on an address of their own: not for the public; and log lines.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `catalogue` | the table of all metrics |
//! | `record` | what is measured where it happens |
//! | `process` | what the process uses of the machine |
//! | [`log_lines`] | one event, one line |

mod catalogue;
pub mod log_lines;
mod process;
mod record;

use std::net::TcpListener;
use std::sync::OnceLock;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use self::catalogue::REQUESTS;
pub use self::catalogue::{Kind, METRICS, Metric};
pub(crate) use self::record::*;
use crate::db::schema_version;

/// Bounds between which requests are counted, in seconds: a verification takes one millisecond, a password fifty.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count. What happens before is not counted, so this comes first; a second call changes nothing.
///
/// # Errors
/// When something else in the process counts already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    if let Some(installed) = INSTALLED.get() {
        return Ok(installed.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUESTS.name.to_owned()), BUCKETS)?
        .install_recorder()?;
    describe();
    record::begin(schema_version::newest());
    Ok(INSTALLED.get_or_init(|| handle).clone())
}

fn describe() {
    for Metric { name, kind, help, .. } in METRICS {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
}

/// The page that Prometheus reads.
pub(crate) fn render(metrics: &PrometheusHandle) -> String {
    metrics.render() + &process::render()
}

/// Serves `/metrics` until it is stopped.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(metrics: PrometheusHandle, listener: TcpListener) -> std::io::Result<Server> {
    let metrics = web::Data::new(metrics);
    let page = async |metrics: web::Data<PrometheusHandle>| {
        metrics.run_upkeep();
        HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(render(&metrics))
    };
    let server =
        HttpServer::new(move || App::new().app_data(metrics.clone()).route("/metrics", web::get().to(page)));
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}
