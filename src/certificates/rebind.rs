//! Binds rows anew under the active key: bonds are made by keys that are derived from the encryption keys, and rotate with
//! them.

use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::binding::{Stored, document_mac};
use crate::db::schema::{certificate_documents, certificates};
use crate::error::Result;
use crate::person::{Bond, Keyring};

/// The condition for certificates that are bound under another key. The first octet of a bond is the key's id; zero is
/// that of no key ([`super::binding::UNFIT`]).
fn certificates_older(active: u8) -> String {
    format!("(get_byte(facts_mac, 0) NOT IN (0, {active}) OR get_byte(status_mac, 0) NOT IN (0, {active}))")
}

fn documents_older(active: u8) -> String {
    format!("get_byte(mac, 0) NOT IN (0, {active})")
}

/// Counts the certificates that are bound under another key.
pub(crate) fn certificates_left(connection: &mut PgConnection, active: u8) -> Result<usize> {
    let older = certificates::table.filter(sql::<Bool>(&certificates_older(active)));
    Ok(usize::try_from(older.count().get_result::<i64>(connection)?).unwrap_or(usize::MAX))
}

/// Counts the documents that are bound under another key.
pub(crate) fn documents_left(connection: &mut PgConnection, active: u8) -> Result<usize> {
    let older = certificate_documents::table.filter(sql::<Bool>(&documents_older(active)));
    Ok(usize::try_from(older.count().get_result::<i64>(connection)?).unwrap_or(usize::MAX))
}

/// Binds the certificates anew that satisfy a condition and that their bonds fit; returns how many were, and how many
/// bonds do not fit, which stay as they are. Rows that somebody holds are passed over.
pub(crate) fn certificates(
    connection: &mut PgConnection,
    keyring: &Keyring,
    condition: &str,
) -> Result<(usize, usize)> {
    connection.transaction(|c| {
        let older = certificates::table
            .filter(sql::<Bool>(condition))
            .filter(sql::<Bool>(&certificates_older(keyring.encryption_key())))
            .for_no_key_update()
            .skip_locked()
            .select(Stored::as_select());
        let rows: Vec<Stored> = older.load(c)?;
        let found = rows.len();
        let mut renewed = 0;
        for row in rows.iter().filter(|row| row.is_bound(keyring)) {
            let bonds = (
                certificates::facts_mac.eq(row.facts().mac(keyring)),
                certificates::status_mac.eq(row.status().mac(keyring, row.id)),
            );
            renewed += diesel::update(certificates::table.find(row.id)).set(bonds).execute(c)?;
        }
        Ok((renewed, found - renewed))
    })
}

/// The same for documents.
pub(crate) fn documents(
    connection: &mut PgConnection,
    keyring: &Keyring,
    condition: &str,
) -> Result<(usize, usize)> {
    use crate::db::schema::certificate_documents as table;
    connection.transaction(|c| {
        let older = table::table
            .filter(sql::<Bool>(condition))
            .filter(sql::<Bool>(&documents_older(keyring.encryption_key())))
            .for_no_key_update()
            .skip_locked()
            .select((table::id, table::certificate_id, table::content_sha256, table::mac.assume_not_null()));
        let rows: Vec<(Uuid, Uuid, Vec<u8>, Vec<u8>)> = older.load(c)?;
        let found = rows.len();
        let mut renewed = 0;
        for (id, certificate, digest, mac) in rows {
            if !keyring.is_bound(Bond::CERTIFICATE_DOCUMENTS_1, &[certificate.as_bytes(), &digest], &mac) {
                continue;
            }
            let mac = document_mac(keyring, certificate, &digest);
            renewed += diesel::update(table::table.find(id)).set(table::mac.eq(mac)).execute(c)?;
        }
        Ok((renewed, found - renewed))
    })
}
