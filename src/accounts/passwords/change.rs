//! Changes the password of a logged-in user.

use chrono::TimeDelta;
use diesel::PgConnection;

use super::types::ChangePasswordRequest;
use super::{Password, chosen, hash, mails, store};
use crate::accounts::{Caller, store as accounts, view};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::notify;
use crate::person::Index;
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::text::Rule;

const CURRENT_PASSWORD_WRONG: Rule =
    Rule::new("current_password_wrong", "This is not your current password", "Nu este parola actuală");
/// The greatest age of a session that may set an account's first password: its owner has just logged in by redirect.
const FRESH: TimeDelta = TimeDelta::minutes(15);
/// Attempts at the current password.
const GUESSES: Limit = Limit { tries: 10, window: TimeDelta::minutes(15) };

/// Sets or changes the password, and ends the other sessions.
pub(super) async fn change(
    state: &AppState,
    caller: &Caller,
    request: ChangePasswordRequest,
    id: &RequestId,
) -> Result<()> {
    let password = chosen(&state.keyring, &caller.account, request.password)?;
    check_current(state, caller, request.current_password).await?;
    let hash = hash::hash(password).await?;
    let mail = view::mail(&state.keyring, &caller.account, mails::changed)?;
    let (caller, account, session) = (caller.clone(), caller.account_id(), caller.session.id);
    let (keyring, actor, now, id) = (state.keyring.clone(), caller.actor(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        caller.lock_sessions(c)?;
        if !store::set_password(c, account, caller.account.password_hash.as_deref(), &hash)? {
            return Err(Error::invalid("/current_password", &CURRENT_PASSWORD_WRONG));
        }
        accounts::delete_other_sessions(c, account, session)?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        audit::record(c, &Event::new(now, actor, "password.changed", Some(account), &id))
    };
    state.db.transaction(work).await
}

/// Checks the current password; an account without one needs a fresh session.
async fn check_current(state: &AppState, caller: &Caller, given: Option<Password>) -> Result<()> {
    let (now, wrong) = (state.clock.now(), || Error::invalid("/current_password", &CURRENT_PASSWORD_WRONG));
    let Some(stored) = caller.account.password_hash.clone() else {
        let fresh = now - caller.session.created_at < FRESH;
        return if fresh { Ok(()) } else { Err(Code::LogInAgain.into()) };
    };
    let given = given.ok_or_else(wrong)?;
    let guesses = state.keyring.index(Index::RATE_LIMIT_CURRENT_PASSWORD, caller.account_id().as_bytes());
    let counted = guesses.clone();
    state.db.write(move |c| rate_limit::count(c, &counted, GUESSES, now)).await?;
    let fits = rate_limit::settle(&state.db, guesses, hash::verify(given, Some(stored)).await).await?;
    if fits { Ok(()) } else { Err(wrong()) }
}
