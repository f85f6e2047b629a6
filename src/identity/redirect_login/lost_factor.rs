//! A person who has just proved their identity by redirect, and has lost the second factor that the exchange asks for.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::{exchange, store};
use crate::accounts::owner;
use crate::accounts::second_factor::reset;
use crate::accounts::token::digest_of;
use crate::audit::{Actor, ActorRole};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::state::AppState;

/// Uses up a code to begin the reset of a second factor; returns when the waiting time ends.
///
/// # Errors
/// `invalid_code`, `foreign_browser`, and those of [`reset::begin`], which leave the code as it is.
pub(super) async fn begin(
    state: &AppState,
    request: &HttpRequest,
    code: &str,
    id: &RequestId,
) -> Result<DateTime<Utc>> {
    let digest = digest_of(code);
    let found = state.db.read(move |c| store::find_by_code(c, &digest)).await?;
    let login = found.filter(|login| login.proves_session_id.is_none() && !login.on_log_in_page);
    let login = login.ok_or(Code::InvalidCode)?;
    exchange::may_exchange(state, request, &login).await?;
    let account = login.account_id.ok_or(Code::InvalidCode)?;
    let (keyring, wait, front_end) =
        (state.keyring.clone(), state.second_factor_reset, state.addresses.front_end.clone());
    let (now, id) = (state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        // The code opens no session: a second use finds none to end.
        if !store::take_code(c, login.id, Uuid::now_v7(), now)? {
            return Err(Code::InvalidCode.into());
        }
        let actor = Actor { account_id: Some(account), role: ActorRole::Citizen };
        let asked =
            reset::Request { account, officer: None, actor, wait, front_end: &front_end, id: &id, now };
        let removed_from = reset::begin(c, &keyring, &asked)?;
        // Since the code was issued, the person may have moved to another account.
        let person = login.person_index.as_deref().ok_or(Code::InvalidCode)?;
        owner::hold(c, account, person).map_err(|error| match error.code() {
            Code::IdentityUnverified => Code::InvalidCode.into(),
            _ => error,
        })?;
        Ok(removed_from)
    };
    state.db.transaction(work).await
}
