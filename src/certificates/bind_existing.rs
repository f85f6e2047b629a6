//! Binds the rows that were issued before rows were bound. Each start of a node does this until the
//! constraints are validated.
//!
//! The columns are not trusted. The issued data must match the encrypted payload, which nobody can write without the
//! keys; the status must match the audit log. Other rows get hashes that fit nothing: they are unreadable until
//! somebody restores the original data, but they can be revoked. No new row is unbound: the database checks a constraint
//! for each. The next `cazier migrate` validates it for the older rows too, which the role of a node may not do; until
//! then each start looks through both tables.

use diesel::dsl::{exists, not};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use super::binding::{Stored, UNFIT, document_mac};
use crate::db::schema::{audit_events, certificate_documents, certificates};
use crate::error::Result;
use crate::person::Keyring;

/// Rows in one transaction.
const BATCH: i64 = 500;

#[derive(QueryableByName)]
struct Validated {
    #[diesel(sql_type = Bool)]
    convalidated: bool,
}

/// Binds every unbound row; costs two queries once the constraints are validated.
///
/// # Errors
/// Fails if the database is away.
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
        log::error!("certificates: {left_out} rows are not intact and count as unreadable");
    }
    Ok(())
}

/// Binds documents. Only its row says which certificate a document belongs to: that is trusted, this once.
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
            return Ok(());
        }
        for (id, certificate, content_sha256) in rows {
            let mac = document_mac(keyring, certificate, &content_sha256);
            let document = certificate_documents::table.find(id);
            diesel::update(document).set(certificate_documents::mac.eq(mac)).execute(connection)?;
        }
    }
}

/// Returns whether the table's constraint is not validated yet. If it is missing, somebody dropped it after the
/// migration: then nothing is bound, or an intruder could get their own rows bound.
fn is_to_be_done(connection: &mut PgConnection, table: &str, constraint: &str) -> Result<bool> {
    let query = "SELECT convalidated FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2";
    let query = diesel::sql_query(query).bind::<Text, _>(table).bind::<Text, _>(constraint);
    let found: Option<Validated> = query.get_result(connection).optional()?;
    if found.is_none() {
        log::error!("certificates: the constraint {constraint} is missing, so no row is bound");
    }
    Ok(found.is_some_and(|constraint| !constraint.convalidated))
}

/// Binds the next rows and returns their ids.
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
        if !is_from_before || row.read_payload(keyring).is_none() || !is_audited(connection, row)? {
            log::error!("certificates: the row of {} is not intact and stays unbound", row.id);
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

/// Returns whether the audit log agrees that the certificate has not ended. An end in the row is trusted: such a
/// certificate never verifies as valid.
fn is_audited(connection: &mut PgConnection, row: &Stored) -> Result<bool> {
    if row.ended_as.is_some() {
        return Ok(true);
    }
    let end = audit_events::table
        .filter(audit_events::subject_id.eq(row.id))
        .filter(audit_events::action.eq_any(["certificate.revoked", "certificate.superseded"]));
    Ok(diesel::select(not(exists(end))).get_result(connection)?)
}
