//! A log-in begun here: the front end sends the browser to the provider, and the provider sends it back.

use actix_web::HttpRequest;
use url::Url;
use uuid::Uuid;

use super::grant::{self, Proof};
use super::store::{self, RedirectLogin};
use super::types::{CreateRedirectLoginRequest, RedirectLoginResponse};
use crate::accounts::token::digest_of;
use crate::clients;
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::identity::answer::{self, EncryptedSecrets};
use crate::identity::browser::{self, BrowserCookie};
use crate::identity::provider::{IdentityProvider, Redirect};
use crate::identity::start::{ANSWER_WITHIN, count, unavailable, unknown_name};
use crate::identity::types::CallbackQuery;
use crate::person::Column;
use crate::state::AppState;
use crate::text::Opaque;

/// A log-in in progress, and the secret that its browser keeps.
pub(super) struct Started {
    pub(super) response: RedirectLoginResponse,
    pub(super) browser: String,
}

/// Begins a log-in through the provider, or a proof that the owner of a session is present.
pub(super) async fn start(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    wish: CreateRedirectLoginRequest,
    proves_session: Option<Uuid>,
) -> Result<Started> {
    let (client_id, return_url) =
        (wish.client_id.as_ref().map_or(clients::DEFAULT, Opaque::as_str), wish.return_url.as_str());
    let Some(front_end) = state.clients.find_first_party(&state.db, client_id).await? else {
        return Err(unknown_client(state).await);
    };
    if !state.clients.may_return(&front_end, return_url) {
        return Err(Code::ReturnUrlNotRegistered.into());
    }
    count(state, &front_end).await?;
    browser::tell_other_name(state, request);
    let browser = BrowserCookie::Login.secret(state, request)?;
    let redirect = provider.begin().await.map_err(unavailable)?;
    let row = RedirectLogin {
        browser_digest: browser::is_bound(state, request).then(|| digest_of(&browser)),
        proves_session_id: proves_session,
        ..row(state, provider, &redirect, (client_id, return_url))?
    };
    let expires_at = row.expires_at;
    state.db.write(move |c| store::insert(c, &row)).await?;
    Ok(Started { response: RedirectLoginResponse { redirect_url: redirect.url.into(), expires_at }, browser })
}

/// Makes the row of a log-in that is sent to the provider and is bound to no browser yet.
pub(super) fn row(
    state: &AppState,
    provider: &IdentityProvider,
    redirect: &Redirect,
    (client_id, return_url): (&str, &str),
) -> Result<RedirectLogin> {
    let (id, now) = (Uuid::now_v7(), state.clock.now());
    Ok(RedirectLogin {
        id,
        provider: provider.name().to_owned(),
        client_id: client_id.to_owned(),
        return_url: return_url.to_owned(),
        browser_digest: None,
        state_digest: Some(digest_of(&redirect.state)),
        secrets: Some(answer::encrypt(state, Column::REDIRECT_LOGINS_SECRETS, id, &redirect.secrets)?),
        assertion_digest: None,
        account_id: None,
        person_index: None,
        proves_session_id: None,
        on_log_in_page: false,
        oauth_request_id: None,
        code_expires_at: None,
        created_at: now,
        expires_at: now + ANSWER_WITHIN,
    })
}

/// Builds the error for an unknown front end. A sandbox names those that there are; whose they are live is nobody's business.
async fn unknown_client(state: &AppState) -> Error {
    let known = if state.sandbox { state.clients.of_redirects(&state.db).await } else { Vec::new() };
    unknown_name("/client_id", known)
}

/// Takes the provider's answer to the log-in with this state; returns where the browser goes next.
pub(in crate::identity) async fn answered(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    digest: &[u8],
    query: CallbackQuery,
    locale: Locale,
    id: &RequestId,
) -> Result<Url> {
    let login = take(state, provider, request, digest).await?;
    let encrypted = EncryptedSecrets {
        column: Column::REDIRECT_LOGINS_SECRETS,
        row: login.id,
        secrets: login.secrets.as_deref(),
    };
    let person = match answer::person(state, provider, &encrypted, query).await? {
        Ok(person) => person,
        Err(reason) => return grant::back(&login.return_url, Err(reason.into())),
    };
    let proof = Proof {
        login: login.id,
        proves_session: login.proves_session_id,
        on_log_in_page: login.on_log_in_page,
        provider: login.provider.clone(),
        person,
        email: None,
        front_end: state.addresses.front_end.clone(),
        client: Some(login.client_id.clone()).filter(|client| client != clients::DEFAULT),
        locale,
        request: id.clone(),
        now: state.clock.now(),
    };
    let (code, keyring) = (grant::new_code()?, state.keyring.clone());
    let work = move |c: &mut diesel::PgConnection| {
        Ok(grant::grant(c, &keyring, &proof, &code)?.map(|()| code.clone()))
    };
    let granted = state.db.transaction(work).await?;
    grant::back(&login.return_url, granted.as_ref().map_err(|reason| *reason))
}

/// Uses up the open log-in with this state at this provider, for this browser.
async fn take(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    digest: &[u8],
) -> Result<RedirectLogin> {
    let (name, digest, now) = (provider.name().to_owned(), digest.to_vec(), state.clock.now());
    let found = state.db.read(move |c| store::find_open(c, &name, &digest, now)).await?;
    let login = found.ok_or(Code::InvalidState)?;
    BrowserCookie::Login.check(state, request, login.browser_digest.as_deref())?;
    let id = login.id;
    let taken = state.db.write(move |c| store::take_answer(c, id, now)).await?;
    if taken { Ok(login) } else { Err(Code::InvalidState.into()) }
}
