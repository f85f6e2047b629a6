//! Binds what was issued before rows were bound, once: the first node of this version does it when it starts.
//!
//! Nothing is bound on the word of the columns. What was issued must be what the encrypted payload says, which nobody without
//! the keys can write; what became of it must be what the audit log says. Rows that are not so get hashes that fit nothing:
//! nothing is answered from them until somebody has put back what was written, but they can be revoked, like all others.
//! Then the constraint is validated: from then on the database itself takes no row without.

use diesel::dsl::{exists, not};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use super::binding::{Stored, UNFIT, document_mac};
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
    if !is_to_be_done(connection, "certificates", "certificates_bound_check")? {
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
    }
    diesel::sql_query("ALTER TABLE certificates VALIDATE CONSTRAINT certificates_bound_check")
        .execute(connection)?;
    Ok(())
}

/// Which certificate a document was made for, nothing but its row says: that is taken at its word, this once.
fn bind_documents(connection: &mut PgConnection, keyring: &Keyring) -> Result<()> {
    if !is_to_be_done(connection, "certificate_documents", "certificate_documents_bound_check")? {
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

/// Whether the table's constraint waits to be validated. Where it is gone, somebody took it away after the migration: nothing
/// is bound then, or whoever did so could have rows of theirs bound.
fn is_to_be_done(connection: &mut PgConnection, table: &str, constraint: &str) -> Result<bool> {
    let query = "SELECT convalidated FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2";
    let query = diesel::sql_query(query).bind::<Text, _>(table).bind::<Text, _>(constraint);
    let found: Option<Validated> = query.get_result(connection).optional()?;
    if found.is_none() {
        log::error!("certificates: the constraint {constraint} is gone, and no row is bound");
    }
    Ok(found.is_some_and(|constraint| !constraint.convalidated))
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
        let is_from_before = row.facts_mac.is_none() && row.status_mac.is_none();
        if !is_from_before || row.printed(keyring).is_none() || !is_audited(connection, row)? {
            log::error!("certificates: the row of {} is not what was written, and is not bound", row.id);
            *left_out += 1;
            let (facts, status) = (row.facts_mac.clone(), row.status_mac.clone());
            let unfit = |mac: Option<Vec<u8>>| mac.unwrap_or_else(|| UNFIT.to_vec());
            bind(connection, row.id, unfit(facts), unfit(status))?;
            continue;
        }
        bind(connection, row.id, row.facts().mac(keyring), row.status().mac(keyring, row.id))?;
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn bind(connection: &mut PgConnection, id: Uuid, facts: Vec<u8>, status: Vec<u8>) -> Result<()> {
    let bonds = (certificates::facts_mac.eq(facts), certificates::status_mac.eq(status));
    diesel::update(certificates::table.find(id)).set(bonds).execute(connection)?;
    Ok(())
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
