//! Background work on Postgres: written with the transaction that wants it, leased with `SKIP LOCKED`, tried again
//! with growing pauses, kept when it is given up. Handlers must be idempotent: a job runs at least once.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `worker` | the loop: leases, tries, settles; several at once in one process, any number of processes |
//! | `attempt` | one try: under a lease that is kept up, with a panic caught; the pauses between tries |
//! | `wake` | the connection that listens, so that what a person waits for begins at once |
//! | `schedule` | work that recurs, begun once a period over all nodes |
//! | `queue` | the queue as its operator sees it: depth, dead jobs, another chance |
//! | `store` | rows |

mod attempt;
pub mod queue;
mod schedule;
mod store;
mod wake;
mod worker;

pub use attempt::{Handler, Outcome};
pub use schedule::Schedule;
pub use worker::Worker;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde::Serialize;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::person::{Cell, Keyring};

/// The sealed column.
const COLUMN: &str = "jobs.payload";

/// Asks for work; it is done within a second or so after the surrounding transaction commits.
pub fn enqueue(
    connection: &mut PgConnection,
    keyring: &Keyring,
    kind: &str,
    payload: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<()> {
    store::insert(connection, &job(keyring, kind, payload, now)?, None)
}

/// Asks for work that is done no sooner than `run_at`.
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

/// Asks for work that a person sits and waits for: it goes before all other of its kind and wakes a worker at the
/// commit.
///
/// Not for the path that issues certificates. A commit that notifies holds a lock of the whole server until it is on
/// disk, so such commits go one after another and share no flush; registrations, which hash a password each, cannot
/// come fast enough for that to matter.
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
    let SealedPayload { job, bytes } = SealedPayload::of(keyring, payload)?;
    Ok(store::NewJob { id: job, kind, payload: bytes, created_at: now, urgent: false })
}

/// The payload of a job that a statement of another room inserts, sealed for the row with this id.
#[derive(Debug)]
pub(crate) struct SealedPayload {
    pub(crate) job: Uuid,
    pub(crate) bytes: Vec<u8>,
}

impl SealedPayload {
    pub(crate) fn of(keyring: &Keyring, payload: &impl Serialize) -> Result<Self> {
        let job = Uuid::now_v7();
        let json = serde_json::to_vec(payload).map_err(Error::internal)?;
        let bytes = keyring.seal(Cell { column: COLUMN, row: job }, &json).map_err(Error::internal)?;
        Ok(Self { job, bytes })
    }
}
