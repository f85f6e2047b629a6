//! Follows the mailed link: a registration becomes an account, or an account without an address gets one.
//!
//! Strangers register other people's addresses, and mails look alike: the owner of a mailbox must not unknowingly open
//! an account with a stranger's password. So a registration is confirmed by the link together with the password that was chosen
//! with it: a front end asks for it on the page that the link opens. A link alone opens nothing.

use chrono::TimeDelta;
use diesel::pg::PgConnection;

use super::passwords::hash;
use super::registration::account_of;
use super::store::{self, Account};
use super::token::digest_of;
use super::types::ConfirmEmailRequest;
use super::{Caller, address, new_address};
use crate::audit::{self, Actor, ActorRole, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::Index;
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::text::{At, Rule};

const PASSWORD_NEEDED: Rule = Rule::new(
    "registration_password_needed",
    "Type the password that you chose when you registered. If you did not register, do not go on",
    "Scrieți parola pe care ați ales-o la înregistrare. Dacă nu v-ați înregistrat, nu continuați",
);
const PASSWORD_WRONG: Rule = Rule::new(
    "registration_password_wrong",
    "It is not the password that was chosen with this registration. If you did not choose one, register yourself",
    "Nu este parola aleasă la această înregistrare. Dacă nu ați ales dumneavoastră o parolă, înregistrați-vă",
);
/// The rules of [`confirm`].
pub(super) const RULES: &[At] = &[("/password", PASSWORD_NEEDED), ("/password", PASSWORD_WRONG)];
/// Attempts at the password of one link.
const GUESSES: Limit = Limit::unsaid("confirmation-password", 10, TimeDelta::minutes(15));

/// Creates the account of a mailed token, or gives an account without an address its address, or confirms another one.
pub(super) async fn confirm(
    state: &AppState,
    caller: Option<&Caller>,
    request: &ConfirmEmailRequest,
    id: &RequestId,
) -> Result<Account> {
    let digest = digest_of(request.token.as_str());
    let shown = check_password(state, request, &digest).await?;
    let (now, keyring, id) = (state.clock.now(), state.keyring.clone(), id.clone());
    let caller = caller.cloned();
    let work = move |c: &mut PgConnection| {
        caller.as_ref().map_or(Ok(()), |caller| caller.hold(c))?;
        if let Some(account) = address::confirm(c, &digest, caller.as_ref().map(Caller::account_id), now)? {
            let actor = Actor { account_id: Some(account.id), role: ActorRole::Citizen };
            audit::record(c, &Event::new(now, actor, "account.email_confirmed", Some(account.id), &id))?;
            return Ok(account);
        }
        if let Some(account) = new_address::confirm(c, &keyring, &digest, caller.as_ref(), (now, &id))? {
            return Ok(account);
        }
        let registration =
            store::take_registration(c, &digest, now)?.ok_or(Code::InvalidConfirmationToken)?;
        if !shown {
            return Err(Error::invalid("/password", &PASSWORD_NEEDED));
        }
        let email_index = registration.email_index.clone();
        let account = account_of(&keyring, registration, now)?;
        store::insert_account(c, &account)?;
        store::delete_registrations(c, &email_index)?;
        let actor = Actor { account_id: Some(account.id), role: ActorRole::Citizen };
        audit::record(c, &Event::new(now, actor, "account.created", Some(account.id), &id))?;
        Ok(account)
    };
    state.db.transaction(work).await
}

/// Returns whether the password of the registration was given; every attempt is counted before it is checked.
async fn check_password(state: &AppState, request: &ConfirmEmailRequest, digest: &[u8]) -> Result<bool> {
    let Some(password) = request.password.clone() else { return Ok(false) };
    let (digest, now) = (digest.to_vec(), state.clock.now());
    let guesses = state.keyring.index(Index::RATE_LIMIT_CONFIRMATION, &digest);
    let find = move |c: &mut PgConnection| {
        let Some(hash) = store::find_registered_password(c, &digest, now)? else { return Ok(None) };
        rate_limit::count(c, &guesses, GUESSES, now)?;
        Ok(Some(hash))
    };
    // An account that was created without an address has no password to give.
    let Some(stored) = state.db.write(find).await? else { return Ok(false) };
    let fits = hash::verify(password, Some(stored)).await?;
    if fits { Ok(true) } else { Err(Error::invalid("/password", &PASSWORD_WRONG)) }
}
