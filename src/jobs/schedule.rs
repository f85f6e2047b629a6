//! Recurring work: in each period exactly one node enqueues it, as an ordinary job.

use std::cell::Cell;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::upsert::excluded;

use super::enqueue;
use crate::db::Db;
use crate::db::schema::{job_schedules, jobs};
use crate::error::Result;
use crate::person::Keyring;

/// A recurring kind of job. Its handler does everything due since its last run: periods that pass while no worker runs
/// are not made up for.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The kind; its payload is `null`.
    pub kind: &'static str,
    /// Length of a period.
    pub every: TimeDelta,
    /// How long after midnight (UTC) the first period of a day begins.
    pub offset: TimeDelta,
}

impl Schedule {
    /// Returns the number of the period that contains an instant.
    fn period(&self, now: DateTime<Utc>) -> i64 {
        (now - self.offset).timestamp().div_euclid(self.every.num_seconds().max(1))
    }
}

/// Schedules, each with the last period that this process has seen: nothing is queried until the next period begins.
#[derive(Default)]
pub(super) struct Timetable(Vec<(Schedule, Cell<Option<i64>>)>);

impl Timetable {
    pub(super) fn new(schedules: Vec<Schedule>) -> Self {
        Self(schedules.into_iter().map(|schedule| (schedule, Cell::new(None))).collect())
    }

    /// Enqueues the work of every period that has begun, unless another node did.
    pub(super) async fn begin(&self, db: &Db, keyring: &std::sync::Arc<Keyring>, now: DateTime<Utc>) {
        for (schedule, seen) in &self.0 {
            let (kind, period, keyring) = (schedule.kind, schedule.period(now), keyring.clone());
            if seen.get() == Some(period) {
                continue;
            }
            let work = move |c: &mut PgConnection| begin(c, &keyring, kind, period, now);
            match db.transaction(work).await {
                Ok(()) => seen.set(Some(period)),
                // The failure to take jobs is logged already.
                Err(error) if error.outage().is_some() => {}
                Err(error) => log::warn!("jobs: {kind} cannot be scheduled: {error}"),
            }
        }
    }
}

/// Enqueues the job if this node is the one that moves the kind's row to this period. A job of an earlier period that
/// is still queued does this period's work too.
fn begin(
    connection: &mut PgConnection,
    keyring: &Keyring,
    kind: &str,
    period: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    let upsert = diesel::insert_into(job_schedules::table)
        .values((job_schedules::kind.eq(kind), job_schedules::period.eq(period)))
        .on_conflict(job_schedules::kind)
        .do_update()
        .set(job_schedules::period.eq(excluded(job_schedules::period)));
    let later = job_schedules::period.lt(excluded(job_schedules::period));
    let first = FilterDsl::filter(upsert, later).execute(connection)?;
    let queued = QueryDsl::filter(jobs::table, jobs::kind.eq(kind).and(jobs::dead_at.is_null()));
    if first == 0 || diesel::select(exists(queued)).get_result(connection)? {
        return Ok(());
    }
    enqueue(connection, keyring, kind, &(), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_at_their_offset() {
        let daily = Schedule { kind: "x", every: TimeDelta::days(1), offset: TimeDelta::hours(6) };
        let period = |instant: &str| daily.period(instant.parse().unwrap());
        assert_eq!(period("2026-11-24T06:00:00Z"), period("2026-11-25T05:59:59Z"));
        assert_eq!(period("2026-11-25T06:00:00Z"), period("2026-11-24T06:00:00Z") + 1);
        assert_eq!(period("1969-12-31T12:00:00Z"), -1);
    }
}
