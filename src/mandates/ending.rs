//! Ends mandates, for all callers: so each end has its reason, its row in the audit log and its mail, and none of these
//! reports an end that did not happen.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use super::mails;
use super::store::{self, Mandate};
use super::types::{MandateEndedBy, MandateReason, MandateStatus};
use crate::audit::{self, Actor, Event};
use crate::error::Result;
use crate::http::RequestId;
use crate::person::Keyring;

/// Who ends a mandate, why and when.
pub(super) struct Ending<'a> {
    pub(super) by: MandateEndedBy,
    pub(super) reason: Option<MandateReason>,
    /// The actor, for the audit log.
    pub(super) actor: Actor,
    pub(super) request: &'a RequestId,
    pub(super) at: DateTime<Utc>,
}

/// The keyring for the recipient's address, and the front end that mails link to.
pub(super) type House<'a> = (&'a Keyring, &'a Url);

/// Ends a mandate that has one of these statuses, inside the caller's transaction; otherwise writes nothing and returns
/// `None`.
pub(super) fn end(
    connection: &mut PgConnection,
    house: House<'_>,
    id: Uuid,
    from: &[MandateStatus],
    ending: &Ending<'_>,
) -> Result<Option<Mandate>> {
    let Some(ended) = store::end(connection, id, from, ending)? else { return Ok(None) };
    let event = Event::new(ending.at, ending.actor, "mandate.ended", Some(id), ending.request);
    audit::record(connection, &event)?;
    mails::send(connection, house, &ended, ending.at)?;
    Ok(Some(ended))
}

/// Ends a mandate whose holder the company register no longer names, inside the caller's transaction.
pub(crate) fn end_by_register(
    connection: &mut PgConnection,
    house: House<'_>,
    id: Uuid,
    (request, now): (&RequestId, DateTime<Utc>),
) -> Result<()> {
    let ending = Ending {
        by: MandateEndedBy::CompanyRegister,
        reason: Some(MandateReason::NotNamedAnyMore),
        actor: Actor::SERVICE,
        request,
        at: now,
    };
    end(connection, house, id, &[MandateStatus::Confirmed], &ending).map(drop)
}

/// Ends the expired mandate between a person and a company, to make room for another, inside the caller's transaction.
pub(super) fn end_overdue(
    connection: &mut PgConnection,
    house: House<'_>,
    between: (&[u8], &[u8]),
    today: NaiveDate,
    (request, now): (&RequestId, DateTime<Utc>),
) -> Result<()> {
    let Some(overdue) = store::find_overdue(connection, between, today)? else { return Ok(()) };
    let ending = Ending { by: MandateEndedBy::Term, reason: None, actor: Actor::SERVICE, request, at: now };
    end(connection, house, overdue, &[MandateStatus::Confirmed], &ending).map(drop)
}

/// An account that was wrongly taken for a person's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Impostor<'a> {
    pub(crate) account: Uuid,
    /// Keyed hash of the person's CNP.
    pub(crate) person_index: &'a [u8],
    /// Since when the account was taken for theirs.
    pub(crate) since: DateTime<Utc>,
}

impl Impostor<'_> {
    /// Covers the difference between nodes' clocks: an action of the account may be stamped this much too early.
    pub(crate) const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);
}

/// Ends the mandates requested in a person's name by an account that was wrongly taken for theirs, inside the caller's
/// transaction.
pub(crate) fn end_of_impostor(
    connection: &mut PgConnection,
    house: House<'_>,
    impostor: &Impostor<'_>,
    actor: Actor,
    (request, now): (&RequestId, DateTime<Utc>),
) -> Result<()> {
    let ending =
        Ending { by: MandateEndedBy::Officer, reason: Some(MandateReason::Mistake), actor, request, at: now };
    for id in store::list_open_of_impostor(connection, impostor)? {
        end(connection, house, id, &[MandateStatus::Pending, MandateStatus::Confirmed], &ending)?;
    }
    Ok(())
}
