//! Takes back everything that an account obtained in the name of a person who was not its owner, before the person gets
//! another account.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use url::Url;
use uuid::Uuid;

use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use super::mails::{self, News};
use super::revocation::{self, Revocation};
use super::step::{self, Step};
use super::store::{self, Application};
use crate::audit::{self, Actor, Event};
use crate::certificates::RevocationReason;
use crate::db::schema::{applications, certificates};
use crate::error::Result;
use crate::http::RequestId;
use crate::mandates::{self, Impostor};
use crate::person::Keyring;

/// A proof of identity to be undone.
pub(crate) struct Undoing<'a> {
    /// The person, the account, and since when the account was taken for theirs.
    pub(crate) impostor: Impostor<'a>,
    /// The officer who undoes the proof, the request, and the time.
    pub(crate) actor: Actor,
    pub(crate) request: &'a RequestId,
    pub(crate) at: DateTime<Utc>,
}

/// Closes the applications, revokes the certificates and ends the mandates that an account obtained since it was taken
/// for a person's; mails the account's owner about each. Call it in the transaction of the undo, with the account
/// locked and still the person's: a concurrent issue either is complete by then, or finds that the account has no
/// person.
///
/// # Errors
/// Fails if the database fails.
pub(crate) fn take_back(
    connection: &mut PgConnection,
    house: (&Keyring, &Url),
    undoing: &Undoing<'_>,
) -> Result<()> {
    let obtained = mark_obtained(connection, undoing)?;
    for application in &obtained {
        close(connection, house, application, undoing)?;
    }
    let revocation = Revocation {
        reason: RevocationReason::WrongPerson,
        actor: undoing.actor,
        request: undoing.request,
        at: undoing.at,
    };
    for certificate in list_certificates(connection, &obtained)? {
        revocation::revoke(connection, house, certificate, &revocation)?;
    }
    let request = (undoing.request, undoing.at);
    mandates::end_of_impostor(connection, house, &undoing.impostor, undoing.actor, request)
}

/// Lists what the account applied for, or what was issued while it was taken for the person's. Marks it, so that it
/// does not count as the owner's application of the day.
fn mark_obtained(connection: &mut PgConnection, undoing: &Undoing<'_>) -> Result<Vec<Application>> {
    let Impostor { account, person_index, since } = undoing.impostor;
    let issued = certificates::table
        .filter(certificates::owner_index.eq(person_index))
        .filter(certificates::issued_at.ge(since))
        .select(certificates::application_id);
    let by_account = applications::account_id
        .eq(account)
        .and(applications::created_at.ge(since - Impostor::CLOCKS_DIFFER));
    let obtained = applications::table
        .filter(applications::owner_index.eq(person_index))
        .filter(by_account.or(applications::created_at.ge(since)).or(applications::id.eq_any(issued)));
    let marked = diesel::update(obtained).set(applications::undone_at.eq(undoing.at));
    Ok(marked.returning(Application::as_returning()).get_results(connection)?)
}

/// Lists the certificates of applications, read after these were closed: one may have been issued meanwhile.
fn list_certificates(connection: &mut PgConnection, of: &[Application]) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = of.iter().map(|application| application.id).collect();
    let issued = certificates::table.filter(certificates::application_id.eq_any(ids));
    Ok(issued.order(certificates::id).select(certificates::id).load(connection)?)
}

/// Closes an unfinished application, and mails the applicant.
fn close(
    connection: &mut PgConnection,
    (keyring, front_end): (&Keyring, &Url),
    application: &Application,
    undoing: &Undoing<'_>,
) -> Result<()> {
    let (id, at) = (application.id, undoing.at);
    let from = application.status;
    let step = Step {
        from,
        to: ApplicationStatus::Rejected,
        actor: StepActor::Service,
        reason: Some(StepReason::IdentityUndone),
        at,
    };
    if from.is_final() || !step::take(connection, id, step)? {
        return Ok(());
    }
    let event = Event::new(at, undoing.actor, "application.rejected", Some(id), undoing.request);
    audit::record(connection, &event)?;
    let account = store::account_of(connection, application)?;
    mails::send(connection, keyring, front_end, (&account, application), News::Refused, at)
}
