//! Metrics for Prometheus, on an address of their own: not for the public. Log lines ([`log_lines`]).

pub mod log_lines;

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::TimeDelta;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds that a request took, by method, route and status.
const REQUEST_SECONDS: &str = "http_request_duration_seconds";
/// Jobs by kind and how their try ended.
const JOB_TRIES: &str = "job_tries_total";
/// 1 while a service of somebody else's is asked, 0 while the circuit before it is open.
const CIRCUIT_CLOSED: &str = "circuit_closed";
/// Certificates that were asked about and whose row is not what was written, by what is wrong: facts, status, payload, document.
const CERTIFICATES_UNREADABLE: &str = "certificates_unreadable_total";
/// Signatures of the seal, by how they ended: sealed, failed, unsound.
const SEAL_SIGNATURES: &str = "seal_signatures_total";
/// 1 while this node can sign, else 0.
const SEAL_READY: &str = "seal_ready";
/// Seconds until the certificate ends that is in force on this node.
const SEAL_EXPIRES: &str = "seal_certificate_expires_seconds";
/// Seconds since the content of a local register was right; by register. Infinite for one that was never filled.
const REGISTER_AGE: &str = "register_age_seconds";
/// 1 while a local register answers, 0 while a missing row of it would say nothing; by register.
const REGISTER_USABLE: &str = "register_usable";
/// Jobs that wait, or that a worker has in hand; by kind.
const JOBS_WAITING: &str = "jobs_waiting";
/// Jobs that were given up; by kind.
const JOBS_DEAD: &str = "jobs_dead";
/// For how long the job that is due longest is due; by kind.
const OLDEST_DUE: &str = "jobs_oldest_due_seconds";
/// Signatures that were raised, by the level that they reached.
const SIGNATURE_LEVELS: &str = "signature_levels_total";
/// Bounds between which requests are counted, in seconds: a verification takes one millisecond, a password fifty.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Begins to count; once a process.
///
/// # Errors
/// When something else in the process counts already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), BUCKETS)?
        .install_recorder()
}

/// Serves `/metrics` until it is stopped.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(metrics: PrometheusHandle, listener: TcpListener) -> std::io::Result<Server> {
    let metrics = web::Data::new(metrics);
    let page = async |metrics: web::Data<PrometheusHandle>| {
        metrics.run_upkeep();
        HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render())
    };
    let server =
        HttpServer::new(move || App::new().app_data(metrics.clone()).route("/metrics", web::get().to(page)));
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

/// Counts a request. The route is its pattern, so that there are few and none holds an id.
pub(crate) fn request(method: &'static str, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::histogram!(REQUEST_SECONDS, &labels).record(took.as_secs_f64());
}

/// Counts a signature that was raised to a level.
pub(crate) fn signature_level(level: &'static str) {
    metrics::counter!(SIGNATURE_LEVELS, "level" => level).increment(1);
}

/// Counts a try at a job.
pub(crate) fn job(kind: &str, outcome: &'static str) {
    metrics::counter!(JOB_TRIES, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
}

/// Tells whether the circuit before a service is closed.
pub(crate) fn circuit(service: &str, closed: bool) {
    metrics::gauge!(CIRCUIT_CLOSED, "service" => service.to_owned()).set(if closed { 1.0 } else { 0.0 });
}

/// Tells how old the content of a local register is, and whether it answers.
pub(crate) fn register(register: &'static str, age: Option<TimeDelta>, usable: bool) {
    #[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
    let seconds = age.map_or(f64::INFINITY, |age| age.num_seconds() as f64);
    metrics::gauge!(REGISTER_AGE, "register" => register).set(seconds);
    metrics::gauge!(REGISTER_USABLE, "register" => register).set(if usable { 1.0 } else { 0.0 });
}

/// Counts a certificate that cannot be answered from.
pub(crate) fn certificate_unreadable(why: &'static str) {
    metrics::counter!(CERTIFICATES_UNREADABLE, "why" => why).increment(1);
}

/// Counts a try to seal.
pub(crate) fn seal(outcome: &'static str) {
    metrics::counter!(SEAL_SIGNATURES, "outcome" => outcome).increment(1);
}

/// Sets how the seal is.
pub(crate) fn seal_health(ready: bool, valid_for: Option<i64>) {
    metrics::gauge!(SEAL_READY).set(if ready { 1.0 } else { 0.0 });
    if let Some(seconds) = valid_for {
        #[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
        metrics::gauge!(SEAL_EXPIRES).set(seconds as f64);
    }
}

/// Tells how deep the queue is. It is the same for every node that tells: take the highest, not the sum.
pub(crate) fn queue(kind: &str, waiting: i64, dead: i64, oldest_due_seconds: f64) {
    metrics::gauge!(JOBS_WAITING, "kind" => kind.to_owned()).set(waiting as f64);
    metrics::gauge!(JOBS_DEAD, "kind" => kind.to_owned()).set(dead as f64);
    metrics::gauge!(OLDEST_DUE, "kind" => kind.to_owned()).set(oldest_due_seconds);
}
