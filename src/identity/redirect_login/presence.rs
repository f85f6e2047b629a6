//! Proof, by a redirect begun from a session, that the session's owner is present. The code that comes back is worth
//! something in that session alone: whoever is lured into a redirect that another session began proves nothing for it.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::exchange;
use super::store;
use crate::accounts::token::digest_of;
use crate::accounts::{Caller, owner, presence};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::state::AppState;

/// Proves presence by a code; returns until when that counts.
///
/// # Errors
/// `invalid_code` if the code is unknown, used, expired, or of another session; `foreign_browser`.
pub(super) async fn by_code(
    state: &AppState,
    request: &HttpRequest,
    caller: &Caller,
    code: &str,
    id: &RequestId,
) -> Result<DateTime<Utc>> {
    let digest = digest_of(code);
    let found = state.db.read(move |c| store::find_by_code(c, &digest)).await?;
    let (session, account) = (caller.session.id, caller.account_id());
    let login = found.filter(|login| login.proves_session_id == Some(session)).ok_or(Code::InvalidCode)?;
    exchange::may_exchange(state, request, &login).await?;
    let (proving, now, id) = (caller.clone(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        // Since the code was issued, the person may have moved to another account.
        let person = login.person_index.as_deref().ok_or(Code::InvalidCode)?;
        owner::hold(c, account, person).map_err(|error| match error.code() {
            Code::IdentityUnverified => Code::InvalidCode.into(),
            _ => error,
        })?;
        if !store::take_code(c, login.id, session, now)? {
            return Err(Code::InvalidCode.into());
        }
        presence::record(c, &proving, now, &id)
    };
    caller.transaction(state, work).await?;
    Ok(presence::fresh_until(now))
}
