//! Rows of certificates due to be raised, and of raised signatures.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::certificates::level::SignatureLevel;
use crate::db::schema::{certificates, raised_signatures};
use crate::error::Result;

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
    pub(crate) level: SignatureLevel,
    pub(crate) cades: Vec<u8>,
    pub(crate) jades: String,
    pub(crate) timestamped_at: DateTime<Utc>,
    pub(crate) raised_at: DateTime<Utc>,
}

/// Leases the oldest due certificates until `until`. Skips rows that are not bound yet: the database would refuse to
/// update them, and with them the whole statement.
pub(super) fn lease(
    connection: &mut PgConnection,
    limit: i64,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Waiting>> {
    connection.transaction(|connection| {
        let due = certificates::table
            .filter(certificates::raise_at.le(now))
            .filter(certificates::facts_mac.is_not_null().and(certificates::status_mac.is_not_null()))
            .order(certificates::raise_at)
            .limit(limit)
            .for_update()
            .skip_locked()
            .select(Waiting::as_select());
        let waiting: Vec<Waiting> = due.load(connection)?;
        let ids = waiting.iter().map(|one| one.id);
        diesel::update(certificates::table.filter(certificates::id.eq_any(ids)))
            .set(certificates::raise_at.eq(until))
            .execute(connection)?;
        Ok(waiting)
    })
}

/// Extends the leases that are still ours.
pub(super) fn extend(
    connection: &mut PgConnection,
    ids: &[Uuid],
    old: DateTime<Utc>,
    new: DateTime<Utc>,
) -> Result<()> {
    let leased =
        certificates::table.filter(certificates::id.eq_any(ids)).filter(certificates::raise_at.eq(old));
    diesel::update(leased).set(certificates::raise_at.eq(new)).execute(connection)?;
    Ok(())
}

/// Returns the raised signatures of a certificate, as far as there are any.
pub(crate) fn find(connection: &mut PgConnection, certificate: Uuid) -> Result<Option<Raised>> {
    let found = raised_signatures::table.find(certificate).select(Raised::as_select()).first(connection);
    Ok(found.optional()?)
}

/// Stores raised signatures; `again` is when to continue. Returns false, and stores nothing, if the lease was lost.
pub(super) fn keep(
    connection: &mut PgConnection,
    raised: &Raised,
    leased_until: DateTime<Utc>,
    again: Option<DateTime<Utc>>,
) -> Result<bool> {
    connection.transaction(|connection| {
        if !put_off(connection, raised.certificate_id, leased_until, again)? {
            return Ok(false);
        }
        diesel::insert_into(raised_signatures::table)
            .values(raised)
            .on_conflict(raised_signatures::certificate_id)
            .do_update()
            .set(raised)
            .execute(connection)?;
        Ok(true)
    })
}

/// Sets the time of the next attempt (`None`: never); returns false if the lease was lost.
pub(super) fn put_off(
    connection: &mut PgConnection,
    certificate: Uuid,
    leased_until: DateTime<Utc>,
    again: Option<DateTime<Utc>>,
) -> Result<bool> {
    let leased = certificates::table.find(certificate).filter(certificates::raise_at.eq(leased_until));
    Ok(diesel::update(leased).set(certificates::raise_at.eq(again)).execute(connection)? == 1)
}
