//! Ends mandates, for all callers: so each end has its reason, its row in the audit log and its mail, and none of these
//! reports an end that did not happen.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use super::mails;
use super::store::{self, Ending, Impostor, Mandate};
use super::types::{MandateEndedBy, MandateReason, MandateStatus};
use crate::audit::{self, Actor, Event};
use crate::error::Result;
use crate::http::RequestId;
use crate::person::Keyring;

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

/// Ends the open mandates of a person who deletes their account, inside the caller's transaction.
pub(crate) fn end_of_holder(
    connection: &mut PgConnection,
    house: House<'_>,
    person_index: &[u8],
    actor: Actor,
    (request, now): (&RequestId, DateTime<Utc>),
) -> Result<()> {
    let ending = Ending { by: MandateEndedBy::Holder, reason: None, actor, request, at: now };
    for id in store::list_open(connection, person_index)? {
        end(connection, house, id, &[MandateStatus::Pending, MandateStatus::Confirmed], &ending)?;
    }
    Ok(())
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
