//! The last step: the front end exchanges the code for a session.

use actix_web::HttpRequest;
use uuid::Uuid;

use super::store::{self, RedirectLogin};
use crate::accounts::owner;
use crate::accounts::session::NewSession;
use crate::accounts::session_store;
use crate::accounts::token::digest_of;
use crate::audit::{self, Actor, ActorRole, Event};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::identity::browser::{self, BrowserCookie};
use crate::state::AppState;

/// Opens a session for a code. An earlier session of the browser plays no part: the tokens are new.
pub(super) async fn exchange(
    state: &AppState,
    request: &HttpRequest,
    code: &str,
    id: &RequestId,
) -> Result<NewSession> {
    let digest = digest_of(code);
    let found = state.db.read(move |c| store::find_by_code(c, &digest)).await?;
    let login = found.ok_or(Code::InvalidCode)?;
    may_exchange(state, request, &login)?;
    let account = login.account_id.ok_or(Code::InvalidCode)?;
    let session = NewSession::of(account, state.clock.now(), state.session_life)?;
    if open(state, &login, account, &session, id).await? {
        Ok(session)
    } else {
        Err(Code::InvalidCode.into())
    }
}

/// Checks that the browser and the front end are those that the code was issued to.
fn may_exchange(state: &AppState, request: &HttpRequest, login: &RedirectLogin) -> Result<()> {
    if login.browser_digest.is_some() && login.browser_digest != BrowserCookie::Login.digest(state, request) {
        return Err(Code::ForeignBrowser.into());
    }
    let client = state.clients.find(&login.client_id).ok_or(Code::InvalidCode)?;
    match browser::origin(request) {
        Some(origin) if !state.clients.is_page_of(client, origin) => Err(Code::InvalidCode.into()),
        _ => Ok(()),
    }
}

/// Returns true if the code was valid. A reused code is in two hands: its session ends (RFC 6749, 4.1.2). That must be
/// committed despite the refusal, so the transaction returns the refusal as a value.
async fn open(
    state: &AppState,
    login: &RedirectLogin,
    account: Uuid,
    session: &NewSession,
    id: &RequestId,
) -> Result<bool> {
    let (login, session, id) = (login.clone(), session.clone(), id.clone());
    let now = state.clock.now();
    let work = move |c: &mut diesel::PgConnection| {
        // Since the code was issued, the person may have moved to another account.
        let person = login.person_index.as_deref().ok_or(Code::InvalidCode)?;
        match owner::hold(c, account, person) {
            Err(error) if error.code() == Code::IdentityUnverified => return Ok(false),
            held => held?,
        }
        if !store::take_code(c, login.id, session.id(), now)? {
            if let Some(opened) = store::session_of(c, login.id)? {
                session_store::delete_family(c, opened)?;
                let reuse = Event::new(now, Actor::PUBLIC, "session.reuse_detected", Some(opened), &id);
                audit::record(c, &reuse)?;
            }
            return Ok(false);
        }
        session.insert(c)?;
        let actor = Actor { account_id: Some(account), role: ActorRole::Citizen };
        audit::record(c, &Event::new(now, actor, "session.created", Some(session.id()), &id))?;
        Ok(true)
    };
    state.db.transaction(work).await
}
