//! Changes the password of a logged-in user.

use diesel::PgConnection;

use super::types::ChangePasswordRequest;
use super::{chosen, hash, mails, store};
use crate::accounts::second_factor::campaign;
use crate::accounts::{Caller, Token, device, new_address, presence, session_store, view};
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::http::RequestId;
use crate::notify;
use crate::state::AppState;

/// Sets or changes the password, ends the other sessions and forgets all devices; returns the token of the caller's device.
pub(super) async fn change(
    state: &AppState,
    caller: &Caller,
    request: ChangePasswordRequest,
    id: &RequestId,
) -> Result<Token> {
    let password = chosen(&state.keyring, &caller.account, request.password)?;
    presence::prove(state, caller, request.current_password).await?;
    let hash = hash::hash(password).await?;
    let mail = view::mail(&state.keyring, &caller.account, mails::changed)?;
    let (caller, account, session) = (caller.clone(), caller.account_id(), caller.session.id);
    let (keyring, actor, now, id) = (state.keyring.clone(), caller.actor(), state.clock.now(), id.clone());
    let device = device::new_token()?;
    let token = device.clone();
    let work = move |c: &mut PgConnection| {
        caller.lock_sessions(c)?;
        if !store::set_password(c, account, caller.account.password_hash.as_deref(), &hash)? {
            return Err(Error::invalid("/current_password", &presence::CURRENT_PASSWORD_WRONG));
        }
        device::remember(c, account, &device, now)?;
        session_store::delete_other_sessions(c, account, session)?;
        new_address::stop(c, account, actor, (now, &id))?;
        campaign::forgive(c, &keyring, account, now)?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        audit::record(c, &Event::new(now, actor, "password.changed", Some(account), &id))
    };
    state.db.transaction(work).await?;
    Ok(token)
}
