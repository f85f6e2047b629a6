//! One function for each measurement.

use std::time::Duration;

use chrono::TimeDelta;

use super::catalogue::{
    APPLICATIONS_WAITING, BUILD, CERTIFICATE_ENDS, CERTIFICATES_UNREADABLE, CIRCUIT_CLOSED,
    CONNECTIONS_REFUSED, DATABASE_CONNECTIONS, DATABASE_MOST, DATABASE_WAITING, DEGRADED, IN_FLIGHT,
    JOB_TRIES, JOBS_DEAD, JOBS_WAITING, LOG_DOUBT, LOG_LAG, LOG_SIZE, OLDEST_DUE, OLDEST_WAITING, PASSWORDS,
    READY, REGISTER_AGE, REGISTER_USABLE, REQUESTS, SEAL_EXPIRES, SEAL_READY, SEAL_SIGNATURES, SHED,
    SIGNATURE_LEVELS, STREAMS, TLS_EXPIRES, TLS_USABLE, WEBHOOK_ATTEMPTS, WEBHOOK_ENDPOINTS,
    WEBHOOK_MESSAGES, WEBHOOKS_OLDEST_DUE,
};

/// Why a certificate's row cannot be believed, and how signing ends. Set to zero at the start, or the first increase of
/// a label would be invisible.
const UNREADABLE: &[&str] = &["facts", "status", "payload", "document", "log", "not_logged"];
const SEALED: &[&str] = &["sealed", "failed", "unsound"];
/// Refusals that alerts watch.
const REFUSALS: &[&str] = &["overloaded", "database_unavailable", "register_unavailable", "seal_unavailable"];

/// Sets counters that always exist to zero.
pub(super) fn begin() {
    metrics::gauge!(PASSWORDS.name).set(0.0);
    metrics::gauge!(STREAMS.name).set(0.0);
    metrics::gauge!(LOG_DOUBT.name).set(0.0);
    for &why in UNREADABLE {
        metrics::counter!(CERTIFICATES_UNREADABLE.name, "why" => why).increment(0);
    }
    for &outcome in SEALED {
        metrics::counter!(SEAL_SIGNATURES.name, "outcome" => outcome).increment(0);
    }
    for &reason in REFUSALS {
        metrics::counter!(SHED.name, "reason" => reason).increment(0);
    }
}

/// Records the size of the tamper-evident log, and since when the oldest row waits for its leaf.
pub(crate) fn log(leaves: i64, seconds: f64) {
    metrics::gauge!(LOG_SIZE.name).set(leaves as f64);
    metrics::gauge!(LOG_LAG.name).set(seconds);
}

/// Records whether the tamper-evident log does not go on from what this process has seen signed.
pub(crate) fn log_in_doubt(is: bool) {
    metrics::gauge!(LOG_DOUBT.name).set(if is { 1.0 } else { 0.0 });
}

/// Records the running version and the newest migration that it knows.
pub(crate) fn build(schema: &'static str) {
    metrics::gauge!(BUILD.name, "version" => env!("CARGO_PKG_VERSION"), "schema" => schema).set(1.0);
}

/// Counts a request. Operations and routes are few, and neither holds an id: a route is a pattern.
pub(crate) fn request(operation: &str, method: &'static str, route: &str, status: u16, took: Duration) {
    let labels = [
        ("operation", operation.to_owned()),
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::histogram!(REQUESTS.name, &labels).record(took.as_secs_f64());
}

/// Increments a gauge while it lives.
struct Held(&'static str);

impl Held {
    fn begin(gauge: &'static str) -> Self {
        metrics::gauge!(gauge).increment(1.0);
        Self(gauge)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}

/// A request in progress.
pub(crate) struct InFlight(#[expect(dead_code, reason = "counted until it is dropped")] Held);

impl InFlight {
    pub(crate) fn begin() -> Self {
        Self(Held::begin(IN_FLIGHT.name))
    }
}

/// A password that waits to be hashed.
pub(crate) struct PasswordWaits(#[expect(dead_code, reason = "counted until it is dropped")] Held);

impl PasswordWaits {
    pub(crate) fn begin() -> Self {
        Self(Held::begin(PASSWORDS.name))
    }
}

/// Counts a refused connection.
pub(crate) fn connection_refused(why: &'static str) {
    metrics::counter!(CONNECTIONS_REFUSED.name, "why" => why).increment(1);
}

/// Counts a request that must be retried later, by the code of its problem.
pub(crate) fn shed(reason: &'static str) {
    metrics::counter!(SHED.name, "reason" => reason).increment(1);
}

/// Records whether the node should get requests, and whether it can do everything.
pub(crate) fn readiness(ready: bool, degraded: bool) {
    metrics::gauge!(READY.name).set(flag(ready));
    metrics::gauge!(DEGRADED.name).set(flag(degraded));
}

/// Records the number of open streams.
pub(crate) fn streams(open: usize) {
    metrics::gauge!(STREAMS.name).set(open as f64);
}

/// Records the use of the connection pool.
pub(crate) fn database(in_use: u32, idle: u32, waiting: usize, most: u32) {
    metrics::gauge!(DATABASE_CONNECTIONS.name, "state" => "in_use").set(f64::from(in_use));
    metrics::gauge!(DATABASE_CONNECTIONS.name, "state" => "idle").set(f64::from(idle));
    metrics::gauge!(DATABASE_WAITING.name).set(waiting as f64);
    metrics::gauge!(DATABASE_MOST.name).set(f64::from(most));
}

/// Records when a certificate of this node expires.
pub(crate) fn certificate_ends(role: &'static str, fingerprint: String, timestamp: i64) {
    metrics::gauge!(CERTIFICATE_ENDS.name, "role" => role, "fingerprint" => fingerprint)
        .set(seconds(timestamp));
}

/// Counts a signature that was raised to a level.
pub(crate) fn signature_level(level: &'static str) {
    metrics::counter!(SIGNATURE_LEVELS.name, "level" => level).increment(1);
}

/// Counts an attempt at a job.
pub(crate) fn job(kind: &str, outcome: &'static str) {
    metrics::counter!(JOB_TRIES.name, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
}

/// Records whether the circuit to a service is closed.
pub(crate) fn circuit(service: &str, closed: bool) {
    metrics::gauge!(CIRCUIT_CLOSED.name, "service" => service.to_owned()).set(flag(closed));
}

/// Records the age of a local register's content, and whether it is usable.
pub(crate) fn register(register: &'static str, age: Option<TimeDelta>, usable: bool) {
    let age = age.map_or(f64::INFINITY, |age| seconds(age.num_seconds()));
    metrics::gauge!(REGISTER_AGE.name, "register" => register).set(age);
    metrics::gauge!(REGISTER_USABLE.name, "register" => register).set(flag(usable));
}

/// Counts a certificate whose stored data cannot be believed.
pub(crate) fn certificate_unreadable(why: &'static str) {
    metrics::counter!(CERTIFICATES_UNREADABLE.name, "why" => why).increment(1);
}

/// Counts an attempt to sign.
pub(crate) fn seal(outcome: &'static str) {
    metrics::counter!(SEAL_SIGNATURES.name, "outcome" => outcome).increment(1);
}

/// Records the state of the signing key.
pub(crate) fn seal_health(ready: bool, valid_for: Option<i64>) {
    metrics::gauge!(SEAL_READY.name).set(flag(ready));
    if let Some(left) = valid_for {
        metrics::gauge!(SEAL_EXPIRES.name).set(seconds(left));
    }
}

/// Records how long the certificate of the node's own TLS is valid, and whether the files hold a pair that can be used.
pub(crate) fn tls(valid_for: i64, usable: bool) {
    metrics::gauge!(TLS_EXPIRES.name).set(seconds(valid_for));
    metrics::gauge!(TLS_USABLE.name).set(flag(usable));
}

/// Records the depth of the queue. All nodes report the same value: take the maximum, not the sum.
pub(crate) fn queue(kind: &str, waiting: i64, dead: i64, oldest_due_seconds: f64) {
    metrics::gauge!(JOBS_WAITING.name, "kind" => kind.to_owned()).set(waiting as f64);
    metrics::gauge!(JOBS_DEAD.name, "kind" => kind.to_owned()).set(dead as f64);
    metrics::gauge!(OLDEST_DUE.name, "kind" => kind.to_owned()).set(oldest_due_seconds);
}

/// Records how many applications await a register, and the longest wait; all nodes report the same value.
pub(crate) fn waiting_room(waiting: i64, oldest_seconds: f64) {
    metrics::gauge!(APPLICATIONS_WAITING.name).set(waiting as f64);
    metrics::gauge!(OLDEST_WAITING.name).set(oldest_seconds);
}

/// Counts an attempt to deliver a message to a client's endpoint.
pub(crate) fn webhook_attempt(outcome: &'static str) {
    metrics::counter!(WEBHOOK_ATTEMPTS.name, "outcome" => outcome).increment(1);
}

/// Records how many messages wait and how long the oldest is due, and how many endpoints fail or are paused.
pub(crate) fn webhooks(pending: i64, oldest_due_seconds: i64, (failing, paused): (i64, i64)) {
    metrics::gauge!(WEBHOOK_MESSAGES.name).set(pending as f64);
    metrics::gauge!(WEBHOOKS_OLDEST_DUE.name).set(oldest_due_seconds as f64);
    metrics::gauge!(WEBHOOK_ENDPOINTS.name, "state" => "failing").set(failing as f64);
    metrics::gauge!(WEBHOOK_ENDPOINTS.name, "state" => "paused").set(paused as f64);
}

const fn flag(set: bool) -> f64 {
    if set { 1.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
const fn seconds(seconds: i64) -> f64 {
    seconds as f64
}
