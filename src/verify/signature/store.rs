//! Queries the register of certificates: a signature proves the origin of a certificate, the register knows whether it
//! was revoked or superseded.

use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::certificates::binding::Stored;
use crate::db::schema::{certificate_documents, certificates};
use crate::error::Result;

/// Finds a certificate by its number.
pub(in crate::verify) fn find(connection: &mut PgConnection, number: &str) -> Result<Option<Stored>> {
    let found = certificates::table.filter(certificates::registration_number.eq(number));
    Ok(found.select(Stored::as_select()).first(connection).optional()?)
}

/// Finds the certificate whose document or container has this content, with the hash that binds the two.
pub(super) fn find_by_content(
    connection: &mut PgConnection,
    content_sha256: &[u8],
) -> Result<Option<(Stored, Option<Vec<u8>>)>> {
    let found = certificate_documents::table
        .inner_join(certificates::table)
        .filter(certificate_documents::content_sha256.eq(content_sha256));
    Ok(found.select((Stored::as_select(), certificate_documents::mac)).first(connection).optional()?)
}
