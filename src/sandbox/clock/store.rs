//! How far the sandbox's clock is ahead, in one row: all nodes of a sandbox have the same time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::error::Result;
use crate::sandbox::schema::sandbox::clock;

/// Returns how far the clock is ahead.
pub(super) fn ahead(connection: &mut PgConnection) -> Result<TimeDelta> {
    let micros: Option<i64> = clock::table.select(clock::ahead_micros).first(connection).optional()?;
    Ok(TimeDelta::microseconds(micros.unwrap_or(0)))
}

/// Moves the clock, unless another node has moved it further. Returns how far it is ahead now.
pub(super) fn move_ahead(
    connection: &mut PgConnection,
    wanted: TimeDelta,
    moved_at: DateTime<Utc>,
) -> Result<TimeDelta> {
    let micros = wanted.num_microseconds().unwrap_or(0);
    if micros > ahead(connection)?.num_microseconds().unwrap_or(0) {
        diesel::insert_into(clock::table)
            .values((clock::id.eq(true), clock::ahead_micros.eq(micros), clock::moved_at.eq(moved_at)))
            .on_conflict(clock::id)
            .do_update()
            .set((clock::ahead_micros.eq(micros), clock::moved_at.eq(moved_at)))
            .execute(connection)?;
    }
    ahead(connection)
}
