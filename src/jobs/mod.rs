//! Background work on Postgres: written with the transaction that wants it, leased with `SKIP LOCKED`, tried again
//! with growing pauses, kept when it is given up. Handlers must be idempotent: a job runs at least once.

mod store;
mod worker;

pub use worker::{Handler, Outcome, Worker};

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde::Serialize;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::person::{Cell, Keyring};

/// The sealed column.
const COLUMN: &str = "jobs.payload";

/// Asks for work; it is done some time after the surrounding transaction commits.
pub fn enqueue(
    connection: &mut PgConnection,
    keyring: &Keyring,
    kind: &str,
    payload: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = Uuid::now_v7();
    let json = serde_json::to_vec(payload).map_err(Error::internal)?;
    let sealed = keyring.seal(Cell { column: COLUMN, row: id }, &json).map_err(Error::internal)?;
    store::insert(connection, &store::NewJob { id, kind, payload: sealed, run_at: now, created_at: now })
}
