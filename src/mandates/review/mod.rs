//! Officers' work on mandates: the queue, the claim, the decision, the end of one that should not be in force.
//!
//! As with applications: what an officer sees is asked from the register at that moment, a decision needs a second factor
//! that was shown a short while ago, and nobody decides about themselves or a company of theirs.

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
use crate::accounts::owner;
use crate::accounts::store::Account;
use crate::error::{Code, Error, Result};
use crate::person::{Cell, Keyring, ProvedPerson};

/// The sealed column of officers' words.
const NOTE: &str = "mandates.note";

/// The routes of officers.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(queue::list_mandate_reviews)
        .service(queue::search_mandates)
        .service(claim::claim_mandate)
        .service(decision::decide_mandate)
        .service(end::end_mandate_by_officer);
}

/// A mandate and the account of its holder, if they have one, unless it is of a company of the officer's: their own mandates
/// are.
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

/// Who holds a mandate, by the account that is theirs now.
fn holder(keyring: &Keyring, account: Option<&Account>) -> Result<Option<ProvedPerson>> {
    let Some(account) = account else { return Ok(None) };
    let sealed = account.person.as_deref();
    sealed.map(|sealed| ProvedPerson::open(keyring, account.id, sealed).map_err(Error::internal)).transpose()
}

/// An officer's words, sealed for their row.
fn sealed_note(keyring: &Keyring, mandate: Uuid, note: Option<&str>) -> Result<Option<Vec<u8>>> {
    let cell = Cell { column: NOTE, row: mandate };
    note.map(|note| keyring.seal(cell, note.as_bytes())).transpose().map_err(Error::internal)
}
