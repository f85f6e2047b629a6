//! Queries the register of certificates: a signature proves the origin of a certificate, the register knows whether it
//! was revoked or superseded.

use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::certificates::binding::{Bound, Stored};
use crate::db::schema::{certificate_documents, certificates};
use crate::error::Result;
use crate::person::Keyring;

/// Finds a certificate by its number. A node that verifies alone has no role that may read payloads, nor a key for them.
pub(in crate::verify) fn find(
    connection: &mut PgConnection,
    keyring: &Keyring,
    number: &str,
) -> Result<Option<Stored>> {
    let found = certificates::table.filter(certificates::registration_number.eq(number));
    if keyring.decrypts() {
        return Ok(found.select(Stored::as_select()).first(connection).optional()?);
    }
    let bound: Option<Bound> = found.select(Bound::as_select()).first(connection).optional()?;
    Ok(bound.map(|bound| Stored { bound, payload: None }))
}

/// Finds the certificate whose document or container has this content, with the hash that binds the two.
pub(super) fn find_by_content(
    connection: &mut PgConnection,
    keyring: &Keyring,
    content_sha256: &[u8],
) -> Result<Option<(Stored, Option<Vec<u8>>)>> {
    let found = certificate_documents::table
        .inner_join(certificates::table)
        .filter(certificate_documents::content_sha256.eq(content_sha256));
    if keyring.decrypts() {
        let columns = (Stored::as_select(), certificate_documents::mac);
        return Ok(found.select(columns).first(connection).optional()?);
    }
    let found = found.select((Bound::as_select(), certificate_documents::mac));
    let found: Option<(Bound, Option<Vec<u8>>)> = found.first(connection).optional()?;
    Ok(found.map(|(bound, mac)| (Stored { bound, payload: None }, mac)))
}
