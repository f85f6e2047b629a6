//! Rate limits, counted in Postgres so that they hold across all nodes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Timestamptz};

use crate::db::Db;
use crate::db::input::input;
use crate::db::retention::Rule;
use crate::db::schema::throttles;
use crate::db::statement::Statement;
use crate::error::{Code, Error, Result};

/// Counters are kept for their window.
pub(crate) const RETENTION: &[Rule] = &[Rule::delete("throttles", "resets_at < $1", TimeDelta::zero())];

/// The number of attempts allowed in a window.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Attempts allowed in one window.
    pub tries: i32,
    /// Length of a window.
    pub window: TimeDelta,
}

/// Counts an attempt and refuses it if the window is full. The key is a keyed hash.
pub fn count(connection: &mut PgConnection, key: &[u8], limit: Limit, now: DateTime<Utc>) -> Result<()> {
    let resets = now + limit.window;
    let attempt = Attempt { key, now, resets_at: resets };
    let statement = Statement::<_, (Integer, Timestamptz)>::new(attempt, COUNT);
    let (hits, resets_at): (i32, DateTime<Utc>) = statement.get_result(connection)?;
    if hits <= limit.tries {
        return Ok(());
    }
    let wait = (resets_at - now).to_std().unwrap_or(Duration::from_secs(1));
    Err(Error::from(Code::TooManyRequests).retry_after(wait))
}

input! {
    struct Attempt<'a> {
        key: &'a [u8] as Binary,
        now: DateTime<Utc> as Timestamptz,
        resets_at: DateTime<Utc> as Timestamptz,
    }
}

const COUNT: &str = "INSERT INTO throttles (key, hits, resets_at) SELECT key, 1, resets_at FROM input
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN throttles.resets_at <= (SELECT now FROM input) THEN 1 ELSE least(throttles.hits, 1000000) + 1 END,
        resets_at = CASE WHEN throttles.resets_at <= (SELECT now FROM input) THEN excluded.resets_at ELSE throttles.resets_at END
    RETURNING hits, resets_at";

/// Refunds a counted attempt that could not be answered (503): the caller learned nothing, and the retry that we asked
/// for must not be refused. If the refund cannot be written, the attempt stays counted.
///
/// # Errors
/// The outcome's own.
pub async fn settle<T>(db: &Db, key: Vec<u8>, outcome: Result<T>) -> Result<T> {
    if outcome.as_ref().is_err_and(|error| error.code().is_unavailable()) {
        let counted = move |c: &mut PgConnection| {
            let fewer = diesel::update(throttles::table.find(&key).filter(throttles::hits.gt(0)));
            Ok(fewer.set(throttles::hits.eq(throttles::hits - 1)).execute(c)?)
        };
        let _ = db.write(counted).await;
    }
    outcome
}

/// Resets the count, after a success.
pub fn forget(connection: &mut PgConnection, key: &[u8]) -> Result<()> {
    diesel::delete(throttles::table.find(key)).execute(connection)?;
    Ok(())
}
