//! Rows of jobs.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::dsl::{Eq, Filter, Find, sql};
use diesel::pg::PgConnection;
use diesel::pg::data_types::PgInterval;
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Interval, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use uuid::Uuid;

use crate::db::group::Grouped;
use crate::db::input::input;
use crate::db::schema::jobs;
use crate::db::statement::Statement;
use crate::error::Result;

#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub(super) struct NewJob<'a> {
    pub(super) id: Uuid,
    pub(super) kind: &'a str,
    pub(super) payload: Vec<u8>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) urgent: bool,
}

/// A leased job.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: Vec<u8>,
    pub(super) attempts: i32,
    pub(super) lease_id: Uuid,
    /// The lease runs from here for its length, longer if extended.
    pub(super) leased_at: Instant,
}

/// Which jobs a worker takes, and for how long. Leases run by the clock of the database: the workers' clocks may differ
/// by more than a lease.
pub(super) struct Lease<'a> {
    /// The kinds it has handlers for: a newer version's kinds wait for a newer worker.
    pub(super) kinds: Vec<&'a str>,
    /// The free slots of each kind.
    pub(super) free: Vec<i64>,
    pub(super) now: DateTime<Utc>,
    pub(super) length: Duration,
}

/// Inserts a job that starts no sooner than `run_at`. A job for now is due at once, even if this node's clock is ahead
/// of the database's.
pub(super) fn insert(
    connection: &mut PgConnection,
    job: &NewJob<'_>,
    run_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let at_once =
        sql::<Timestamptz>("least(").bind::<Timestamptz, _>(job.created_at).sql(", statement_timestamp())");
    match run_at {
        Some(run_at) => {
            diesel::insert_into(jobs::table).values((job, jobs::run_at.eq(run_at))).execute(connection)?
        }
        None => {
            diesel::insert_into(jobs::table).values((job, jobs::run_at.eq(at_once))).execute(connection)?
        }
    };
    Ok(())
}

input! {
    struct LeaseInput<'a> {
        kinds: &'a [&'a str] as Array<Text>,
        free: &'a [i64] as Array<BigInt>,
        now: DateTime<Utc> as Timestamptz,
        lease: PgInterval as Interval,
        lease_id: Uuid as SqlUuid,
    }
}

/// Leases due jobs of each kind, urgent ones first, then the oldest. A dead worker's leases expire.
pub(super) fn lease(connection: &mut PgConnection, lease: &Lease<'_>) -> Result<Vec<Job>> {
    let (lease_id, leased_at) = (Uuid::now_v7(), Instant::now());
    let input = LeaseInput {
        kinds: &lease.kinds,
        free: &lease.free,
        now: lease.now,
        lease: interval(lease.length),
        lease_id,
    };
    let statement = Statement::<_, (SqlUuid, Text, Binary, Integer)>::new(input, include_str!("lease.sql"));
    let rows: Vec<(Uuid, String, Vec<u8>, i32)> = statement.load(connection)?;
    let job = |(id, kind, payload, attempts)| Job { id, kind, payload, attempts, lease_id, leased_at };
    Ok(rows.into_iter().map(job).collect())
}

/// Selects the row of a lease; no row if the lease was lost.
fn held(job: &Job) -> Filter<Find<jobs::table, Uuid>, Eq<jobs::lease_id, Uuid>> {
    jobs::table.find(job.id).filter(jobs::lease_id.eq(job.lease_id))
}

/// Extends the lease to `length` from now; returns false if it was lost.
pub(super) fn extend(connection: &mut PgConnection, job: &Job, length: Duration) -> Result<bool> {
    let until =
        sql::<Nullable<Timestamptz>>("statement_timestamp() + ").bind::<Interval, _>(interval(length));
    Ok(diesel::update(held(job)).set(jobs::leased_until.eq(until)).execute(connection)? == 1)
}

fn interval(length: Duration) -> PgInterval {
    PgInterval::from_microseconds(i64::try_from(length.as_micros()).unwrap_or(i64::MAX))
}

input! {
    struct FinishedInput {
        id: Uuid as SqlUuid,
        lease_id: Uuid as SqlUuid,
    }
}

/// A job that is done: those that end at the same moment are deleted together. One whose lease was lost stays.
pub(super) struct Finished {
    id: Uuid,
    lease_id: Uuid,
}

impl From<&Job> for Finished {
    fn from(job: &Job) -> Self {
        Self { id: job.id, lease_id: job.lease_id }
    }
}

impl Grouped for Finished {
    type Outcome = ();

    fn claims(&self) -> Vec<&[u8]> {
        Vec::new()
    }

    fn write(connection: &mut PgConnection, rows: &[&Self]) -> Result<Vec<Result<()>>> {
        let inputs = rows.iter().map(|row| FinishedInput { id: row.id, lease_id: row.lease_id }).collect();
        let text = ", done AS (DELETE FROM jobs USING input WHERE jobs.id = input.id AND jobs.lease_id = input.lease_id) \
                    SELECT count(*) FROM input";
        let _: Vec<i64> = Statement::<_, BigInt>::of_rows(inputs, text).load(connection)?;
        Ok(rows.iter().map(|_| Ok(())).collect())
    }
}

/// Returns the job to the queue, for later.
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
            jobs::lease_id.eq(None::<Uuid>),
            jobs::last_error.eq(error),
        ))
        .execute(connection)?;
    Ok(())
}

/// Marks the job dead, and keeps it for the operator.
pub(super) fn bury(connection: &mut PgConnection, job: &Job, now: DateTime<Utc>, error: &str) -> Result<()> {
    diesel::update(held(job))
        .set((
            jobs::dead_at.eq(now),
            jobs::leased_until.eq(None::<DateTime<Utc>>),
            jobs::lease_id.eq(None::<Uuid>),
            jobs::last_error.eq(error),
        ))
        .execute(connection)?;
    Ok(())
}
