//! The register of certificates, asked by number: a signature over a certificate says when it was made, the register
//! what became of it.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::certificates::binding::Stored;
use crate::db::schema::{certificate_checks, certificate_documents, certificates};
use crate::error::Result;

pub(super) fn find(connection: &mut PgConnection, number: &str) -> Result<Option<Stored>> {
    let found = certificates::table.filter(certificates::registration_number.eq(number));
    Ok(found.select(Stored::as_select()).first(connection).optional()?)
}

/// The certificate for which a document or container with this content was made, with the hash that binds the two.
pub(super) fn find_by_content(
    connection: &mut PgConnection,
    content_sha256: &[u8],
) -> Result<Option<(Stored, Option<Vec<u8>>)>> {
    let found = certificate_documents::table
        .inner_join(certificates::table)
        .filter(certificate_documents::content_sha256.eq(content_sha256));
    Ok(found.select((Stored::as_select(), certificate_documents::mac)).first(connection).optional()?)
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
