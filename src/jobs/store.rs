//! Rows of jobs.

use chrono::{DateTime, Utc};
use diesel::dsl::{Eq, Filter, Find};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::schema::jobs;
use crate::db::statement::Statement;
use crate::error::Result;

#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub(super) struct NewJob<'a> {
    pub(super) id: Uuid,
    pub(super) kind: &'a str,
    pub(super) payload: Vec<u8>,
    pub(super) run_at: DateTime<Utc>,
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
}

/// Which jobs a worker takes, and for how long.
pub(super) struct Lease<'a> {
    /// Only what it has a handler for: what a newer version asked for waits for a newer worker.
    pub(super) kinds: Vec<&'a str>,
    /// For each kind, at most so many.
    pub(super) free: Vec<i64>,
    pub(super) now: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
}

pub(super) fn insert(connection: &mut PgConnection, job: &NewJob<'_>) -> Result<()> {
    diesel::insert_into(jobs::table).values(job).execute(connection)?;
    Ok(())
}

/// Takes what is due of each kind: first what a person waits for, then what is due longest. A worker that dies loses its leases, and
/// another takes over.
pub(super) fn lease(connection: &mut PgConnection, lease: &Lease<'_>) -> Result<Vec<Job>> {
    let lease_id = Uuid::now_v7();
    let values = (
        lease.kinds.as_slice().into_sql::<Array<Text>>(),
        lease.free.as_slice().into_sql::<Array<BigInt>>(),
        lease.now.into_sql::<Timestamptz>(),
        lease.until.into_sql::<Timestamptz>(),
        lease_id.into_sql::<SqlUuid>(),
    );
    let statement = Statement::<_, (SqlUuid, Text, Binary, Integer)>::new(
        "kinds, free, now, until, lease_id",
        values,
        include_str!("lease.sql"),
    );
    let rows: Vec<(Uuid, String, Vec<u8>, i32)> = statement.load(connection)?;
    let job = |(id, kind, payload, attempts)| Job { id, kind, payload, attempts, lease_id };
    Ok(rows.into_iter().map(job).collect())
}

/// The row of a lease; none when the lease was lost.
fn held(job: &Job) -> Filter<Find<jobs::table, Uuid>, Eq<jobs::lease_id, Uuid>> {
    jobs::table.find(job.id).filter(jobs::lease_id.eq(job.lease_id))
}

/// Keeps the lease; false when it was lost.
pub(super) fn extend(connection: &mut PgConnection, job: &Job, until: DateTime<Utc>) -> Result<bool> {
    Ok(diesel::update(held(job)).set(jobs::leased_until.eq(until)).execute(connection)? == 1)
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
            jobs::lease_id.eq(None::<Uuid>),
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
            jobs::lease_id.eq(None::<Uuid>),
            jobs::last_error.eq(error),
        ))
        .execute(connection)?;
    Ok(())
}
