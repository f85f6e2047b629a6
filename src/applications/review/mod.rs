//! Officers' work on applications: the queue, the claim that keeps two officers apart, the decision.
//!
//! The personal data that officers see is queried from the registers each time and not stored, except for a keyed hash
//! of the entries: so an officer decides only about the entries that they have seen. A decision requires a recently
//! verified second factor, and nobody decides about themselves.

mod claim;
mod decision;
mod queue;
mod store;
mod types;

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::store::Case;
use super::about::About;
use super::matter::Matter;
use crate::accounts::Officer;
use crate::error::{Code, Error, Result};
use crate::mandates;
use crate::person::{Index, Keyring, ProvedPerson};
use crate::registry::CriminalRecord;

/// Registers the officers' routes.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(queue::list_reviews).service(claim::claim_review).service(decision::decide_review);
}

/// Returns a case that this officer may see. Refuses conflicts of interest: an application that they or their own
/// account made, their own person, a company that they represent.
fn open_case(connection: &mut PgConnection, officer: &Officer, id: Uuid) -> Result<Case> {
    let case = store::find(connection, id)?;
    let account = &officer.caller.account;
    let concerned = [&case.application.person_index, &case.application.owner_index];
    let mut own = [&account.staff_person_index, &account.person_index].into_iter().flatten();
    let own_person = own.any(|person| concerned.contains(&person));
    if account.id == case.application.account_id || own_person {
        return Err(Code::OwnApplication.into());
    }
    mandates::not_a_company_of_ones_own(connection, officer, &case.application.person_index)?;
    Ok(case)
}

/// Computes the hash that recognizes the entries of an answer, in any order. It covers only the entries, and whether
/// some are unreadable: the rest of an answer differs each time.
fn entries_hash(keyring: &Keyring, application: Uuid, record: &CriminalRecord) -> Result<Vec<u8>> {
    let entries = record.readable_entries().iter().map(serde_json::to_string);
    let mut entries: Vec<String> = entries.collect::<Result<_, _>>().map_err(Error::internal)?;
    entries.sort();
    let whole =
        serde_json::to_vec(&(application, record.is_unreadable(), entries)).map_err(Error::internal)?;
    Ok(keyring.index(Index::APPLICATIONS_SHOWN_ENTRIES, &whole))
}

/// Returns the subject of a case.
fn about(
    connection: &mut PgConnection,
    keyring: &Keyring,
    case: &Case,
    (applicant, today): (&ProvedPerson, NaiveDate),
) -> Result<About> {
    if let Some(mandate) = case.application.mandate_id {
        let found =
            mandates::of_application(connection, keyring, &case.application.owner_index, mandate, today)?;
        return Ok(About::Company(Box::new(found)));
    }
    let represented = case.matter(keyring)?.and_then(Matter::represented);
    let about = About::Person(represented.unwrap_or_else(|| applicant.cnp.clone()));
    // The account belongs to another person by now.
    if about.index(keyring) != case.application.person_index {
        return Err(Code::IdentityUnverified.into());
    }
    Ok(about)
}
