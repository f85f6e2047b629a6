//! The second factor: an authenticator app (TOTP, RFC 6238) with recovery codes. Mandatory for officers and operators,
//! optional for citizens.

pub(crate) mod campaign;
pub(crate) mod check;
mod handlers;
pub(crate) mod recovery_code;
pub(crate) mod reset;
#[cfg(feature = "sandbox")]
pub(crate) mod simulated_app;
mod store;
pub(crate) mod totp;
pub(crate) mod types;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::campaign::Way;
use self::check::{GUESSES, Shown, take};
use self::recovery_code::RecoveryCode;
use self::store::TotpSecret;
use self::totp::{Enrolment, TotpCode};
use self::types::{SecondFactorResponse, Status};
use super::token::digest_of;
use super::{Caller, mails, presence, session_store, staff, store as accounts, view};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::notify;
use crate::person::{Column, Index, Keyring};
use crate::rate_limit;
use crate::state::AppState;

/// How long a begun set-up can be confirmed.
const ENROLMENT_LIVES: TimeDelta = TimeDelta::minutes(15);

/// Registers the routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::get_second_factor)
        .service(handlers::create_totp)
        .service(handlers::confirm_totp)
        .service(handlers::replace_recovery_codes)
        .service(handlers::delete_totp)
        .service(handlers::step_up_session)
        .service(handlers::stop_second_factor_reset)
        .service(handlers::delete_second_factor_reset);
}

/// Returns whether an account requires a second factor.
pub(crate) fn is_active(connection: &mut PgConnection, account: Uuid) -> Result<bool> {
    Ok(store::find(connection, account)?.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Removes an account's lost second factor.
pub(super) fn forget(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    store::remove(connection, account).map(drop)
}

fn active(connection: &mut PgConnection, account: Uuid) -> Result<Option<TotpSecret>> {
    Ok(store::find(connection, account)?.filter(|row| row.confirmed_at.is_some()))
}

/// Returns the step of a code that is right and was not used before.
fn step_of(keyring: &Keyring, row: &TotpSecret, code: &TotpCode, now: DateTime<Utc>) -> Result<Option<i64>> {
    let step = totp::step_of(&decrypt(keyring, row)?, code.as_str(), now)?;
    Ok(step.filter(|step| *step > row.last_step))
}

fn decrypt(keyring: &Keyring, row: &TotpSecret) -> Result<Vec<u8>> {
    keyring.decrypt(Column::TOTP_SECRETS_SECRET.at(row.account_id), &row.secret).map_err(Error::internal)
}

/// Begins an enrolment, replacing an unconfirmed one.
async fn enrol(state: &AppState, caller: &Caller, id: &RequestId) -> Result<Enrolment> {
    let account = caller.account_id();
    let email = view::email(&state.keyring, &caller.account)?.unwrap_or_else(|| account.to_string());
    let (secret, now) = (totp::generate_secret()?, state.clock.now());
    let encrypted = state.keyring.encrypt(Column::TOTP_SECRETS_SECRET.at(account), &secret);
    let row = TotpSecret {
        account_id: account,
        secret: encrypted.map_err(Error::internal)?,
        last_step: 0,
        created_at: now,
        confirmed_at: None,
    };
    let (actor, id) = (caller.actor(), id.clone());
    let work = move |c: &mut PgConnection| {
        if !store::begin(c, &row)? {
            return Err(Code::SecondFactorExists.into());
        }
        audit::record(c, &Event::new(now, actor, "second_factor.begun", Some(account), &id))
    };
    caller.transaction(state, work).await?;
    Enrolment::new(&secret, &email)
}

/// Confirms the authenticator by its first code, and issues recovery codes.
async fn confirm(
    state: &AppState,
    caller: &Caller,
    code: TotpCode,
    id: &RequestId,
) -> Result<Vec<RecoveryCode>> {
    let codes = new_codes()?;
    let indexes: Vec<Vec<u8>> = codes.iter().map(|code| code.index(&state.keyring)).collect();
    let mail = changed_mail(state, caller, true)?;
    let (caller, account, actor) = (caller.clone(), caller.account_id(), caller.actor());
    let (keyring, now, id) = (state.keyring.clone(), state.clock.now(), id.clone());
    let row = first_code(state, account, code, now).await?;
    let work = move |c: &mut PgConnection| {
        caller.lock_sessions(c)?;
        accounts::lock_account(c, account)?;
        if !store::confirm(c, &row, now)? {
            return Err(Code::SecondFactorExists.into());
        }
        store::replace_codes(c, account, &indexes)?;
        session_store::set_second_factor(c, caller.session.id, now)?;
        session_store::delete_other_sessions(c, account, caller.session.id)?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        audit::record(c, &Event::new(now, actor, "second_factor.confirmed", Some(account), &id))
    };
    state.db.transaction(work).await?;
    Ok(codes)
}

/// Uses up the first code of an authenticator whose set-up was begun; counts each attempt first.
async fn first_code(
    state: &AppState,
    account: Uuid,
    code: TotpCode,
    now: DateTime<Utc>,
) -> Result<TotpSecret> {
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        let guesses = keyring.index(Index::RATE_LIMIT_SECOND_FACTOR, account.as_bytes());
        rate_limit::count(c, &guesses, GUESSES, now)?;
        let row = store::find(c, account)?
            .filter(|row| row.confirmed_at.is_none() && now - row.created_at < ENROLMENT_LIVES);
        let row = row.ok_or(Code::SecondFactorNotBegun)?;
        let step = step_of(&keyring, &row, &code, now)?;
        let step = step.ok_or_else(|| Error::invalid("/totp", &types::CODE_WRONG))?;
        if !store::take_step(c, (account, row.created_at), step)? {
            return Err(Error::invalid("/totp", &types::CODE_WRONG));
        }
        rate_limit::forget(c, &guesses)?;
        Ok(row)
    };
    state.db.write(work).await
}

fn new_codes() -> Result<Vec<RecoveryCode>> {
    (0..recovery_code::COUNT).map(|_| RecoveryCode::generate()).collect()
}

fn changed_mail(state: &AppState, caller: &Caller, set_up: bool) -> Result<Option<notify::Mail>> {
    view::mail(&state.keyring, &caller.account, |to, locale| mails::second_factor_changed(to, locale, set_up))
}

/// Replaces the recovery codes.
async fn replace_codes(state: &AppState, caller: &Caller, id: &RequestId) -> Result<Vec<RecoveryCode>> {
    staff::stepped_up(caller, state)?;
    presence::present(state, caller)?;
    let codes = new_codes()?;
    let indexes: Vec<Vec<u8>> = codes.iter().map(|code| code.index(&state.keyring)).collect();
    let mail = view::mail(&state.keyring, &caller.account, mails::recovery_codes_replaced)?;
    let (account, actor, now, id) = (caller.account_id(), caller.actor(), state.clock.now(), id.clone());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        if !is_active(c, account)? {
            return Err(Code::NotFound.into());
        }
        store::replace_codes(c, account, &indexes)?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        audit::record(c, &Event::new(now, actor, "recovery_codes.replaced", Some(account), &id))
    };
    caller.transaction(state, work).await?;
    Ok(codes)
}

/// Removes the second factor, except from officers and operators, and ends the other sessions.
async fn remove(state: &AppState, caller: &Caller, id: &RequestId) -> Result<()> {
    if caller.role().is_staff() {
        return Err(Code::SecondFactorMandatory.into());
    }
    let mail = changed_mail(state, caller, false)?;
    let proved = staff::stepped_up(caller, state).and_then(|()| presence::present(state, caller));
    let refusal = proved.err().map(|error| error.code());
    let (keyring, account, actor) = (state.keyring.clone(), caller.account_id(), caller.actor());
    let (caller, now, id) = (caller.clone(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        caller.lock_sessions(c)?;
        accounts::lock_account(c, account)?;
        if is_active(c, account)? {
            if let Some(code) = refusal {
                return Err(code.into());
            }
            session_store::delete_other_sessions(c, account, caller.session.id)?;
            notify::post(c, &keyring, mail.as_ref(), now)?;
        }
        if !store::remove(c, account)? {
            return Err(Code::NotFound.into());
        }
        audit::record(c, &Event::new(now, actor, "second_factor.removed", Some(account), &id))
    };
    state.db.transaction(work).await
}

/// Verifies the second factor again; returns until when decisions may be taken.
async fn step_up(
    state: &AppState,
    caller: &Caller,
    request: types::StepUpRequest,
    id: &RequestId,
) -> Result<DateTime<Utc>> {
    let (account, session, actor) = (caller.account_id(), caller.session.id, caller.actor());
    let (keyring, now, id) = (state.keyring.clone(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        let shown = Shown::of(request.totp.as_ref(), request.recovery_code.as_ref())?;
        let shown = shown.ok_or_else(|| Error::invalid("/totp", &types::ONE_SECOND_FACTOR))?;
        // The transaction returns the refusal as a value, so that the count is committed.
        if !take(c, &keyring, account, (shown, Way::Session), now)? {
            return Ok(Some(shown.wrong()));
        }
        session_store::set_second_factor(c, session, now)?;
        audit::record(c, &Event::new(now, actor, "session.stepped_up", Some(session), &id))?;
        Ok(None)
    };
    let wrong = caller.transaction(state, work).await?;
    wrong.map_or_else(|| Ok(staff::step_up_ends(now)), Err)
}

/// Stops the reset of the caller's second factor.
async fn stop_reset(state: &AppState, caller: &Caller, id: &RequestId) -> Result<()> {
    let (account, actor, now, id) = (caller.account_id(), caller.actor(), state.clock.now(), id.clone());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        if !reset::stop(c, &keyring, account, now)? {
            return Err(Code::NotFound.into());
        }
        audit::record(c, &Event::new(now, actor, "second_factor.reset_stopped", Some(account), &id))
    };
    caller.transaction(state, work).await
}

/// Stops a reset by the mailed token.
async fn stop_reset_by_token(state: &AppState, token: &str, id: &RequestId) -> Result<()> {
    let (digest, now, id) = (digest_of(token), state.clock.now(), id.clone());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        let account = reset::stop_by_token(c, &keyring, &digest, now)?.ok_or(Code::InvalidResetToken)?;
        let stopped = "second_factor.reset_stopped";
        audit::record(c, &Event::new(now, Actor::PUBLIC, stopped, Some(account), &id))
    };
    state.db.transaction(work).await
}

/// Returns the status of the caller's second factor.
async fn show(state: &AppState, caller: &Caller) -> Result<SecondFactorResponse> {
    let (account, now) = (caller.account_id(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        Ok((store::find(c, account)?, store::codes_left(c, account)?, reset::awaited(c, account, now)?))
    };
    let (row, recovery_codes_left, removed_from) = state.db.read(work).await?;
    let confirmed_at = row.as_ref().and_then(|row| row.confirmed_at);
    let status = match (&row, confirmed_at) {
        (None, _) => Status::NotSetUp,
        (Some(_), None) => Status::Pending,
        (Some(_), Some(_)) => Status::Active,
    };
    Ok(SecondFactorResponse { status, confirmed_at, recovery_codes_left, removed_from })
}
