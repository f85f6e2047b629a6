//! Rate limits, counted in Postgres so that they hold across all nodes.
//!
//! Most attempts count several times: for their sender, for what they aim at, for everybody. They are counted in that
//! order, in one statement, and a full count ends it: so one sender never uses up what is for all.
//!
//! An answer says which limit was reached. Of what is left before that it says only what the asker uses up, or whoever shares the asker's address, and never of a
//! limit against guessing: how many tries are left at an address would tell who else tries, or which address a device
//! logged in to before.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Integer, Timestamptz};

use crate::db::Db;
use crate::db::input::input;
use crate::db::retention::Rule;
use crate::db::schema::throttles;
use crate::db::statement::Statement;
use crate::error::{Error, Quota, Result};
use crate::person::{Index, Keyring};
use crate::sender::Sender;
use crate::trace;

/// Counters are kept for their window.
pub(crate) const RETENTION: &[Rule] = &[Rule::delete("throttles", "resets_at < $1", TimeDelta::zero())];

/// The number of attempts allowed in a window.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The name that answers call it by.
    pub name: &'static str,
    /// Attempts allowed in one window.
    pub tries: i32,
    /// Length of a window.
    pub window: TimeDelta,
    /// Whether answers say what is left.
    is_said: bool,
}

impl Limit {
    /// Makes a limit whose answers say what is left: the asker uses it up, or whoever shares the asker's address, and it protects no secret.
    #[must_use]
    pub const fn said(name: &'static str, tries: i32, window: TimeDelta) -> Self {
        Self { name, tries, window, is_said: true }
    }

    /// Makes a limit of which nothing is said until it is reached.
    #[must_use]
    pub const fn unsaid(name: &'static str, tries: i32, window: TimeDelta) -> Self {
        Self { name, tries, window, is_said: false }
    }

    /// Makes the same limit for whoever may do so many times as much.
    #[must_use]
    pub const fn times(self, times: i32) -> Self {
        Self { tries: self.tries.saturating_mul(times), ..self }
    }

    /// Returns how much of it is used up after so many attempts in the window that ends then.
    #[must_use]
    pub fn quota(self, hits: i32, resets_at: DateTime<Utc>, now: DateTime<Utc>) -> Quota {
        let whole = |number: i32| u32::try_from(number).unwrap_or_default();
        Quota {
            name: self.name,
            most: whole(self.tries),
            window: self.window.to_std().ok(),
            left: whole(self.tries.saturating_sub(hits)),
            // Another node's clock may be ahead: no window ends later than a whole one from now.
            resets_in: (resets_at - now).min(self.window).to_std().unwrap_or(Duration::from_secs(1)),
        }
    }

    /// Refuses the attempt that this count is of, or notes what is left.
    fn judge(self, hits: i32, resets_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        if hits > self.tries {
            return Err(too_many(self, resets_at, now));
        }
        if self.is_said {
            trace::counted(self.quota(hits, resets_at, now));
        }
        Ok(())
    }
}

/// What an attempt is counted for, by a keyed hash, and its limit.
#[derive(Debug, Clone)]
pub struct Counted {
    key: Vec<u8>,
    limit: Limit,
}

impl Counted {
    /// Counts for what this key stands for.
    #[must_use]
    pub fn new(key: Vec<u8>, limit: Limit) -> Self {
        Self { key, limit }
    }

    /// Counts for the sender of the current request.
    #[must_use]
    pub fn by_sender(keyring: &Keyring, index: Index, limit: Limit) -> Self {
        Self::by_sender_and(keyring, index, &[], limit)
    }

    /// Counts for what the sender of the current request aims at.
    #[must_use]
    pub fn by_sender_and(keyring: &Keyring, index: Index, aim: &[u8], limit: Limit) -> Self {
        let sender = trace::sender().unwrap_or_else(|| Sender::of(keyring, None));
        Self::new(keyring.index(index, &[sender.as_bytes(), aim].concat()), limit)
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }
}

/// The longest chain of [`count_in_order`].
const MOST_COUNTS: usize = 4;

/// Counts an attempt for each of these, at most four, until one is full; then refuses it and counts it no further.
///
/// # Errors
/// `too_many_requests`.
pub fn count_in_order(connection: &mut PgConnection, counts: &[Counted], now: DateTime<Utc>) -> Result<()> {
    if counts.len() > MOST_COUNTS {
        return Err(Error::internal("more counts than the statement has levels"));
    }
    let of = |counted: &Counted| (counted.key.clone(), (counted.limit.tries, now + counted.limit.window));
    let (keys, limits): (Vec<_>, Vec<_>) = counts.iter().map(of).unzip();
    let (tries, resets): (Vec<_>, Vec<_>) = limits.into_iter().unzip();
    let attempt = Attempts { keys, tries, resets, now };
    let statement = Statement::<_, (Integer, Timestamptz)>::new(attempt, COUNT_IN_ORDER);
    let counted: Vec<(i32, DateTime<Utc>)> = statement.load(connection)?;
    for (asked, (hits, resets_at)) in counts.iter().zip(&counted) {
        asked.limit.judge(*hits, *resets_at, now)?;
    }
    // A full count ends the chain, and was refused above.
    if counted.len() == counts.len() {
        Ok(())
    } else {
        Err(Error::internal("the statement left out a count"))
    }
}

input! {
    struct Attempts {
        keys: Vec<Vec<u8>> as Array<Binary>,
        tries: Vec<i32> as Array<Integer>,
        resets: Vec<DateTime<Utc>> as Array<Timestamptz>,
        now: DateTime<Utc> as Timestamptz,
    }
}

const COUNT_IN_ORDER: &str = include_str!("rate_limit/count_in_order.sql");

/// A CTE `by_sender` that counts `input.sender_key` until `input.sender_resets_at` and returns `hits` and `resets_at`,
/// for statements that do more than count.
macro_rules! by_sender {
    () => {
        include_str!("../rate_limit/by_sender.sql")
    };
}
pub(crate) use by_sender;

/// CTEs that count the rows of a CTE `guess` (`key`, and `misses`: 1 for a wrong guess, 0 for a right one) until
/// `input.guesses_reset_at`. The last, `guessed`, has a row with `resets_at` if there were `input.max_guesses` wrong ones
/// before: then a statement that does more than count answers nothing.
macro_rules! guesses {
    () => {
        include_str!("../rate_limit/guesses.sql")
    };
}
pub(crate) use guesses;

/// Counts without a limit; returns how often it was counted within the window.
pub fn tally(connection: &mut PgConnection, counted: &Counted, now: DateTime<Utc>) -> Result<i32> {
    Ok(hits(connection, &counted.key, counted.limit.window, now)?.0)
}

/// Refuses an attempt until then: this limit is reached.
#[must_use]
pub fn too_many(limit: Limit, resets_at: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    Error::exhausted(limit.quota(limit.tries, resets_at, now))
}

/// Counts an attempt. Returns how many there are in this window, and when it ends. The key is a keyed hash.
pub fn hits(
    connection: &mut PgConnection,
    key: &[u8],
    window: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(i32, DateTime<Utc>)> {
    let attempt = Attempt { key, now, resets_at: now + window };
    let statement = Statement::<_, (Integer, Timestamptz)>::new(attempt, COUNT);
    Ok(statement.get_result(connection)?)
}

/// Counts an attempt and refuses it if the window is full. The key is a keyed hash.
pub fn count(connection: &mut PgConnection, key: &[u8], limit: Limit, now: DateTime<Utc>) -> Result<()> {
    let (hits, resets_at) = self::hits(connection, key, limit.window, now)?;
    limit.judge(hits, resets_at, now)
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
    settle_all(db, vec![key], outcome).await
}

/// Like [`settle`], for an attempt that was counted several times.
///
/// # Errors
/// The outcome's own.
pub async fn settle_all<T>(db: &Db, keys: Vec<Vec<u8>>, outcome: Result<T>) -> Result<T> {
    if outcome.as_ref().is_err_and(|error| error.code().is_unavailable()) {
        let _ = db.write(move |c| keys.iter().try_for_each(|key| refund(c, key))).await;
    }
    outcome
}

/// Takes one attempt off the count.
pub fn refund(connection: &mut PgConnection, key: &[u8]) -> Result<()> {
    let fewer = diesel::update(throttles::table.find(key).filter(throttles::hits.gt(0)));
    fewer.set(throttles::hits.eq(throttles::hits - 1)).execute(connection)?;
    Ok(())
}

/// Resets the count, after a success.
pub fn forget(connection: &mut PgConnection, key: &[u8]) -> Result<()> {
    diesel::delete(throttles::table.find(key)).execute(connection)?;
    Ok(())
}
