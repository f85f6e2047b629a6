//! The last step: the front end exchanges the code for a session.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;

use super::store::{self, RedirectLogin};
use super::types::ExchangeCodeRequest;
use crate::accounts::owner;
use crate::accounts::second_factor::campaign::Way;
use crate::accounts::second_factor::check::{self, Checked, Presented};
use crate::accounts::session::{NewSession, OpenedBy};
use crate::accounts::token::digest_of;
use crate::accounts::{Token, device, session_store};
use crate::audit::{self, Actor, ActorRole, Event};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::identity::browser::{self, BrowserCookie};
use crate::state::AppState;
use crate::trace;

/// Opens a session for a code, and the second factor if the account has one; returns it with the token of its device. An
/// earlier session of the browser plays no part: the tokens are new. A missing or wrong second factor leaves the code as it is.
pub(super) async fn exchange(
    state: &AppState,
    request: &HttpRequest,
    exchanged: ExchangeCodeRequest,
    id: &RequestId,
) -> Result<(NewSession, Token)> {
    let ExchangeCodeRequest { code, totp, recovery_code } = exchanged;
    let (digest, now) = (digest_of(code.as_str()), state.clock.now());
    let found = state.db.read(move |c| store::find_by_code(c, &digest)).await?;
    let login = found.ok_or(Code::InvalidCode)?;
    may_exchange(state, request, &login).await?;
    if login.proves_session_id.is_some() {
        return Err(Code::InvalidCode.into());
    }
    let account = login.account_id.ok_or(Code::InvalidCode)?;
    trace::acts_for(account);
    let row = login.id;
    // A code that opens nothing asks for no second factor, and uses none up.
    let checked = if state.db.read(move |c| store::is_unused(c, row, now)).await? {
        check::check(state, account, Presented { totp, recovery_code }, Way::Redirect).await?
    } else {
        Checked::Nothing
    };
    let session =
        NewSession::of(account, now, state.session_life)?.with_presence().with_second_factor(checked.at());
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let by = OpenedBy::of(&state.keyring, ActorRole::Citizen, agent, id);
    let shown = device::shown(state, request);
    let device = open(state, &login, (&session, checked), (by, shown), id).await?;
    Ok((session, device.ok_or(Code::InvalidCode)?))
}

/// Checks that the browser and the front end are those that the code was issued to.
pub(super) async fn may_exchange(
    state: &AppState,
    request: &HttpRequest,
    login: &RedirectLogin,
) -> Result<()> {
    BrowserCookie::Login.check(state, request, login.browser_digest.as_deref())?;
    let front_end = state.clients.find(&state.db, &login.client_id).await?.ok_or(Code::InvalidCode)?;
    match browser::origin(request) {
        Some(origin) if !state.clients.is_page_of(&front_end, origin) => Err(Code::InvalidCode.into()),
        _ => Ok(()),
    }
}

/// Opens the session; returns the token of its device if the code was valid. A reused code is in two hands: its session ends (RFC 6749,
/// 4.1.2). That must be committed despite the refusal, so the transaction returns the refusal as a value.
async fn open(
    state: &AppState,
    login: &RedirectLogin,
    (session, checked): (&NewSession, Checked),
    (by, shown): (OpenedBy, Option<Token>),
    id: &RequestId,
) -> Result<Option<Token>> {
    let (login, session, id) = (login.clone(), session.clone(), id.clone());
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let work = move |c: &mut diesel::PgConnection| {
        check::lock(c, session.account(), &checked)?;
        if !store::take_code(c, login.id, session.id(), now)? {
            if let Some(opened) = store::session_of(c, login.id)? {
                session_store::delete_family(c, opened)?;
                let actor = Actor { account_id: login.account_id, ..Actor::PUBLIC };
                let reuse = Event::new(now, actor, "session.reuse_detected", Some(opened), &id);
                audit::record(c, &reuse)?;
            }
            return Ok(None);
        }
        // Since the code was issued, the person may have moved to another account. After the code: a session that ends
        // is locked before an account.
        let person = login.person_index.as_deref().ok_or(Code::InvalidCode)?;
        match owner::hold(c, session.account(), person) {
            Err(error) if error.code() == Code::IdentityUnverified => return Ok(None),
            held => held?,
        }
        check::settle(c, &keyring, session.account(), &checked, (now, &id))?;
        session.open(c, &keyring, &by)?;
        device::remember_shown(c, session.account(), shown.as_ref(), now).map(Some)
    };
    state.db.transaction(work).await
}
