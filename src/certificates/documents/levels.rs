//! Raises documents and containers. The file is stored at its highest level; its signed content never changes.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::kind::FileKind;
use crate::certificates::level::SignatureLevel;
use crate::certificates::levels::{Desk, Failure};
use crate::db::schema::certificate_documents as table;
use crate::error::{Context, Error, Result};
use crate::person::Column;
use ades::{Level, Signed};

/// A document to raise.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = table)]
pub(in crate::certificates) struct Waiting {
    pub(in crate::certificates) id: Uuid,
    kind: FileKind,
    level: SignatureLevel,
    content: Vec<u8>,
}

impl Waiting {
    fn signed<'a>(&self, file: &'a [u8]) -> Signed<'a> {
        match self.kind {
            FileKind::Certificate | FileKind::EuForm => Signed::Pdf(file),
            FileKind::Container => Signed::Container(file),
        }
    }
}

/// Leases the oldest due documents until `until`.
pub(in crate::certificates) fn lease(
    connection: &mut PgConnection,
    limit: i64,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Waiting>> {
    connection.transaction(|connection| {
        let due = table::table
            .filter(table::raise_at.le(now))
            .order(table::raise_at)
            .limit(limit)
            .for_update()
            .skip_locked()
            .select(Waiting::as_select());
        let waiting: Vec<Waiting> = due.load(connection)?;
        let ids = waiting.iter().map(|one| one.id);
        diesel::update(table::table.filter(table::id.eq_any(ids)))
            .set(table::raise_at.eq(until))
            .execute(connection)?;
        Ok(waiting)
    })
}

/// Extends the leases that are still ours.
pub(in crate::certificates) fn extend(
    connection: &mut PgConnection,
    ids: &[Uuid],
    old: DateTime<Utc>,
    new: DateTime<Utc>,
) -> Result<()> {
    let leased = table::table.filter(table::id.eq_any(ids)).filter(table::raise_at.eq(old));
    diesel::update(leased).set(table::raise_at.eq(new)).execute(connection)?;
    Ok(())
}

/// Adds a time-stamp if the document has none, stores that at once, and continues.
pub(in crate::certificates) async fn raise(desk: &Desk<'_>, waiting: &Waiting) -> Result<Level, Failure> {
    let cell = Column::CERTIFICATE_DOCUMENTS_CONTENT.at(waiting.id);
    let file = desk.state.keyring.decrypt(cell, &waiting.content).map_err(Error::internal);
    let mut file = file.context("decrypting the document")?;
    if waiting.level == SignatureLevel::Issued {
        let now = desk.state.clock.now();
        (file, _) = desk.raiser.stamp(waiting.signed(&file), desk.anchors, now).await?;
        keep(desk, waiting.id, &file, Level::BT, true).await?;
    }
    let now = desk.state.clock.now();
    let (file, level) = desk.raiser.complete(waiting.signed(&file), desk.anchors, now).await?;
    keep(desk, waiting.id, &file, level, false).await?;
    Ok(level)
}

/// Stores a document at its new level; keeps the lease if it is to be raised further.
async fn keep(
    desk: &Desk<'_>,
    id: Uuid,
    file: &[u8],
    level: Level,
    stays_leased: bool,
) -> Result<(), Failure> {
    let cell = Column::CERTIFICATE_DOCUMENTS_CONTENT.at(id);
    let content = desk.state.keyring.encrypt(cell, file).map_err(Error::internal)?;
    let until = desk.lease.until().await;
    let again = stays_leased.then_some(*until);
    let values =
        (table::content.eq(content), table::level.eq(SignatureLevel::from(level)), table::raise_at.eq(again));
    let leased = table::table.find(id).filter(table::raise_at.eq(*until));
    let update = move |c: &mut PgConnection| Ok(diesel::update(leased).set(values).execute(c)? == 1);
    if desk.state.db.write(update).await? { Ok(()) } else { Err(Failure::LeaseLost) }
}

/// Sets the time of the next attempt, unless the lease was lost.
pub(in crate::certificates) fn put_off(
    connection: &mut PgConnection,
    id: Uuid,
    leased_until: DateTime<Utc>,
    again: DateTime<Utc>,
) -> Result<()> {
    let leased = table::table.find(id).filter(table::raise_at.eq(leased_until));
    diesel::update(leased).set(table::raise_at.eq(again)).execute(connection)?;
    Ok(())
}
