//! Officers' work on mandates: the queue, the claim, the decision, ending one that should not be in force.
//!
//! As with applications: officers see the register's present data, a decision requires a recently verified second
//! factor, and nobody decides about themselves or a company of theirs.

mod claim;
mod decision;
mod end;
mod queue;
mod types;

use diesel::pg::PgConnection;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::interest;
use super::store::{self, Mandate};
use crate::accounts::Officer;
use crate::accounts::decision::Note;
use crate::accounts::owner;
use crate::accounts::store::Account;
use crate::error::{Code, Error, Result};
use crate::person::{Column, Keyring, ProvedPerson};

/// Registers the officers' routes.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(queue::list_mandate_reviews)
        .service(queue::search_mandates)
        .service(claim::claim_mandate)
        .service(decision::decide_mandate)
        .service(end::end_mandate_by_officer);
}

/// Returns a mandate and the account of its holder, if there is one. Refuses a mandate of a company of the officer's,
/// so also their own mandates.
fn open_case(
    connection: &mut PgConnection,
    officer: &Officer,
    id: Uuid,
) -> Result<(Mandate, Option<Account>)> {
    let row = store::find_any(connection, id)?.ok_or(Code::NotFound)?;
    let account = owner::account_of(connection, &row.person_index)?;
    interest::not_a_company_of_ones_own(connection, officer, &row.company_index)?;
    Ok((row, account))
}

/// Returns the holder of a mandate, from their current account.
fn holder(keyring: &Keyring, account: Option<&Account>) -> Result<Option<ProvedPerson>> {
    let Some(account) = account else { return Ok(None) };
    let encrypted = account.person.as_deref();
    encrypted
        .map(|encrypted| ProvedPerson::decrypt(keyring, account.id, encrypted).map_err(Error::internal))
        .transpose()
}

/// Encrypts an officer's note for its row.
fn encrypted_note(keyring: &Keyring, mandate: Uuid, note: Option<&Note>) -> Result<Option<Vec<u8>>> {
    let cell = Column::MANDATES_NOTE.at(mandate);
    note.map(|note| keyring.encrypt(cell, note.as_str().as_bytes())).transpose().map_err(Error::internal)
}
