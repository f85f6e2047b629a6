//! The table of all metrics: names, meanings, labels. Only these are recorded; dashboards and alerts are tested against
//! it.

/// A metric's type in Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only increases.
    Counter,
    /// Increases and decreases.
    Gauge,
    /// Counts by size: `_bucket`, `_sum`, `_count`.
    Histogram,
}

impl Kind {
    /// Returns the name in Prometheus' text format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric.
#[derive(Debug)]
pub struct Metric {
    /// Its name, with Prometheus' units (seconds, bytes); counters end in `_total`.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its labels. Each has few values, and none identifies a person.
    pub labels: &'static [&'static str],
    /// Its meaning, for people.
    pub help: &'static str,
}

macro_rules! metrics {
    ($($constant:ident $kind:ident $name:literal $labels:tt $help:literal;)*) => {
        $(pub(super) const $constant: Metric =
            Metric { name: $name, kind: Kind::$kind, labels: &$labels, help: $help };)*

        /// Every metric.
        pub const METRICS: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    BUILD Gauge "cazier_build_info" ["version", "schema"]
        "1; labelled with the program's version and the newest database schema that it knows";
    READY Gauge "node_ready" []
        "1 if this node should get requests (see /health/ready), otherwise 0";
    DEGRADED Gauge "node_degraded" []
        "1 if some functions of this node are unavailable (signing key or registers), otherwise 0";
    REQUESTS Histogram "http_request_duration_seconds" ["operation", "method", "route", "status"]
        "Duration of requests in seconds; operation as in the contract, `none` for pages and unknown paths";
    IN_FLIGHT Gauge "http_requests_in_flight" []
        "Requests in progress";
    SHED Counter "http_requests_shed_total" ["reason"]
        "Requests answered with 503 and Retry-After, by the code of their problem";
    CONNECTIONS_REFUSED Counter "connections_refused_total" ["why"]
        "Refused connections: the node or the sender has reached its limit, or the handshake of TLS failed";
    STREAMS Gauge "streams_open" []
        "Open event streams";
    PASSWORDS Gauge "passwords_waiting" []
        "Passwords being hashed or waiting for it";
    DATABASE_CONNECTIONS Gauge "database_connections" ["state"]
        "Connections of the pool: in_use or idle";
    DATABASE_WAITING Gauge "database_connections_waiting" []
        "Requests and jobs waiting for a connection of the pool";
    DATABASE_MOST Gauge "database_connections_max" []
        "Largest number of connections of the pool";
    JOB_TRIES Counter "job_tries_total" ["kind", "outcome"]
        "Attempts at jobs: done, retried, given_up";
    JOBS_WAITING Gauge "jobs_waiting" ["kind"]
        "Waiting or running jobs; the same on every node, so take the maximum";
    JOBS_DEAD Gauge "jobs_dead" ["kind"]
        "Dead jobs; the same on every node, so take the maximum";
    OLDEST_DUE Gauge "jobs_oldest_due_seconds" ["kind"]
        "How long the oldest due job has been due; for the kind mail, the age of the outbox";
    APPLICATIONS_WAITING Gauge "applications_waiting" []
        "Applications that await a register; the same on every node, so take the maximum";
    OLDEST_WAITING Gauge "applications_waiting_oldest_seconds" []
        "How long the oldest application has been waiting for a register";
    WEBHOOK_ATTEMPTS Counter "webhook_attempts_total" ["outcome"]
        "Attempts to deliver a message to a client's endpoint, by how they ended";
    WEBHOOK_MESSAGES Gauge "webhook_messages_pending" []
        "Messages that wait for endpoints of clients that are neither paused nor disabled, as the worker saw that delivered last";
    WEBHOOKS_OLDEST_DUE Gauge "webhook_oldest_due_seconds" []
        "How long the oldest message has been due that waits for an endpoint that does not fail";
    WEBHOOK_ENDPOINTS Gauge "webhook_endpoints" ["state"]
        "Endpoints of clients in trouble, as the node saw that delivered last: failing, paused";
    CIRCUIT_CLOSED Gauge "circuit_closed" ["service"]
        "1 if the circuit breaker for an external service is closed, otherwise 0";
    REGISTER_AGE Gauge "register_age_seconds" ["register"]
        "Age of a local register's content in seconds; infinite if it was never filled";
    REGISTER_USABLE Gauge "register_usable" ["register"]
        "1 if a local register can answer, 0 if a missing row would mean nothing";
    SEAL_READY Gauge "seal_ready" []
        "1 if this node can sign, otherwise 0";
    SEAL_EXPIRES Gauge "seal_certificate_expires_seconds" []
        "Seconds until the signing certificate in force on this node expires";
    SEAL_SIGNATURES Counter "seal_signatures_total" ["outcome"]
        "Attempts to sign: sealed, failed, unsound";
    SIGNATURE_LEVELS Counter "signature_levels_total" ["level"]
        "Raised signatures, by the level reached";
    CERTIFICATE_ENDS Gauge "certificate_not_after_timestamp_seconds" ["role", "fingerprint"]
        "When a certificate of this node expires: seal, issuer, root, register_identity, register_authority, timestamps";
    TLS_EXPIRES Gauge "tls_certificate_expires_seconds" []
        "Seconds until the certificate of the node's own TLS expires; absent where the node does not speak TLS";
    TLS_USABLE Gauge "tls_pair_usable" []
        "1 if the certificate and key in the files can be used, 0 if the ones before them are used instead";
    LOG_SIZE Gauge "log_size_leaves" []
        "Leaves in the newest signed tree of the tamper-evident log";
    LOG_LAG Gauge "log_lag_seconds" []
        "Since when the oldest row waits for its leaf in the tamper-evident log, in seconds; 0 if none waits";
    LOG_DOUBT Gauge "log_in_doubt" []
        "1 if the tamper-evident log does not go on from what this process has seen signed, otherwise 0";
    CERTIFICATES_UNREADABLE Counter "certificates_unreadable_total" ["why"]
        "Queries of issued certificates whose row is not intact (facts, status, payload, document), not what was logged (log), or not in the log after its hour (not_logged)";
    CPU Counter "process_cpu_seconds_total" []
        "Processor time used by the process, in seconds";
    RESIDENT Gauge "process_resident_memory_bytes" []
        "Memory of the process in RAM";
    VIRTUAL Gauge "process_virtual_memory_bytes" []
        "Address space of the process";
    UPKEEP_RUNS Counter "metrics_upkeep_runs_total" []
        "How often recorded values were merged into the histograms, which limits their memory";
    DESCRIPTORS Gauge "process_open_fds" []
        "Open file descriptors";
    DESCRIPTORS_MOST Gauge "process_max_fds" []
        "Largest number of open file descriptors";
    THREADS Gauge "process_threads" []
        "Threads of the process";
    STARTED Gauge "process_start_time_seconds" []
        "Start time of the process, in seconds since 1970";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_conventions_of_prometheus() {
        for metric in METRICS {
            assert_eq!(
                metric.name.ends_with("_total"),
                metric.kind == Kind::Counter,
                "{}: counters end in _total",
                metric.name
            );
            let lower = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(lower(metric.name) && metric.labels.iter().all(|label| lower(label)), "{}", metric.name);
            assert!(!metric.help.contains('\n') && !metric.help.ends_with('.'), "{}", metric.name);
            assert_eq!(
                METRICS.iter().filter(|other| other.name == metric.name).count(),
                1,
                "{}",
                metric.name
            );
        }
    }
}
