//! Proof that the owner is present, before a change that the holder of a stolen token must not make: a new password, a
//! first address, a second factor.

use chrono::TimeDelta;

use super::Caller;
use super::passwords::{Password, hash};
use crate::error::{Code, Error, Result};
use crate::person::Index;
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::text::Rule;

pub(super) const CURRENT_PASSWORD_WRONG: Rule =
    Rule::new("current_password_wrong", "This is not your current password", "Nu este parola actuală");
/// The greatest age of a session that proves it for an account without a password: its owner has just logged in by
/// redirect.
const FRESH: TimeDelta = TimeDelta::minutes(15);
/// Attempts at the current password.
const GUESSES: Limit = Limit { tries: 10, window: TimeDelta::minutes(15) };

/// Checks the current password. For an account without one, or without an address to reset a forgotten one, a fresh
/// session does: it came by redirect.
///
/// # Errors
/// `current_password_wrong` at `/current_password`, `too_many_requests`; `log_in_again` if the session is not fresh.
pub(super) async fn prove(state: &AppState, caller: &Caller, given: Option<Password>) -> Result<()> {
    let (now, wrong) = (state.clock.now(), || Error::invalid("/current_password", &CURRENT_PASSWORD_WRONG));
    let by_redirect = caller.account.password_hash.is_none() || caller.account.email.is_none();
    let (stored, given) = match (caller.account.password_hash.clone(), given) {
        (Some(stored), Some(given)) => (stored, given),
        _ if by_redirect && now - caller.session.created_at < FRESH => return Ok(()),
        _ if by_redirect => return Err(Code::LogInAgain.into()),
        _ => return Err(wrong()),
    };
    let guesses = state.keyring.index(Index::RATE_LIMIT_CURRENT_PASSWORD, caller.account_id().as_bytes());
    let counted = guesses.clone();
    state.db.write(move |c| rate_limit::count(c, &counted, GUESSES, now)).await?;
    let fits = rate_limit::settle(&state.db, guesses, hash::verify(given, Some(stored)).await).await?;
    if fits { Ok(()) } else { Err(wrong()) }
}
