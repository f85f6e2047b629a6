//! Another address for an account that has one. Whoever asks proves to be present; the old address is told at once, with a
//! link that stops the change; the new one confirms it, in a session of the account. It is carried out when both are true:
//! it is confirmed, and the waiting time is over. Then both addresses are told. Sessions stay.
//!
//! A thief of an open session cannot ask, a thief of session and password is seen at the old address for three days: any
//! session, the mailed link or a new password stops the change. An owner who has lost the old mailbox waits and gets
//! there. Whoever has the old mailbox can set a password anyway, and can only stop.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `carry_out` | the change itself, and the job that does it when its time has come |

mod carry_out;
mod handlers;
mod mails;
mod store;
mod types;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub use self::carry_out::{EmailChanges, SCHEDULE};
use self::store::Change;
pub(crate) use self::types::EmailChangeResponse;
use self::types::{ChangeEmailRequest, FIRST_ADDRESS, SAME_ADDRESS};
use super::store::{self as accounts, Account};
use super::token::digest_of;
use super::{Caller, Token, front_end, presence, registration, view};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::notify;
use crate::person::{Column, Index, Keyring};
use crate::rate_limit::{self, Limit};
use crate::state::AppState;

/// How long the old address can stop a change: as long as a lost second factor waits by default, over a week-end.
const WAIT: TimeDelta = TimeDelta::hours(72);
/// How long after that the change can still be confirmed, or carried out.
const AWAITED: TimeDelta = TimeDelta::days(7);
/// Changes of one account that may be asked for: a stopped one must not be asked for until a mail is missed.
const REQUESTS: Limit = Limit::said("address-changes", 3, TimeDelta::days(30));

/// Registers the routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_email_change)
        .service(handlers::get_email_change)
        .service(handlers::delete_email_change)
        .service(handlers::stop_email_change);
}

/// Begins a change: its waiting time, the mail with the link that stops it, the mail with the link that confirms it. If
/// the new address has an account, its owner gets a notice in place of the link, and the caller the same answer.
///
/// # Errors
/// `role_required` for staff, `presence_required`, `address_change_pending`, `too_many_requests`.
async fn begin(
    state: &AppState,
    caller: &Caller,
    request: ChangeEmailRequest,
    id: &RequestId,
) -> Result<EmailChangeResponse> {
    let ChangeEmailRequest { email, current_password } = request;
    if caller.role().is_staff() {
        return Err(Code::RoleRequired.into());
    }
    let email_index = state.keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes());
    match caller.account.email_index.as_deref() {
        None => return Err(Error::invalid("/email", &FIRST_ADDRESS)),
        Some(own) if own == email_index => return Err(Error::invalid("/email", &SAME_ADDRESS)),
        Some(_) => {}
    }
    presence::prove(state, caller, current_password).await?;
    registration::count_mails(state, &email).await?;
    let (account, now) = (caller.account_id(), state.clock.now());
    let (stop, confirm) = (Token::generate("czk_")?, Token::generate("cze_")?);
    let cell = Column::ACCOUNTS_EMAIL.at(account);
    let change = Change {
        account_id: account,
        email_index,
        email: state.keyring.encrypt(cell, email.as_str().as_bytes()).map_err(Error::internal)?,
        token_digest: confirm.digest(),
        expires_at: now + WAIT + AWAITED,
        stop_digest: Some(stop.digest()),
        requested_at: Some(now),
        effective_at: Some(now + WAIT),
        confirmed_at: None,
    };
    let response = EmailChangeResponse::of(&state.keyring, &change)?;
    let (asking, house, id) = (caller.clone(), state.clone(), id.clone());
    let work = move |c: &mut PgConnection| {
        accounts::lock_account(c, account)?;
        let requests = house.keyring.index(Index::RATE_LIMIT_EMAIL_CHANGES, account.as_bytes());
        rate_limit::count(c, &requests, REQUESTS, now)?;
        if !store::insert(c, &change, now)? {
            return Err(Code::AddressChangePending.into());
        }
        let front_end = front_end::of(c, &asking.account, &house.addresses.front_end)?;
        let links = mails::Links { front_end: &front_end, stop: &stop, confirm: &confirm };
        let taken = accounts::find_account(c, &change.email_index)?.is_some();
        mails::begun(c, &house.keyring, (&asking.account, email.as_str()), (&links, taken), now + WAIT, now)?;
        audit::record(c, &Event::new(now, asking.actor(), "email_change.begun", Some(account), &id))
    };
    caller.transaction(state, work).await?;
    Ok(response)
}

/// Confirms the new address of a mailed token, and carries the change out if its waiting time is over; `None` if the token
/// is not one of these.
///
/// # Errors
/// The account's own session is required, as for a first address: `unauthenticated` without one,
/// `invalid_confirmation_token` with another account's.
pub(super) fn confirm(
    connection: &mut PgConnection,
    keyring: &Keyring,
    token_digest: &[u8],
    caller: Option<&Caller>,
    (now, id): (DateTime<Utc>, &RequestId),
) -> Result<Option<Account>> {
    let Some(account) = store::account_of(connection, token_digest, now)? else { return Ok(None) };
    let caller = caller.ok_or(Code::Unauthenticated)?;
    if caller.account_id() != account {
        return Err(Code::InvalidConfirmationToken.into());
    }
    accounts::lock_account(connection, account)?;
    if !store::confirm(connection, token_digest, now)? {
        return Err(Code::InvalidConfirmationToken.into());
    }
    let event = Event::new(now, caller.actor(), "email_change.confirmed", Some(account), id);
    audit::record(connection, &event)?;
    carry_out::carry_out(connection, keyring, account, (now, id))?;
    accounts::find_by_id(connection, account)
}

/// Stops an account's change, by whom an audit row says; returns false if there is none.
pub(super) fn stop(
    connection: &mut PgConnection,
    account: Uuid,
    actor: Actor,
    (now, id): (DateTime<Utc>, &RequestId),
) -> Result<bool> {
    let stopped = store::delete(connection, account)?;
    if stopped {
        let event = Event::new(now, actor, "email_change.stopped", Some(account), id);
        audit::record(connection, &event)?;
    }
    Ok(stopped)
}

/// Stops the change of the caller's account.
async fn stop_own(state: &AppState, caller: &Caller, id: &RequestId) -> Result<()> {
    let (account, actor, now, id) = (caller.account_id(), caller.actor(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        let stopped = stop(c, account, actor, (now, &id))?;
        if stopped { Ok(()) } else { Err(Code::NotFound.into()) }
    };
    caller.transaction(state, work).await
}

/// Stops a change by the token that was mailed to the old address.
async fn stop_by_token(state: &AppState, token: &str, id: &RequestId) -> Result<()> {
    let (digest, now, id) = (digest_of(token), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        let account = store::delete_by_stop(c, &digest)?.ok_or(Code::InvalidResetToken)?;
        audit::record(c, &Event::new(now, Actor::PUBLIC, "email_change.stopped", Some(account), &id))
    };
    state.db.transaction(work).await
}

/// Returns the pending change of an account.
pub(crate) fn pending(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<EmailChangeResponse>> {
    let change = store::find(connection, account, now)?;
    change.map(|change| EmailChangeResponse::of(keyring, &change)).transpose()
}

impl EmailChangeResponse {
    fn of(keyring: &Keyring, change: &Change) -> Result<Self> {
        let email = view::decrypt(keyring, Column::ACCOUNTS_EMAIL, change.account_id, &change.email)?;
        Ok(Self {
            email: view::shown(&email),
            requested_at: change.requested_at.unwrap_or_default(),
            effective_at: change.effective_at.unwrap_or_default(),
            confirmed_at: change.confirmed_at,
        })
    }
}

/// Tells both addresses; `None` has none.
fn tell(
    connection: &mut PgConnection,
    keyring: &Keyring,
    mails: impl IntoIterator<Item = notify::Mail>,
    now: DateTime<Utc>,
) -> Result<()> {
    mails.into_iter().try_for_each(|mail| notify::post(connection, keyring, Some(&mail), now))
}
