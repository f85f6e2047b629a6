//! What follows when an account turns out not to be the person's in whose name it acted: all that it obtained in that
//! name is taken back, before the person goes anywhere else.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use url::Url;
use uuid::Uuid;

use super::life::{self, Status, Step};
use super::mails::{self, News};
use super::revocation::{self, Revocation, RevocationReason};
use super::store::{self, Application};
use crate::audit::{self, Actor, Event};
use crate::db::schema::{applications, certificates};
use crate::error::Result;
use crate::http::RequestId;
use crate::mandates::{self, Impostor};
use crate::person::Keyring;

/// Why an application comes to an end that somebody else made in the owner's name.
pub(super) const IDENTITY_UNDONE: &str = "identity_undone";

/// A proof that is undone.
pub(crate) struct Undoing<'a> {
    /// Whose mandates and applications: of this person, by this account, since it was taken to be theirs.
    pub(crate) impostor: Impostor<'a>,
    /// Who undoes it, by which request, and when.
    pub(crate) actor: Actor,
    pub(crate) request: &'a RequestId,
    pub(crate) at: DateTime<Utc>,
}

/// Closes the applications, revokes the certificates and ends the mandates that an account obtained since it was taken to be
/// a person's. Call it in the transaction of the undoing, with the account locked and still the person's: whatever is being
/// issued to it either is there by then, or finds that the account is nobody's. Its owner is told of each.
///
/// # Errors
/// When the database cannot do it.
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

/// What the account applied for, or what was issued while it was taken to be the person's. Marked, so that it does not count
/// as the owner's application of the day.
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

/// The certificates that applications led to, read after these were closed: one of them may have been issued meanwhile.
fn list_certificates(connection: &mut PgConnection, of: &[Application]) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = of.iter().map(|application| application.id).collect();
    let issued = certificates::table.filter(certificates::application_id.eq_any(ids));
    Ok(issued.order(certificates::id).select(certificates::id).load(connection)?)
}

/// Closes an application that has not come to an end, and tells whoever applied.
fn close(
    connection: &mut PgConnection,
    (keyring, front_end): (&Keyring, &Url),
    application: &Application,
    undoing: &Undoing<'_>,
) -> Result<()> {
    let (id, at) = (application.id, undoing.at);
    let from = Status::of(&application.status)?;
    let step = Step { from, to: Status::Rejected, actor: "service", reason: Some(IDENTITY_UNDONE), at };
    if from.is_final() || !life::step(connection, id, step)? {
        return Ok(());
    }
    let event = Event::new(at, undoing.actor, "application.rejected", Some(id), undoing.request);
    audit::record(connection, &event)?;
    let account = store::account_of(connection, application)?;
    mails::send(connection, keyring, front_end, (&account, application), News::Refused, at)
}
