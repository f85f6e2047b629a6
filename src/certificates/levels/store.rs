//! Rows of certificates that wait for a higher level, and of raised signatures.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::{certificates, raised_signatures};
use crate::error::Result;

/// A node that is silent for so long is taken for dead, and another takes over.
pub(in crate::certificates) const LEASE: TimeDelta = TimeDelta::minutes(2);

/// A certificate to raise.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(super) struct Waiting {
    pub(super) id: Uuid,
    pub(super) payload: Vec<u8>,
    pub(super) cades: Vec<u8>,
    pub(super) jades: String,
}

/// Raised signatures.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = raised_signatures)]
pub(crate) struct Raised {
    pub(crate) certificate_id: Uuid,
    pub(crate) level: String,
    pub(crate) cades: Vec<u8>,
    pub(crate) jades: String,
    pub(crate) timestamped_at: DateTime<Utc>,
    pub(crate) raised_at: DateTime<Utc>,
}

/// Takes the certificates that wait longest, for a while.
pub(super) fn lease(connection: &mut PgConnection, limit: i64, now: DateTime<Utc>) -> Result<Vec<Waiting>> {
    connection.transaction(|connection| {
        let due = certificates::table
            .filter(certificates::raise_at.le(now))
            .order(certificates::raise_at)
            .limit(limit)
            .for_update()
            .skip_locked()
            .select(Waiting::as_select());
        let waiting: Vec<Waiting> = due.load(connection)?;
        let ids = waiting.iter().map(|one| one.id);
        diesel::update(certificates::table.filter(certificates::id.eq_any(ids)))
            .set(certificates::raise_at.eq(now + LEASE))
            .execute(connection)?;
        Ok(waiting)
    })
}

/// What is there already of a certificate's raised signatures.
pub(crate) fn find(connection: &mut PgConnection, certificate: Uuid) -> Result<Option<Raised>> {
    let found = raised_signatures::table.find(certificate).select(Raised::as_select()).first(connection);
    Ok(found.optional()?)
}

/// Keeps raised signatures; `again` is when to try for more.
pub(super) fn keep(
    connection: &mut PgConnection,
    raised: &Raised,
    again: Option<DateTime<Utc>>,
) -> Result<()> {
    connection.transaction(|connection| {
        diesel::insert_into(raised_signatures::table)
            .values(raised)
            .on_conflict(raised_signatures::certificate_id)
            .do_update()
            .set(raised)
            .execute(connection)?;
        put_off(connection, raised.certificate_id, again)
    })
}

/// Says when to try again; never, when it is `None`.
pub(super) fn put_off(
    connection: &mut PgConnection,
    certificate: Uuid,
    again: Option<DateTime<Utc>>,
) -> Result<()> {
    diesel::update(certificates::table.find(certificate))
        .set(certificates::raise_at.eq(again))
        .execute(connection)?;
    Ok(())
}
