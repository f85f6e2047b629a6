//! The way out: stores a verification and sends the browser to the provider.

use actix_web::HttpRequest;
use chrono::TimeDelta;
use uuid::Uuid;

use super::answer;
use super::browser::{self, BrowserCookie};
use super::provider::{IdentityProvider, IdentityProviders, ProviderError, Redirect};
use super::status::VerificationStatus;
use super::store::{self, Verification};
use super::types::{IdentityVerificationResponse, ReturnUrl};
use crate::accounts::token::digest_of;
use crate::accounts::{Caller, presence};
use crate::audit::{self, Event};
use crate::clients::{FrontEnd, RateClass};
use crate::error::{Code, Error, Result, Violation};
use crate::http::RequestId;
use crate::http::idempotency::{Answer, Work};
use crate::http::violations::UNKNOWN_VALUE;
use crate::person::{Column, Index};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;

/// How long we wait for the provider's answer: log-in, card and 3-D Secure take a person minutes.
pub(super) const ANSWER_WITHIN: TimeDelta = TimeDelta::minutes(20);
/// Redirects that one sender begins, and handoffs that it sends: a town hall's, not a program's.
const OF_ONE_SENDER: Limit = Limit::said("redirects", 300, TimeDelta::hours(1));
/// The same for a front end whose people share the address of its servers.
const OF_ONE_PORTAL: Limit = Limit::said("redirects-portal", 3_000, TimeDelta::hours(1));

/// Finds the provider that a request names in `method`; `others` are the methods there that are no redirects.
///
/// # Errors
/// `unknown_value`, with the known methods.
pub(super) fn provider<'a>(
    providers: &'a IdentityProviders,
    method: &str,
    others: &[&str],
) -> Result<&'a IdentityProvider> {
    providers.find(method).ok_or_else(|| {
        let known = providers.issuers().map(|(name, _)| name).chain(others.iter().copied());
        unknown_name("/method", known.map(str::to_owned).collect())
    })
}

/// Builds the error for an unknown name at this place.
pub(super) fn unknown_name(pointer: &str, known: Vec<String>) -> Error {
    Error::violations(vec![Violation::new(pointer, &UNKNOWN_VALUE).knowing(known)])
}

/// Counts a redirect that is begun for this front end, or a handoff, before the provider is asked.
///
/// # Errors
/// `too_many_requests`.
pub(super) async fn count(state: &AppState, front_end: &FrontEnd) -> Result<()> {
    let (limit, aim) = match (front_end.rate_class(), front_end.registered_id()) {
        // Counted apart, so that what a portal sends uses up nobody else's allowance, nor its sender's.
        (RateClass::High, Some(id)) => (OF_ONE_PORTAL, id),
        _ => (OF_ONE_SENDER, ""),
    };
    let index = Index::RATE_LIMIT_REDIRECTS;
    let sender = Counted::by_sender_and(&state.keyring, index, aim.as_bytes(), limit);
    let now = state.clock.now();
    state.db.write(move |c| rate_limit::count_in_order(c, std::slice::from_ref(&sender), now)).await
}

/// Contacts the provider, and prepares the work that begins a verification.
pub(super) async fn start(
    state: &AppState,
    provider: &IdentityProvider,
    caller: &Caller,
    request: &HttpRequest,
    return_url: &ReturnUrl,
    id: &RequestId,
) -> Result<Work> {
    if caller.account.person.is_some() {
        return Err(Code::AlreadyVerified.into());
    }
    // Whoever is proved here opens the account by redirect from then on.
    presence::just_arrived(state, caller)?;
    if !state.clients.may_return_to(&state.db, return_url.as_str()).await? {
        return Err(Code::ReturnUrlNotRegistered.into());
    }
    count(state, &FrontEnd::FirstParty).await?;
    browser::tell_other_name(state, request);
    let browser = BrowserCookie::Verification.secret(state, request)?;
    let redirect = provider.begin().await.map_err(unavailable)?;
    let bound = browser::is_bound(state, request).then(|| digest_of(&browser));
    let row = Verification {
        method: provider.name().to_owned(),
        ..row(state, caller, &redirect, bound, return_url)?
    };
    let answer =
        created(&response(&row, Some(redirect.url.to_string()), row.created_at)).with_cookie(browser);
    let (actor, id) = (caller.actor(), id.clone());
    Ok(caller.held(Box::new(move |c| {
        store::insert(c, &row)?;
        audit::record(
            c,
            &Event::new(row.created_at, actor, "identity_verification.created", Some(row.id), &id),
        )?;
        Ok(answer.clone())
    })))
}

/// Builds the answer to the caller who begins a verification.
pub(super) fn created(verification: &IdentityVerificationResponse) -> Answer {
    Answer::created(format!("/v1/identity-verifications/{}", verification.id), verification)
}

pub(super) fn unavailable(_: ProviderError) -> Error {
    Error::from(Code::ProviderUnavailable).retry_after(std::time::Duration::from_secs(10))
}

fn row(
    state: &AppState,
    caller: &Caller,
    redirect: &Redirect,
    browser_digest: Option<Vec<u8>>,
    return_url: &ReturnUrl,
) -> Result<Verification> {
    let (id, now) = (Uuid::now_v7(), state.clock.now());
    let secrets = answer::encrypt(state, Column::IDENTITY_VERIFICATIONS_SECRETS, id, &redirect.secrets)?;
    Ok(Verification {
        id,
        account_id: caller.account_id(),
        session_id: caller.session.id,
        method: "ghiseul".into(),
        status: VerificationStatus::AwaitingRedirect,
        reason: None,
        state_digest: Some(digest_of(&redirect.state)),
        browser_digest,
        secrets: Some(secrets),
        return_url: Some(return_url.as_str().to_owned()),
        created_at: now,
        expires_at: now + ANSWER_WITHIN,
    })
}

/// Converts a row for the wire; a verification without an answer in time reads as expired.
pub(super) fn response(
    row: &Verification,
    redirect_url: Option<String>,
    now: chrono::DateTime<chrono::Utc>,
) -> IdentityVerificationResponse {
    let status = match row.status {
        VerificationStatus::AwaitingRedirect | VerificationStatus::AwaitingCounter
            if row.expires_at <= now =>
        {
            VerificationStatus::Expired
        }
        status => status,
    };
    IdentityVerificationResponse {
        id: row.id,
        method: row.method.clone(),
        status,
        reason: row.reason,
        redirect_url,
        activation_code: None,
        expires_at: row.expires_at,
    }
}
