//! Metrics for Prometheus, and log lines.
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

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use self::catalogue::{Kind, METRICS, Metric};
use self::catalogue::{REQUESTS, UPKEEP_RUNS};
pub(crate) use self::record::*;

/// How often what was measured is taken into the figures.
const UPKEEP: Duration = Duration::from_secs(5);

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

/// The page that Prometheus reads.
pub(crate) fn render(metrics: &PrometheusHandle) -> String {
    metrics.render() + &process::render()
}

/// Takes what was measured into the figures, for ever. Each measured request takes memory until that is done, and it must
/// not need somebody who scrapes.
pub async fn keep_up(metrics: PrometheusHandle) {
    let mut turns = actix_web::rt::time::interval(UPKEEP);
    loop {
        turns.tick().await;
        metrics.run_upkeep();
        metrics::counter!(UPKEEP_RUNS.name).increment(1);
    }
}
