//! Officers' work on applications: the queue, the claim that keeps two officers apart, the decision.
//!
//! What an officer sees of a person is asked from the registers at that moment and kept nowhere, but for a keyed hash of the
//! entries: there is no decision about others than the officer saw. A decision needs a
//! second factor that was shown a short while ago, and nobody decides about themselves.

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
use crate::person::{Keyring, ProvedPerson};
use crate::registry::CriminalRecord;

/// The routes of officers.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(queue::list_reviews).service(claim::claim_review).service(decision::decide_review);
}

/// A case that this officer may look at. Nobody decides about themselves: not about an application that they or their own
/// account made, nor about their own person, nor about a company that they represent.
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

/// By which the entries of an answer are known again, in whatever order the register gives them. Of the entries alone:
/// whatever else an answer holds differs each time.
fn entries_hash(keyring: &Keyring, application: Uuid, record: &CriminalRecord) -> Result<Vec<u8>> {
    let entries = record.readable_entries().iter().map(serde_json::to_string);
    let mut entries: Vec<String> = entries.collect::<Result<_, _>>().map_err(Error::internal)?;
    entries.sort();
    let whole =
        serde_json::to_vec(&(application, record.is_unreadable(), entries)).map_err(Error::internal)?;
    Ok(keyring.index("applications.shown_entries", &whole))
}

/// Whom the certificate of a case is to be about.
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
    let represented = case.matter(keyring)?.map(Matter::represented).transpose()?.flatten();
    let about = About::Person(represented.unwrap_or_else(|| applicant.cnp.clone()));
    // The account belongs to somebody else by now.
    if about.index(keyring) != case.application.person_index {
        return Err(Code::IdentityUnverified.into());
    }
    Ok(about)
}
