//! The last step: the front end exchanges the code for a session.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use uuid::Uuid;

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
    if login.proves_session_id.is_some() || login.on_log_in_page {
        return Err(Code::InvalidCode.into());
    }
    let account = login.account_id.ok_or(Code::InvalidCode)?;
    let checked = second_factor(state, &login, account, Presented { totp, recovery_code }).await?;
    let session =
        NewSession::of(account, now, state.session_life)?.with_presence().with_second_factor(checked.at());
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let by = OpenedBy::of(&state.keyring, ActorRole::Citizen, agent, id);
    let take =
        Taking { login, account, opened: session.id(), checked, device: device::shown(state, request) };
    let (opened, keyring) = (session.clone(), state.keyring.clone());
    let done = take_code(state, take, id, move |c| opened.open(c, &keyring, &by)).await?;
    let ((), device) = done.ok_or(Code::InvalidCode)?;
    Ok((session, device))
}

/// Checks the second factor that a code needs. A code that opens nothing asks for none, and uses none up.
pub(super) async fn second_factor(
    state: &AppState,
    login: &RedirectLogin,
    account: Uuid,
    presented: Presented,
) -> Result<Checked> {
    trace::acts_for(account);
    let (row, now) = (login.id, state.clock.now());
    if state.db.read(move |c| store::is_unused(c, row, now)).await? {
        check::check(state, account, presented, Way::Redirect).await
    } else {
        Ok(Checked::Nothing)
    }
}

/// Checks that the browser and the front end are those that the code was issued to.
pub(super) async fn may_exchange(
    state: &AppState,
    request: &HttpRequest,
    login: &RedirectLogin,
) -> Result<()> {
    BrowserCookie::Login.check(state, request, login.browser_digest.as_deref())?;
    let front_end = state.clients.find_first_party(&state.db, &login.client_id).await?;
    let front_end = front_end.ok_or(Code::InvalidCode)?;
    match browser::origin(request) {
        Some(origin) if !state.clients.is_page_of(&front_end, origin) => Err(Code::InvalidCode.into()),
        _ => Ok(()),
    }
}

/// A code that is about to be used up.
pub(super) struct Taking {
    pub(super) login: RedirectLogin,
    pub(super) account: Uuid,
    /// The session that it opens: it ends if the code is used again.
    pub(super) opened: Uuid,
    pub(super) checked: Checked,
    /// The token of the device that the browser shows.
    pub(super) device: Option<Token>,
}

/// Uses up the code and does in the same transaction what it is for; returns the token of the device besides, if the code was valid. A
/// reused code is in two hands: its session ends (RFC 6749, 4.1.2). That must be committed despite the refusal, so the transaction
/// returns the refusal as a value.
pub(super) async fn take_code<T: Send + 'static>(
    state: &AppState,
    take: Taking,
    id: &RequestId,
    then: impl Fn(&mut diesel::PgConnection) -> Result<T> + Send + 'static,
) -> Result<Option<(T, Token)>> {
    let Taking { login, account, opened, checked, device } = take;
    let (id, keyring, now) = (id.clone(), state.keyring.clone(), state.clock.now());
    let work = move |c: &mut diesel::PgConnection| {
        check::lock(c, account, &checked)?;
        if !store::take_code(c, login.id, opened, now)? {
            // Recorded when it ends the session: whoever shows the code again and again makes no more rows.
            if let Some(opened) = store::session_of(c, login.id)?
                && session_store::delete_family(c, opened)?
            {
                let actor = Actor { account_id: login.account_id, ..Actor::PUBLIC };
                let reuse = Event::new(now, actor, "session.reuse_detected", Some(opened), &id);
                audit::record(c, &reuse)?;
            }
            return Ok(None);
        }
        // Since the code was issued, the person may have moved to another account. After the code: a session that ends
        // is locked before an account.
        let person = login.person_index.as_deref().ok_or(Code::InvalidCode)?;
        match owner::hold(c, account, person) {
            Err(error) if error.code() == Code::IdentityUnverified => return Ok(None),
            held => held?,
        }
        check::settle(c, &keyring, account, &checked, (now, &id))?;
        let done = then(c)?;
        let device = device::remember_shown(c, account, device.as_ref(), now)?;
        Ok(Some((done, device)))
    };
    state.db.transaction(work).await
}
