//! Metrics for Prometheus, and log lines.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `catalogue` | the table of all metrics |
//! | `record` | one function for each measurement |
//! | `process` | the process' use of the machine |
//! | [`log_lines`] | one line per event |

mod catalogue;
pub mod log_lines;
mod process;
mod record;

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use self::catalogue::{Kind, METRICS, Metric};
use self::catalogue::{REQUESTS, UPKEEP_RUNS};
pub(crate) use self::record::*;

/// How often recorded values are merged into the histograms.
const UPKEEP: Duration = Duration::from_secs(5);

/// Bucket bounds for requests, in seconds: a verification takes about one millisecond, a password fifty.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts recording. Earlier events are not counted, so call this first; a second call does nothing.
///
/// # Errors
/// Fails if another recorder is installed in the process.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    if let Some(installed) = INSTALLED.get() {
        return Ok(installed.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUESTS.name.to_owned()), BUCKETS)?
        .install_recorder()?;
    describe();
    record::begin();
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

/// Renders the page that Prometheus reads.
pub(crate) fn render(metrics: &PrometheusHandle) -> String {
    metrics.render() + &process::render()
}

/// Merges recorded values into the histograms, forever. Unmerged values take memory, and freeing it must not depend on
/// a scraper.
pub async fn keep_up(metrics: PrometheusHandle) {
    let mut turns = actix_web::rt::time::interval(UPKEEP);
    loop {
        turns.tick().await;
        metrics.run_upkeep();
        metrics::counter!(UPKEEP_RUNS.name).increment(1);
    }
}
