//! Proof that the owner is present, before a change that the holder of a stolen token must not make: a new password, an
//! address or phone number, a second factor or its recovery codes, the end of other sessions, the proof of an identity.
//!
//! The proof is the password, or a redirect through an identity provider that comes back with the same person. Both can
//! be given beforehand, and then count for a while in this session ([`present`]).

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::passwords::{Password, hash};
use super::{Caller, session_store};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::Index;
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;
use crate::text::{At, Rule};

pub(super) const CURRENT_PASSWORD_WRONG: Rule =
    Rule::new("current_password_wrong", "This is not your current password", "Nu este parola actuală");
/// The rules of [`prove`] and [`by_password`].
pub(crate) const RULES: &[At] = &[("/current_password", CURRENT_PASSWORD_WRONG)];
/// How long a proof counts: a third of the life of an access token, so that most stolen ones come too late.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// Attempts at the current password from one session: whoever stole its token uses up nothing of the owner's others.
const OF_SESSION: Limit = Limit::unsaid("current-password-session", 10, TimeDelta::minutes(15));
/// Attempts from all sessions of the account: more than one session can make.
const OF_ACCOUNT: Limit = Limit::unsaid("current-password-account", 100, TimeDelta::hours(1));

/// Demands the current password if one is given, and otherwise an earlier proof in this session.
///
/// # Errors
/// `current_password_wrong` at `/current_password`, `too_many_requests`; `presence_required` without a recent proof.
pub(super) async fn prove(state: &AppState, caller: &Caller, given: Option<Password>) -> Result<()> {
    match given {
        Some(given) if caller.account.password_hash.is_some() => check(state, caller, given).await,
        _ => present(state, caller),
    }
}

/// Demands that the owner proved to be present in this session a moment ago.
///
/// # Errors
/// `presence_required`.
pub(crate) fn present(state: &AppState, caller: &Caller) -> Result<()> {
    let proved_at = caller.session.proved_at;
    let fresh = proved_at.is_some_and(|at| state.clock.now() < fresh_until(at));
    if fresh { Ok(()) } else { Err(Code::PresenceRequired.into()) }
}

/// Demands that the owner logged in, or proved to be present, a moment ago: for what is done soon after a log-in, and
/// never again.
///
/// # Errors
/// `presence_required`.
pub(crate) fn just_arrived(state: &AppState, caller: &Caller) -> Result<()> {
    let arrived = state.clock.now() < fresh_until(caller.session.created_at);
    if arrived { Ok(()) } else { present(state, caller) }
}

/// Returns until when a proof of this time counts.
pub(crate) fn fresh_until(proved_at: DateTime<Utc>) -> DateTime<Utc> {
    proved_at + FRESH
}

/// Checks the current password. A right one costs nothing, and takes the wrong ones before it off the session's.
async fn check(state: &AppState, caller: &Caller, given: Password) -> Result<()> {
    let (now, stored) = (state.clock.now(), caller.account.password_hash.clone());
    let counts = guesses(state, caller);
    let keys = counts.iter().map(|counted| counted.key().to_vec()).collect();
    state.db.write(move |c| rate_limit::count_in_order(c, &counts, now)).await?;
    let fits = rate_limit::settle_all(&state.db, keys, hash::verify(given, stored).await).await?;
    if !fits {
        return Err(Error::invalid("/current_password", &CURRENT_PASSWORD_WRONG));
    }
    let [of_session, of_account] = guesses(state, caller);
    let settle = move |c: &mut PgConnection| {
        rate_limit::forget(c, of_session.key())?;
        rate_limit::refund(c, of_account.key())
    };
    state.db.write(settle).await
}

/// Returns what an attempt counts for: the session, and the account.
fn guesses(state: &AppState, caller: &Caller) -> [Counted; 2] {
    let of_session = Index::RATE_LIMIT_CURRENT_PASSWORD_SESSION;
    let of_session = state.keyring.index(of_session, caller.session.id.as_bytes());
    let of_account = state.keyring.index(Index::RATE_LIMIT_CURRENT_PASSWORD, caller.account_id().as_bytes());
    [Counted::new(of_session, OF_SESSION), Counted::new(of_account, OF_ACCOUNT)]
}

/// Proves presence by the password; returns until when that counts.
///
/// # Errors
/// `current_password_wrong`, `too_many_requests`; `unauthenticated` if the session has ended.
pub(crate) async fn by_password(
    state: &AppState,
    caller: &Caller,
    given: Password,
    id: &RequestId,
) -> Result<DateTime<Utc>> {
    check(state, caller, given).await?;
    let (proving, now, id) = (caller.clone(), state.clock.now(), id.clone());
    // The password may have been changed since it was checked.
    let work = move |c: &mut PgConnection| {
        let (account, hash) = (proving.account_id(), proving.account.password_hash.as_deref());
        if !super::store::hold_password(c, account, hash)? {
            return Err(Error::invalid("/current_password", &CURRENT_PASSWORD_WRONG));
        }
        record(c, &proving, now, &id)
    };
    caller.transaction(state, work).await?;
    Ok(fresh_until(now))
}

/// Records that the owner proved to be present in the caller's session, which is held.
pub(crate) fn record(
    connection: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
    id: &RequestId,
) -> Result<()> {
    let session = caller.session.id;
    session_store::set_proved(connection, session, now)?;
    audit::record(connection, &Event::new(now, caller.actor(), "session.presence_proved", Some(session), id))
}
