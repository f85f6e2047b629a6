//! Retention: how long rows are kept, as the room that owns them says, and the statement that deletes a batch of expired
//! ones.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel::{Connection, RunQueryDsl, sql_query};

use crate::error::Result;

/// Rows per statement. On a small server a batch takes some milliseconds, and no lock is held for longer.
pub const BATCH: usize = 1_000;

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

impl Rule {
    /// Rows that are deleted `kept` after the time that the condition `expired` compares with `$1`.
    #[must_use]
    pub const fn delete(table: &'static str, expired: &'static str, kept: TimeDelta) -> Self {
        Self { table, action: Action::Delete, expired, kept }
    }

    /// Rows that lose a column `kept` after that time.
    #[must_use]
    pub const fn empty(
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
