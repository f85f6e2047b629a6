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
        "1; the version of the program and the newest schema of the database that it knows";
    READY Gauge "node_ready" []
        "1 while this node should get requests, as /health/ready says, else 0";
    DEGRADED Gauge "node_degraded" []
        "1 while this node cannot do everything: seal or registers, else 0";
    REQUESTS Histogram "http_request_duration_seconds" ["operation", "method", "route", "status"]
        "Seconds that a request took; operation as in the contract, `none` for pages and what does not exist";
    IN_FLIGHT Gauge "http_requests_in_flight" []
        "Requests that are being answered";
    SHED Counter "http_requests_shed_total" ["reason"]
        "Requests that were answered 503 with Retry-After, by the code of their problem";
    CONNECTIONS_REFUSED Counter "connections_refused_total" ["why"]
        "Connections that were not let in: the node is full, or the sender has as many as it may";
    STREAMS Gauge "streams_open" []
        "Streams of events that are open";
    PASSWORDS Gauge "passwords_waiting" []
        "Passwords that are being hashed or wait for it";
    DATABASE_CONNECTIONS Gauge "database_connections" ["state"]
        "Connections of the pool: in_use or idle";
    DATABASE_WAITING Gauge "database_connections_waiting" []
        "Requests and jobs that wait for a connection of the pool";
    DATABASE_MOST Gauge "database_connections_max" []
        "Connections that the pool may have";
    JOB_TRIES Counter "job_tries_total" ["kind", "outcome"]
        "Tries at jobs: done, retried, given_up";
    JOBS_WAITING Gauge "jobs_waiting" ["kind"]
        "Jobs that wait, or that a worker has in hand; the same on every node, so take the highest";
    JOBS_DEAD Gauge "jobs_dead" ["kind"]
        "Jobs that were given up; the same on every node, so take the highest";
    OLDEST_DUE Gauge "jobs_oldest_due_seconds" ["kind"]
        "For how long the job that is due longest is due; of kind mail, the age of the outbox";
    APPLICATIONS_WAITING Gauge "applications_waiting" []
        "Applications that await a register; the same on every node, so take the highest";
    OLDEST_WAITING Gauge "applications_waiting_oldest_seconds" []
        "For how long the application that has waited longest awaits a register";
    CIRCUIT_CLOSED Gauge "circuit_closed" ["service"]
        "1 while a service of somebody else is asked, 0 while the circuit breaker before it is open";
    REGISTER_AGE Gauge "register_age_seconds" ["register"]
        "Seconds since the content of a local register was right; infinite for one that was never filled";
    REGISTER_USABLE Gauge "register_usable" ["register"]
        "1 while a local register answers, 0 while a missing row of it would say nothing";
    SEAL_READY Gauge "seal_ready" []
        "1 while this node can sign, else 0";
    SEAL_EXPIRES Gauge "seal_certificate_expires_seconds" []
        "Seconds until the certificate ends that is in force on this node";
    SEAL_SIGNATURES Counter "seal_signatures_total" ["outcome"]
        "Signatures of the seal: sealed, failed, unsound";
    SIGNATURE_LEVELS Counter "signature_levels_total" ["level"]
        "Signatures that were raised, by the level that they reached";
    CERTIFICATE_ENDS Gauge "certificate_not_after_timestamp_seconds" ["role", "fingerprint"]
        "When a certificate that this node holds ends: seal, issuer, root, register_identity, register_authority, timestamps";
    CERTIFICATES_UNREADABLE Counter "certificates_unreadable_total" ["why"]
        "Issued certificates that were asked about and whose row is not what was written: facts, status, payload, document";
    CPU Counter "process_cpu_seconds_total" []
        "Processor time that the process has used, in seconds";
    RESIDENT Gauge "process_resident_memory_bytes" []
        "Memory of the process that is in RAM";
    VIRTUAL Gauge "process_virtual_memory_bytes" []
        "Address space of the process";
    UPKEEP_RUNS Counter "metrics_upkeep_runs_total" []
        "How often what was measured was taken into these figures, which keeps their memory bounded";
    DESCRIPTORS Gauge "process_open_fds" []
        "File descriptors that are open";
    DESCRIPTORS_MOST Gauge "process_max_fds" []
        "File descriptors that may be open";
    THREADS Gauge "process_threads" []
        "Threads of the process";
    STARTED Gauge "process_start_time_seconds" []
        "When the process began, in seconds since 1970";
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
                "{}: _total is what only grows",
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
