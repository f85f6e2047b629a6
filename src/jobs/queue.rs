//! The queue as its operator sees it. Payloads stay sealed: what is shown holds no personal data.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::wake;
use crate::db::schema::jobs;
use crate::error::Result;
use crate::telemetry;

/// A job in the list.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Entry {
    /// UUIDv7.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// Tries so far.
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// A worker has it until then.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Why its last try failed.
    pub last_error: Option<String>,
}

/// Which jobs another chance is for.
#[derive(Debug, Clone, Copy)]
pub enum Chosen {
    /// Every one that was given up.
    AllDead,
    /// This one: given up, or waiting for its next try.
    One(Uuid),
}

/// How many jobs of a kind there are, dead ones or others, and since when the longest of them is due.
pub(super) struct Depth {
    kind: String,
    dead: bool,
    count: i64,
    oldest: Option<DateTime<Utc>>,
}

/// The dead first, the newest of them first; then the others by when they are due.
///
/// # Errors
/// When the database is away.
pub fn list(connection: &mut PgConnection, only_dead: bool, most: i64) -> Result<Vec<Entry>> {
    let mut query = jobs::table
        .order((jobs::dead_at.desc().nulls_last(), jobs::run_at))
        .limit(most)
        .select(Entry::as_select())
        .into_boxed();
    if only_dead {
        query = query.filter(jobs::dead_at.is_not_null());
    }
    Ok(query.load(connection)?)
}

/// Gives jobs all their tries again, from now on; answers how many. One that a worker has in hand is left to it.
///
/// # Errors
/// When the database is away.
pub fn retry(connection: &mut PgConnection, chosen: Chosen, now: DateTime<Utc>) -> Result<usize> {
    let idle = jobs::leased_until.is_null().or(jobs::leased_until.lt(diesel::dsl::now)).assume_not_null();
    let mut update = diesel::update(jobs::table.filter(idle))
        .set((
            jobs::dead_at.eq(None::<DateTime<Utc>>),
            jobs::leased_until.eq(None::<DateTime<Utc>>),
            jobs::lease_id.eq(None::<Uuid>),
            jobs::attempts.eq(0),
            jobs::run_at.eq(now),
        ))
        .into_boxed();
    update = match chosen {
        Chosen::AllDead => update.filter(jobs::dead_at.is_not_null()),
        Chosen::One(id) => update.filter(jobs::id.eq(id)),
    };
    let count = update.execute(connection)?;
    wake::notify(connection)?;
    Ok(count)
}

/// Measured for the gauges.
pub(super) fn depths(connection: &mut PgConnection) -> Result<Vec<Depth>> {
    let mut depths = Vec::new();
    for dead in [false, true] {
        let by_kind = jobs::table.group_by(jobs::kind).filter(jobs::dead_at.is_not_null().eq(dead)).select((
            jobs::kind,
            count_star(),
            min(jobs::run_at),
        ));
        let rows: Vec<(String, i64, Option<DateTime<Utc>>)> = by_kind.load(connection)?;
        depths.extend(rows.into_iter().map(|(kind, count, oldest)| Depth { kind, dead, count, oldest }));
    }
    Ok(depths)
}

/// Sets the gauges. A kind that this worker knows and that has no jobs shows as none, not as it was.
pub(super) fn publish<'a>(known: impl Iterator<Item = &'a str>, depths: &'a [Depth], now: DateTime<Utc>) {
    let kinds: BTreeSet<&str> = known.chain(depths.iter().map(|depth| depth.kind.as_str())).collect();
    for kind in kinds {
        let of = |dead| depths.iter().find(|depth| depth.kind == kind && depth.dead == dead);
        let count = |depth: Option<&Depth>| depth.map_or(0, |depth| depth.count);
        let due_since = of(false).and_then(|depth| depth.oldest).unwrap_or(now);
        let seconds = (now - due_since).as_seconds_f64().max(0.0);
        telemetry::queue(kind, count(of(false)), count(of(true)), seconds);
    }
}
