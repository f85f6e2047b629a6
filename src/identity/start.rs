//! The way out: a verification is written down and the browser sent to the provider.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{HOST, ORIGIN};
use chrono::TimeDelta;
use diesel::Connection;
use url::Url;
use uuid::Uuid;

use super::provider::{IdentityProvider, ProviderError, Redirect};
use super::store::{self, Verification};
use super::types::{IdentityVerificationResponse, Status};
use crate::accounts::token::digest_of;
use crate::accounts::{Caller, Token};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::Cell;
use crate::state::AppState;

/// How long the provider's answer is waited for: log-in, card and 3-D Secure take a person minutes.
const ANSWER_WITHIN: TimeDelta = TimeDelta::minutes(20);
/// The cookie that knows the browser again.
pub(super) const COOKIE: &str = "cazier_browser";
/// The column of the sealed secrets.
pub(super) const SECRETS: &str = "identity_verifications.secrets";

/// A verification that was begun, and the secret that its browser keeps.
pub(super) struct Started {
    pub(super) response: IdentityVerificationResponse,
    pub(super) browser: String,
}

/// Begins a verification through the provider.
pub(super) async fn start(
    state: &AppState,
    provider: &IdentityProvider,
    caller: &Caller,
    request: &HttpRequest,
    return_url: String,
    id: &RequestId,
) -> Result<Started> {
    if caller.account.person.is_some() {
        return Err(Code::AlreadyVerified.into());
    }
    if !state.front_ends.may_return_to(&return_url) {
        return Err(Code::ReturnUrlNotRegistered.into());
    }
    let browser = browser_secret(request)?;
    let redirect = provider.begin().await.map_err(unavailable)?;
    let bound = binds_browser(state, request).then(|| digest_of(&browser));
    let row = row(state, caller, &redirect, bound, return_url)?;
    let response = response(&row, Some(redirect.url.to_string()), row.created_at);
    let (actor, id) = (caller.actor(), id.clone());
    let work = move |c: &mut diesel::PgConnection| {
        store::insert(c, &row)?;
        audit::record(
            c,
            &Event::new(row.created_at, actor, "identity_verification.created", Some(row.id), &id),
        )
    };
    state.db.write(move |c| c.transaction(work)).await?;
    Ok(Started { response, browser })
}

pub(super) fn unavailable(_: ProviderError) -> Error {
    Error::from(Code::ProviderUnavailable).retry_after(std::time::Duration::from_secs(10))
}

fn row(
    state: &AppState,
    caller: &Caller,
    redirect: &Redirect,
    browser_digest: Option<Vec<u8>>,
    return_url: String,
) -> Result<Verification> {
    let (id, now) = (Uuid::now_v7(), state.clock.now());
    let secrets = serde_json::to_vec(&redirect.secrets).map_err(Error::internal)?;
    let secrets = state.keyring.seal(Cell { column: SECRETS, row: id }, &secrets).map_err(Error::internal)?;
    Ok(Verification {
        id,
        account_id: caller.account_id(),
        session_id: caller.session.id,
        method: "ghiseul".into(),
        status: Status::AwaitingRedirect.as_str().into(),
        reason: None,
        state_digest: Some(digest_of(&redirect.state)),
        browser_digest,
        secrets: Some(secrets),
        return_url: Some(return_url),
        created_at: now,
        expires_at: now + ANSWER_WITHIN,
    })
}

/// The wire form; a verification that nobody came back to in time reads as expired.
pub(super) fn response(
    row: &Verification,
    redirect_url: Option<String>,
    now: chrono::DateTime<chrono::Utc>,
) -> IdentityVerificationResponse {
    let status = match Status::of(&row.status) {
        Status::AwaitingRedirect if row.expires_at <= now => Status::Expired,
        status => status,
    };
    IdentityVerificationResponse {
        id: row.id,
        method: row.method.clone(),
        status,
        reason: row.reason.clone(),
        redirect_url,
        expires_at: row.expires_at,
    }
}

/// The browser's secret from an earlier verification, so that two tabs do not shut each other out; or a new one.
fn browser_secret(request: &HttpRequest) -> Result<String> {
    match request.cookie(COOKIE) {
        Some(cookie) if (1..=128).contains(&cookie.value().len()) => Ok(cookie.value().to_owned()),
        _ => Ok(Token::generate("czb_")?.reveal().to_owned()),
    }
}

/// Only the browser that began a verification may end it: else somebody could be lured into proving their identity
/// for another's account. In the sandbox, programs without a browser and pages of another site, whose browsers do not
/// bring our cookie to the callback, are let through: nothing is proved there.
fn binds_browser(state: &AppState, request: &HttpRequest) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let page = header(ORIGIN).and_then(|origin| Url::parse(origin).ok());
    let called = header(HOST).and_then(|host| Url::parse(&format!("http://{host}")).ok());
    let callback = state.addresses.api.host();
    let is_there = |url: Option<Url>| url.is_some_and(|url| url.host() == callback);
    !state.sandbox || (is_there(page) && is_there(called))
}

/// The cookie: for our callback alone, out of reach of scripts, sent along when the provider sends the browser back.
pub(super) fn cookie(state: &AppState, secret: String) -> Cookie<'static> {
    Cookie::build(COOKIE, secret)
        .path("/v1/identity-verifications")
        .http_only(true)
        .secure(state.addresses.api.scheme() == "https")
        .same_site(SameSite::Lax)
        .max_age(time::Duration::hours(1))
        .finish()
}
