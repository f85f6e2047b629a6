//! Which rows expire when, and the statement that deletes a batch of them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel::{Connection, RunQueryDsl, sql_query};

use crate::accounts::refresh;
use crate::error::Result;
use crate::http::idempotency;
use crate::identity::counter;

/// Rows per statement. On a small server a batch takes some milliseconds, and no lock is held for longer.
pub const BATCH: usize = 1_000;

/// Used refresh tokens and codes are kept this long after they expire, to detect reuse.
const REMEMBERED: TimeDelta = TimeDelta::days(1);
/// Failed jobs are kept this long, so that an operator can look at and retry them.
const DEAD_JOBS_KEPT: TimeDelta = TimeDelta::days(90);
/// Support requests are kept this long after they are closed.
const SUPPORT_KEPT: TimeDelta = TimeDelta::days(365);
/// A program that has not logged in for this long counts as new.
const AGENTS_KNOWN: TimeDelta = TimeDelta::days(365);

/// What happens to an expired row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The row is deleted, together with the rows that reference it by `ON DELETE CASCADE`.
    Delete,
    /// The row stays; this column is set to null.
    Empty(&'static str),
}

/// How long the rows of a table are kept.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// What happens to its expired rows.
    pub action: Action,
    /// Which rows (`t`) are expired at the time `$1`, in SQL.
    expired: &'static str,
    /// How long they are kept after that.
    pub kept: TimeDelta,
}

/// Every table whose rows expire. Other tables are kept; `docs/retention.md` says why.
pub const RULES: &[Rule] = &[
    Rule::delete("registrations", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("email_confirmations", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("password_resets", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("throttles", "resets_at < $1", TimeDelta::zero()),
    Rule::delete("idempotency_keys", "created_at < $1", idempotency::KEPT),
    Rule::delete("redirect_logins", "expires_at < $1", REMEMBERED),
    Rule::delete(
        "sessions",
        "access_expires_at < $1 AND NOT EXISTS \
         (SELECT FROM refresh_tokens r WHERE r.session_id = t.id AND r.expires_at >= $1)",
        REMEMBERED,
    ),
    Rule::empty("sessions", "refresh_answer", "refreshed_at < $1", refresh::REPEATABLE),
    Rule::delete("known_agents", "seen_at < $1", AGENTS_KNOWN),
    Rule::delete("jobs", "dead_at < $1", DEAD_JOBS_KEPT),
    Rule::delete("support_requests", "closed_at < $1", SUPPORT_KEPT),
    Rule::empty("identity_verifications", "secrets", "expires_at < $1", TimeDelta::zero()),
    Rule::empty(
        "identity_verifications",
        "claim",
        "(completed_at < $1 OR expires_at < $1)",
        counter::UNDO_WITHIN,
    ),
];

impl Rule {
    const fn delete(table: &'static str, expired: &'static str, kept: TimeDelta) -> Self {
        Self { table, action: Action::Delete, expired, kept }
    }

    const fn empty(
        table: &'static str,
        column: &'static str,
        expired: &'static str,
        kept: TimeDelta,
    ) -> Self {
        Self { table, action: Action::Empty(column), expired, kept }
    }

    /// Builds the statement: `$1` is the time before which rows are expired, `$2` the largest number of rows.
    ///
    /// Locked rows are skipped. `ARRAY` makes Postgres choose the rows once: with a plain `IN (… LIMIT …)`, it may
    /// choose and lock rows as often as its plan asks.
    fn statement(&self) -> String {
        let Self { table, expired, .. } = self;
        let (verb, condition) = match self.action {
            Action::Delete => (format!("DELETE FROM {table}"), (*expired).to_owned()),
            Action::Empty(column) => {
                (format!("UPDATE {table} SET {column} = NULL"), format!("{column} IS NOT NULL AND {expired}"))
            }
        };
        format!(
            "{verb} WHERE ctid = ANY (ARRAY(\
             SELECT t.ctid FROM {table} t WHERE {condition} LIMIT $2 FOR UPDATE OF t SKIP LOCKED))"
        )
    }
}

/// Deletes (or clears) up to [`BATCH`] rows that are expired at `now`, in one transaction; returns their number. Fewer
/// than [`BATCH`] means that no more are due, or that the others are locked.
///
/// # Errors
/// Fails if the database is away, or a referencing row is locked for more than a second.
pub fn delete_batch(connection: &mut PgConnection, rule: &Rule, now: DateTime<Utc>) -> Result<usize> {
    connection.transaction(|c| {
        sql_query("SET LOCAL lock_timeout = '1s'").execute(c)?;
        Ok(sql_query(rule.statement())
            .bind::<Timestamptz, _>(now - rule.kept)
            .bind::<BigInt, _>(i64::try_from(BATCH).unwrap_or(i64::MAX))
            .execute(c)?)
    })
}
