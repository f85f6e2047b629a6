//! Rows for officers.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::store::Account;
use crate::applications::life::ApplicationStatus;
use crate::applications::matter::Matter;
use crate::applications::store::{self, Application, account_of};
use crate::db::schema::{application_events, applications};
use crate::error::{Code, Error, Result};
use crate::http::selection::Selection;
use crate::person::{Column, Keyring};

/// The statuses in which officers see an application.
const OPEN: [ApplicationStatus; 3] =
    [ApplicationStatus::Referred, ApplicationStatus::InReview, ApplicationStatus::AwaitingEcris];

/// An application with the account of its owner, if there is one.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) application: Application,
    pub(super) account: Account,
    /// Keyed hash of the entries shown to its officer; `None` before the first claim.
    pub(super) shown_entries: Option<Vec<u8>>,
}

impl Case {
    /// Decrypts the matter to decide beyond the register's answer.
    pub(super) fn matter(&self, keyring: &Keyring) -> Result<Option<Matter>> {
        let encrypted = self.application.matter.as_deref();
        encrypted.map(|encrypted| Matter::decrypt(keyring, self.application.id, encrypted)).transpose()
    }
}

/// An officer's note about a step.
pub(super) struct Note<'a> {
    pub(super) officer: Uuid,
    pub(super) office: Uuid,
    pub(super) text: Option<&'a str>,
}

/// Lists the applications that wait for an officer, newest first: as many as wait, from an index of their own.
pub(super) fn list(
    connection: &mut PgConnection,
    selection: &Selection<ApplicationStatus>,
) -> Result<Vec<Application>> {
    store::newest(
        connection,
        applications::table.filter(applications::status.eq_any(OPEN)).into_boxed(),
        selection,
    )
}

/// Finds an application that officers may see; others do not exist for them.
pub(super) fn find(connection: &mut PgConnection, id: Uuid) -> Result<Case> {
    let open = applications::table.find(id).filter(applications::status.eq_any(OPEN));
    let columns = (Application::as_select(), applications::shown_entries);
    let (application, shown_entries) =
        open.select(columns).first(connection).optional()?.ok_or(Code::NotFound)?;
    Ok(Case { account: account_of(connection, &application)?, application, shown_entries })
}

/// Assigns an application in review to this officer, who was shown these entries.
pub(super) fn set_reviewer(
    connection: &mut PgConnection,
    id: Uuid,
    officer: Uuid,
    shown_entries: Vec<u8>,
) -> Result<()> {
    let in_review = applications::table.find(id).filter(applications::status.eq(ApplicationStatus::InReview));
    let changes = (applications::reviewer_id.eq(officer), applications::shown_entries.eq(shown_entries));
    let changed = diesel::update(in_review).set(changes).execute(connection)?;
    if changed == 1 { Ok(()) } else { Err(Code::NotClaimed.into()) }
}

/// Locks an application in review that is still claimed by this officer, until the surrounding transaction ends.
///
/// # Errors
/// `not_claimed` if another officer has taken it over, or it was decided.
pub(super) fn hold_claim(connection: &mut PgConnection, id: Uuid, officer: Uuid) -> Result<()> {
    let claimed = applications::table
        .find(id)
        .filter(applications::status.eq(ApplicationStatus::InReview))
        .filter(applications::reviewer_id.eq(officer));
    let held = claimed.select(applications::id).for_no_key_update().first::<Uuid>(connection).optional()?;
    held.map(drop).ok_or_else(|| Code::NotClaimed.into())
}

/// Adds the officer to the newest event of an application, inside the transaction of the step.
pub(super) fn sign_event(
    connection: &mut PgConnection,
    keyring: &Keyring,
    application: Uuid,
    note: &Note<'_>,
) -> Result<()> {
    let newest: Uuid = application_events::table
        .filter(application_events::application_id.eq(application))
        .order(application_events::id.desc())
        .select(application_events::id)
        .first(connection)?;
    let cell = Column::APPLICATION_EVENTS_NOTE.at(newest);
    let encrypted = note.text.map(|text| keyring.encrypt(cell, text.as_bytes()));
    let changes = (
        application_events::actor_id.eq(note.officer),
        application_events::office_id.eq(note.office),
        application_events::note.eq(encrypted.transpose().map_err(Error::internal)?),
    );
    diesel::update(application_events::table.find(newest)).set(changes).execute(connection)?;
    Ok(())
}
