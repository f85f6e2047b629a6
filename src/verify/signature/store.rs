//! The register of certificates, asked by number: a signature over a certificate says when it was made, the register
//! what became of it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::{certificate_checks, certificate_documents, certificates};
use crate::error::Result;

/// A certificate of the register.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(super) struct Registered {
    pub(super) id: Uuid,
    pub(super) registration_number: String,
    pub(super) service: String,
    pub(super) reason: String,
    pub(super) finding: String,
    pub(super) issued_on: NaiveDate,
    pub(super) valid_until: NaiveDate,
    /// `revoked` or `superseded`, before its time.
    pub(super) ended_as: Option<String>,
    pub(super) signer_fingerprint: Vec<u8>,
    pub(super) payload: Vec<u8>,
}

pub(super) fn find(connection: &mut PgConnection, number: &str) -> Result<Option<Registered>> {
    let found = certificates::table.filter(certificates::registration_number.eq(number));
    Ok(found.select(Registered::as_select()).first(connection).optional()?)
}

/// The certificate for which a document or container with this content was made.
pub(super) fn find_by_content(
    connection: &mut PgConnection,
    content_sha256: &[u8],
) -> Result<Option<Registered>> {
    let found = certificate_documents::table
        .inner_join(certificates::table)
        .filter(certificate_documents::content_sha256.eq(content_sha256));
    Ok(found.select(Registered::as_select()).first(connection).optional()?)
}

/// Writes down that somebody checked it: its holder sees who looked.
pub(super) fn record_check(
    connection: &mut PgConnection,
    certificate: Uuid,
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let check = (
        certificate_checks::id.eq(Uuid::now_v7()),
        certificate_checks::certificate_id.eq(certificate),
        certificate_checks::method.eq("signature"),
        certificate_checks::outcome.eq(outcome),
        certificate_checks::at.eq(now),
    );
    diesel::insert_into(certificate_checks::table).values(check).execute(connection)?;
    Ok(())
}
