//! Background work on Postgres: enqueued in the transaction that needs it, leased with `SKIP LOCKED`, retried with
//! backoff, kept when given up. A job runs at least once, so handlers must be idempotent.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `worker` | the loop: leases, runs, settles; several jobs at once in a process, any number of processes |
//! | `attempt` | one attempt: under a renewed lease, with panics caught; the pauses between attempts |
//! | `handler` | the trait that runs the jobs of a kind |
//! | `wake` | the listening connection, so that urgent jobs start at once |
//! | `schedule` | recurring work, started once a period across all nodes |
//! | `queue` | the operator's view of the queue: depth, dead jobs, retries |
//! | `store` | rows |

mod attempt;
mod handler;
pub mod queue;
mod schedule;
mod store;
mod wake;
mod worker;

pub use handler::{Handler, Outcome};
pub use schedule::Schedule;
#[cfg(test)]
pub(crate) use worker::GRACE;
pub use worker::Worker;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use serde::Serialize;
use uuid::Uuid;

use crate::db::retention::Rule;
use crate::error::{Error, Result};
use crate::person::{Column, Keyring};

/// Failed jobs are kept this long, so that an operator can look at and retry them.
const DEAD_JOBS_KEPT: TimeDelta = TimeDelta::days(90);

/// Failed jobs; those that are done leave no row.
pub(crate) const RETENTION: &[Rule] = &[Rule::delete("jobs", "dead_at < $1", DEAD_JOBS_KEPT)];

/// Enqueues a job; it starts within a second or so after the surrounding transaction commits.
pub fn enqueue(
    connection: &mut PgConnection,
    keyring: &Keyring,
    kind: &str,
    payload: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<()> {
    store::insert(connection, &job(keyring, kind, payload, now)?, None)
}

/// Enqueues a job that starts no sooner than `run_at`.
pub fn enqueue_at(
    connection: &mut PgConnection,
    keyring: &Keyring,
    kind: &str,
    payload: &impl Serialize,
    run_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    store::insert(connection, &job(keyring, kind, payload, now)?, Some(run_at))
}

/// Enqueues a job that a person is waiting for: it runs before all others of its kind, and the commit wakes a worker.
///
/// Not for the path that issues certificates. A commit that notifies holds a server-wide lock until it is on disk, so
/// such commits run one after another and share no flush. Registrations hash a password each, so they are too slow for
/// that to matter.
pub fn enqueue_urgent(
    connection: &mut PgConnection,
    keyring: &Keyring,
    kind: &str,
    payload: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<()> {
    let job = job(keyring, kind, payload, now)?;
    store::insert(connection, &store::NewJob { urgent: true, ..job }, None)?;
    wake::notify(connection)
}

fn job<'a>(
    keyring: &Keyring,
    kind: &'a str,
    payload: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<store::NewJob<'a>> {
    let EncryptedPayload { job, bytes } = EncryptedPayload::of(keyring, payload)?;
    Ok(store::NewJob { id: job, kind, payload: bytes, created_at: now, urgent: false })
}

/// The payload of a job that another room's statement inserts, encrypted for the row with this id.
#[derive(Debug)]
pub(crate) struct EncryptedPayload {
    pub(crate) job: Uuid,
    pub(crate) bytes: Vec<u8>,
}

impl EncryptedPayload {
    pub(crate) fn of(keyring: &Keyring, payload: &impl Serialize) -> Result<Self> {
        let job = Uuid::now_v7();
        let json = serde_json::to_vec(payload).map_err(Error::internal)?;
        let bytes = keyring.encrypt(Column::JOBS_PAYLOAD.at(job), &json).map_err(Error::internal)?;
        Ok(Self { job, bytes })
    }
}
