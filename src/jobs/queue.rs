//! The operator's view of the queue. Payloads stay encrypted, so it shows no personal data.

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
    /// The job's id, a UUIDv7.
    pub id: Uuid,
    /// The kind of job.
    pub kind: String,
    /// Attempts so far.
    pub attempts: i32,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// The earliest time of the next attempt.
    pub run_at: DateTime<Utc>,
    /// When the current lease ends, if a worker holds one.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
}

/// The jobs to retry.
#[derive(Debug, Clone, Copy)]
pub enum Chosen {
    /// Every dead job.
    AllDead,
    /// One job: dead, or waiting for its next attempt.
    One(Uuid),
}

/// The number of a kind's dead or live jobs, and since when the oldest has been due.
pub(super) struct Depth {
    kind: String,
    dead: bool,
    count: i64,
    oldest: Option<DateTime<Utc>>,
}

/// Lists jobs: dead ones first, newest first, then the others by due time.
///
/// # Errors
/// Fails if the database is away.
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

/// Makes jobs due now with all their attempts, and returns their number. Skips leased jobs.
///
/// # Errors
/// Fails if the database is away.
pub fn retry(connection: &mut PgConnection, chosen: Chosen, now: DateTime<Utc>) -> Result<usize> {
    let idle = jobs::leased_until.is_null().or(jobs::leased_until.lt(now)).assume_not_null();
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

/// Counts the jobs for the gauges.
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

/// Sets the gauges. A kind that this worker knows and that has no jobs is set to zero.
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
