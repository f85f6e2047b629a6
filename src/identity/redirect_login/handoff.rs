//! A log-in begun at the provider: its page posts a signed one-time assertion from the browser of a person who is
//! logged in there.

use actix_web::HttpRequest;
use chrono::TimeDelta;
use url::Url;
use uuid::Uuid;

use super::grant::{self, Proof, Refusal};
use super::store::{self, RedirectLogin};
use super::types::HandoffForm;
use crate::accounts::Token;
use crate::accounts::token::digest_of;
use crate::clients::{self, FrontEnd};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::identity::browser::{self, BrowserCookie};
use crate::identity::provider::{Assertion, IdentityProvider, ProviderError};
use crate::identity::start::count;
use crate::state::AppState;

/// How long a used assertion is remembered after its expiry: longer than any clock could make it look valid again.
const REMEMBERED: TimeDelta = TimeDelta::minutes(5);

/// Where the browser goes next, and the secret that it keeps.
pub(super) struct Taken {
    pub(super) url: Url,
    pub(super) browser: String,
}

/// Takes a handoff. Redirects nowhere until the return URL is known to be the front end's own.
pub(super) async fn take(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    form: HandoffForm,
    locale: Locale,
    id: &RequestId,
) -> Result<Taken> {
    let front_end = state.clients.find(&state.db, form.client_id.as_str()).await?;
    let front_end = front_end.ok_or(Code::UnknownClient)?;
    let on_log_in_page = initiates_login(&front_end, form.return_url.as_str());
    let may_return =
        front_end.is_first_party() && state.clients.may_return(&front_end, form.return_url.as_str());
    if !on_log_in_page && !may_return {
        return Err(Code::ReturnUrlNotRegistered.into());
    }
    if !comes_from(provider, request) {
        return Err(Code::ForeignOrigin.into());
    }
    count(state, &front_end).await?;
    let browser = BrowserCookie::fresh_secret()?;
    let is_bound = on_log_in_page || browser::is_bound_from(state, request, form.return_url.as_str());
    let bound = Bound { browser_digest: is_bound.then(|| digest_of(&browser)), on_log_in_page };
    let outcome = match believed(provider, &form).await {
        Ok(assertion) => log_in(state, provider, &form, assertion, bound, locale, id).await?,
        Err(reason) => Err(reason),
    };
    let (return_url, outcome) = (form.return_url.as_str(), outcome.as_ref().map_err(|reason| *reason));
    let url = if on_log_in_page {
        initiate(state, provider, return_url, outcome)?
    } else {
        grant::back(return_url, outcome)?
    };
    Ok(Taken { url, browser })
}

/// Returns whether the address is where the client takes log-ins that others begin.
fn initiates_login(front_end: &FrontEnd, url: &str) -> bool {
    match front_end {
        FrontEnd::FirstParty => false,
        FrontEnd::Registered(client) => client.initiate_login_uri.as_deref() == Some(url),
    }
}

/// Builds the address of a log-in that the provider began (OpenID Connect Core, section 4). The client sends the person on to our log-in
/// page with this `login_hint`; after a refusal, the hint is to go through the provider again.
fn initiate(
    state: &AppState,
    provider: &IdentityProvider,
    uri: &str,
    outcome: std::result::Result<&Token, Refusal>,
) -> Result<Url> {
    let mut url = Url::parse(uri).map_err(Error::internal)?;
    let hint = outcome.map_or_else(|_| provider.name(), Token::reveal);
    url.query_pairs_mut().append_pair("iss", state.addresses.issuer()).append_pair("login_hint", hint);
    Ok(url)
}

/// The browser that a code is bound to, and where it works.
struct Bound {
    browser_digest: Option<Vec<u8>>,
    on_log_in_page: bool,
}

/// Returns whether the request comes from the provider's page, which browsers name in each POST. Another site's page
/// could log its visitor in to an account of its choice; a program that names none has no visitor.
fn comes_from(provider: &IdentityProvider, request: &HttpRequest) -> bool {
    let allowed = &provider.settings().handoff_origins;
    browser::origin(request).is_none_or(|origin| allowed.iter().any(|known| known == origin))
}

/// Returns the assertion, if it is genuine and for this front end.
async fn believed(provider: &IdentityProvider, form: &HandoffForm) -> Result<Assertion, Refusal> {
    let refused = |error: ProviderError| {
        log::warn!("handoff by {}: {error}", provider.name());
        match error {
            ProviderError::Unavailable => Refusal::ProviderUnavailable,
            ProviderError::Refused("exp") => Refusal::AssertionExpired,
            ProviderError::Refused(_) => Refusal::AssertionRefused,
            ProviderError::Incomplete(_) => Refusal::IdentityIncomplete,
        }
    };
    let assertion = provider.assertion(form.assertion.as_str()).await.map_err(refused)?;
    if assertion.client_id != form.client_id.as_str() {
        return Err(refused(ProviderError::Refused("client_id")));
    }
    Ok(assertion)
}

/// Uses up the assertion and issues a code, in one transaction.
async fn log_in(
    state: &AppState,
    provider: &IdentityProvider,
    form: &HandoffForm,
    assertion: Assertion,
    Bound { browser_digest, on_log_in_page }: Bound,
    locale: Locale,
    id: &RequestId,
) -> Result<Result<Token, Refusal>> {
    let (login, now) = (Uuid::now_v7(), state.clock.now());
    let row = RedirectLogin {
        id: login,
        provider: provider.name().to_owned(),
        client_id: form.client_id.as_str().to_owned(),
        return_url: form.return_url.as_str().to_owned(),
        browser_digest,
        state_digest: None,
        secrets: None,
        assertion_digest: Some(digest_of(&assertion.jti)),
        account_id: None,
        person_index: None,
        proves_session_id: None,
        on_log_in_page,
        oauth_request_id: None,
        code_expires_at: None,
        created_at: now,
        expires_at: assertion.expires_at + REMEMBERED,
    };
    let proof = Proof {
        login,
        proves_session: None,
        on_log_in_page: row.on_log_in_page,
        provider: row.provider.clone(),
        person: assertion.person,
        email: assertion.email,
        front_end: state.addresses.front_end.clone(),
        client: Some(row.client_id.clone()).filter(|id| !on_log_in_page && id != clients::DEFAULT),
        locale,
        request: id.clone(),
        now,
    };
    let (code, keyring) = (grant::new_code()?, state.keyring.clone());
    let work = move |c: &mut diesel::PgConnection| {
        if !store::insert(c, &row)? {
            return Ok(Err(Refusal::AssertionUsed));
        }
        Ok(grant::grant(c, &keyring, &proof, &code)?.map(|()| code.clone()))
    };
    match state.db.transaction(work).await {
        Ok(granted) => Ok(granted),
        Err(error) => grant::refusal_of(error.code()).map(Err).ok_or(error),
    }
}
