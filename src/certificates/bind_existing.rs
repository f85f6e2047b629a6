//! Binds what was issued before rows were bound, once: the first node of this version does it when it starts.
//!
//! Nothing is bound on the word of the columns. What was issued must be what the sealed payload says, which nobody without
//! the keys can write; what became of it must be what the audit log says. Rows that are not so stay unbound, and nothing is
//! answered from them until somebody has looked. When all are bound, the constraint is validated: from then on the database
//! itself takes no row without.

use diesel::dsl::{exists, not};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use super::binding::{Stored, document_mac};
use crate::db::schema::{audit_events, certificate_documents, certificates};
use crate::error::Result;
use crate::person::Keyring;

/// Rows of one transaction.
const BATCH: i64 = 500;

#[derive(QueryableByName)]
struct Validated {
    #[diesel(sql_type = Bool)]
    convalidated: bool,
}

/// Binds every row that is without; costs two looks when there is none.
///
/// # Errors
/// When the database cannot be asked or written to.
pub fn run(connection: &mut PgConnection, keyring: &Keyring) -> Result<()> {
    bind_certificates(connection, keyring)?;
    bind_documents(connection, keyring)
}

fn bind_certificates(connection: &mut PgConnection, keyring: &Keyring) -> Result<()> {
    if is_done(connection, "certificates_bound_check")? {
        return Ok(());
    }
    let (mut after, mut left_out) = (Uuid::nil(), 0_usize);
    loop {
        let rows = connection.transaction(|c| batch(c, keyring, after, &mut left_out))?;
        let Some(last) = rows.last() else { break };
        after = *last;
    }
    if left_out > 0 {
        log::error!(
            "certificates: {left_out} rows are not what was written, and nothing is answered from them"
        );
        return Ok(());
    }
    diesel::sql_query("ALTER TABLE certificates VALIDATE CONSTRAINT certificates_bound_check")
        .execute(connection)?;
    Ok(())
}

/// Which certificate a document was made for, nothing but its row says: that is taken at its word, this once.
fn bind_documents(connection: &mut PgConnection, keyring: &Keyring) -> Result<()> {
    if is_done(connection, "certificate_documents_bound_check")? {
        return Ok(());
    }
    let unbound = certificate_documents::table.filter(certificate_documents::mac.is_null());
    loop {
        let columns = (
            certificate_documents::id,
            certificate_documents::certificate_id,
            certificate_documents::content_sha256,
        );
        let rows: Vec<(Uuid, Uuid, Vec<u8>)> = unbound.select(columns).limit(BATCH).load(connection)?;
        if rows.is_empty() {
            break;
        }
        for (id, certificate, content_sha256) in rows {
            let mac = document_mac(keyring, certificate, &content_sha256);
            let document = certificate_documents::table.find(id);
            diesel::update(document).set(certificate_documents::mac.eq(mac)).execute(connection)?;
        }
    }
    let validate = "ALTER TABLE certificate_documents VALIDATE CONSTRAINT certificate_documents_bound_check";
    diesel::sql_query(validate).execute(connection)?;
    Ok(())
}

fn is_done(connection: &mut PgConnection, constraint: &str) -> Result<bool> {
    let query = diesel::sql_query("SELECT convalidated FROM pg_constraint WHERE conname = $1");
    let query = query.bind::<Text, _>(constraint);
    let found: Option<Validated> = query.get_result(connection).optional()?;
    Ok(found.is_some_and(|constraint| constraint.convalidated))
}

/// Binds the next rows; answers which they were.
fn batch(
    connection: &mut PgConnection,
    keyring: &Keyring,
    after: Uuid,
    left_out: &mut usize,
) -> Result<Vec<Uuid>> {
    let unbound = certificates::table
        .filter(certificates::id.gt(after))
        .filter(certificates::facts_mac.is_null().or(certificates::status_mac.is_null()))
        .order(certificates::id)
        .limit(BATCH)
        .for_update();
    let rows: Vec<Stored> = unbound.select(Stored::as_select()).load(connection)?;
    for row in &rows {
        if row.printed(keyring).is_none() || !is_audited(connection, row)? {
            log::error!("certificates: the row of {} is not what was written, and is not bound", row.id);
            *left_out += 1;
            continue;
        }
        let bonds = (
            certificates::facts_mac.eq(row.facts().mac(keyring)),
            certificates::status_mac.eq(row.status().mac(keyring, row.id)),
        );
        diesel::update(certificates::table.find(row.id)).set(bonds).execute(connection)?;
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whether the audit log, too, tells of no end. An end that the row tells of is taken at its word: that one is never answered
/// as valid.
fn is_audited(connection: &mut PgConnection, row: &Stored) -> Result<bool> {
    if row.ended_as.is_some() {
        return Ok(true);
    }
    let end = audit_events::table
        .filter(audit_events::subject_id.eq(row.id))
        .filter(audit_events::action.eq_any(["certificate.revoked", "certificate.superseded"]));
    Ok(diesel::select(not(exists(end))).get_result(connection)?)
}
