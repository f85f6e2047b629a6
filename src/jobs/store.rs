//! Rows of jobs.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::jobs;
use crate::error::Result;

#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub(super) struct NewJob<'a> {
    pub(super) id: Uuid,
    pub(super) kind: &'a str,
    pub(super) payload: Vec<u8>,
    pub(super) run_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
}

/// A leased job.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub(super) struct Job {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: Vec<u8>,
    pub(super) attempts: i32,
}

pub(super) fn insert(connection: &mut PgConnection, job: &NewJob<'_>) -> Result<()> {
    diesel::insert_into(jobs::table).values(job).execute(connection)?;
    Ok(())
}

/// Takes the job that is due longest, for a while. A worker that dies loses its lease and another takes over.
pub(super) fn lease(
    connection: &mut PgConnection,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<Job>> {
    connection.transaction(|connection| {
        let due = jobs::table
            .filter(jobs::dead_at.is_null())
            .filter(jobs::run_at.le(now))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt(now)))
            .order(jobs::run_at)
            .for_update()
            .skip_locked()
            .select(jobs::id);
        let Some(id) = due.first::<Uuid>(connection).optional()? else { return Ok(None) };
        let leased = diesel::update(jobs::table.find(id))
            .set((jobs::leased_until.eq(now + lease), jobs::attempts.eq(jobs::attempts + 1)))
            .returning(Job::as_returning());
        Ok(Some(leased.get_result(connection)?))
    })
}

/// The row of a lease: each lease counts a try, so a worker that lost its lease finds no row.
fn held(
    job: &Job,
) -> diesel::dsl::Filter<diesel::dsl::Find<jobs::table, Uuid>, diesel::dsl::Eq<jobs::attempts, i32>> {
    jobs::table.find(job.id).filter(jobs::attempts.eq(job.attempts))
}

pub(super) fn finish(connection: &mut PgConnection, job: &Job) -> Result<()> {
    diesel::delete(held(job)).execute(connection)?;
    Ok(())
}

/// Back to the queue, for later.
pub(super) fn retry(
    connection: &mut PgConnection,
    job: &Job,
    run_at: DateTime<Utc>,
    error: &str,
) -> Result<()> {
    diesel::update(held(job))
        .set((
            jobs::run_at.eq(run_at),
            jobs::leased_until.eq(None::<DateTime<Utc>>),
            jobs::last_error.eq(error),
        ))
        .execute(connection)?;
    Ok(())
}

/// Given up, and kept to be looked at.
pub(super) fn bury(connection: &mut PgConnection, job: &Job, now: DateTime<Utc>, error: &str) -> Result<()> {
    diesel::update(held(job))
        .set((
            jobs::dead_at.eq(now),
            jobs::leased_until.eq(None::<DateTime<Utc>>),
            jobs::last_error.eq(error),
        ))
        .execute(connection)?;
    Ok(())
}
