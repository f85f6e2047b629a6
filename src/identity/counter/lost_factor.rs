//! A person comes to a counter because phone and recovery codes are lost. The officer compares person and document.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::store;
use super::types::{DOCUMENT_EXPIRED, DOCUMENT_MISSING, ResetFactorRequest};
use crate::accounts::Officer;
use crate::accounts::second_factor::reset;
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::offices;
use crate::person::Index;
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::time::civil_date;

/// CNPs that one officer may try without finding an account with a second factor.
const GUESSES: Limit = Limit::unsaid("lost-factor-guesses", 20, chrono::TimeDelta::hours(1));

/// Begins the reset of the second factor of the person at the counter; returns when the waiting time ends.
pub(super) async fn begin(
    state: &AppState,
    officer: &Officer,
    request: ResetFactorRequest,
    id: &RequestId,
) -> Result<DateTime<Utc>> {
    officer.stepped_up(state)?;
    let now = state.clock.now();
    let today = civil_date::today(now);
    let document = request.document.ok_or_else(|| Error::invalid("/document", &DOCUMENT_MISSING))?;
    if document.expires_on.is_some_and(|last_day| last_day.day() < today) {
        return Err(Error::invalid("/document/expires_on", &DOCUMENT_EXPIRED));
    }
    let person = state.keyring.index(Index::PERSON_CNP, request.cnp.as_str().as_bytes());
    let account = officer.caller.account_id();
    if officer.caller.account.staff_person_index.as_ref() == Some(&person) {
        return Err(Code::OwnIdentity.into());
    }
    let guesses = state.keyring.index(Index::RATE_LIMIT_ACTIVATION_CODE_TRIES, account.as_bytes());
    let counted = guesses.clone();
    state.db.write(move |c| rate_limit::count(c, &counted, GUESSES, now)).await?;
    let (keyring, wait, front_end) =
        (state.keyring.clone(), state.second_factor_reset, state.addresses.front_end.clone());
    let (office, actor, id) = (officer.office_id, officer.caller.actor(), id.clone());
    let work = move |c: &mut PgConnection| {
        if !offices::store::certifies(c, office, today)? {
            return Err(Code::OfficeDoesNotCertify.into());
        }
        let owner = store::lock_owner(c, &person)?.ok_or(Code::NotFound)?;
        let asked = reset::Request {
            account: owner.id,
            officer: Some(account),
            actor,
            wait,
            front_end: &front_end,
            id: &id,
            now,
        };
        let removed_from = reset::begin(c, &keyring, &asked)?;
        rate_limit::refund(c, &guesses)?;
        Ok(removed_from)
    };
    officer.caller.transaction(state, work).await
}
