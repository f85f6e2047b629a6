//! The way back: the provider's answer is checked, the account gets its person, the browser goes home.

use actix_web::HttpRequest;
use diesel::Connection;
use url::Url;

use super::provider::{IdentityProvider, ProviderError, Secrets};
use super::start::{COOKIE, SECRETS};
use super::store::{self, Verification};
use super::types::{CallbackQuery, Status};
use crate::accounts::store::{self as accounts, ProvedPerson as PersonColumns};
use crate::accounts::token::digest_of;
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::{Cell, ProvedPerson};
use crate::state::AppState;

/// How a verification ended.
struct End {
    status: Status,
    reason: Option<&'static str>,
}

impl End {
    const fn rejected(reason: &'static str) -> Self {
        Self { status: Status::Rejected, reason: Some(reason) }
    }

    const fn failed(reason: &'static str) -> Self {
        Self { status: Status::Failed, reason: Some(reason) }
    }
}

/// Takes the answer; tells where the browser goes next.
pub(super) async fn complete(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    query: CallbackQuery,
    id: &RequestId,
) -> Result<Url> {
    let verification = take(state, request, query.state.as_deref()).await?;
    let end = match outcome(state, provider, &verification, query).await? {
        Ok(person) => prove(state, &verification, person, id).await?,
        Err(end) => end,
    };
    if end.status != Status::Verified {
        record_end(state, &verification, &end, id).await?;
    }
    back(&verification, &end)
}

/// The open verification of this state, used up by this browser.
async fn take(state: &AppState, request: &HttpRequest, given: Option<&str>) -> Result<Verification> {
    let digest = digest_of(given.ok_or(Code::InvalidState)?);
    let now = state.clock.now();
    let found = state.db.read(move |c| store::find_open(c, &digest, now)).await?;
    let verification = found.ok_or(Code::InvalidState)?;
    let browser = request.cookie(COOKIE).map(|cookie| digest_of(cookie.value()));
    if verification.browser_digest.is_some() && verification.browser_digest != browser {
        return Err(Code::ForeignBrowser.into());
    }
    let id = verification.id;
    let taken = state.db.write(move |c| store::take_answer(c, id, now)).await?;
    if taken { Ok(verification) } else { Err(Code::InvalidState.into()) }
}

/// Whether the answer names another issuer than ours (RFC 9207): then it was meant for somebody else.
fn is_of_another(provider: &IdentityProvider, query: &CallbackQuery) -> bool {
    query.iss.as_deref().is_some_and(|iss| iss != provider.issuer())
}

/// The person that the answer proves, or how the verification ended instead.
async fn outcome(
    state: &AppState,
    provider: &IdentityProvider,
    verification: &Verification,
    query: CallbackQuery,
) -> Result<Result<ProvedPerson, End>> {
    if is_of_another(provider, &query) {
        return Ok(Err(End::failed("answer_refused")));
    }
    let Some(code) = query.code.filter(|_| query.error.is_none()) else {
        return Ok(Err(End::failed(reason_of(query.error.as_deref(), query.error_description.as_deref()))));
    };
    let sealed = verification.secrets.as_deref().unwrap_or_default();
    let cell = Cell { column: SECRETS, row: verification.id };
    let secrets = state.keyring.open(cell, sealed).map_err(Error::internal)?;
    let secrets: Secrets = serde_json::from_slice(&secrets).map_err(Error::internal)?;
    Ok(provider.finish(code, secrets).await.map_err(|error| {
        log::warn!("identity verification {}: {error}", verification.id);
        End::failed(match error {
            ProviderError::Unavailable => "provider_unavailable",
            ProviderError::Refused(_) => "answer_refused",
            ProviderError::Incomplete(_) => "identity_incomplete",
        })
    }))
}

/// The provider's error in our words; its own text goes no further.
fn reason_of(error: Option<&str>, description: Option<&str>) -> &'static str {
    match (error, description) {
        (Some("access_denied"), Some("card_refused")) => "card_refused",
        (Some("access_denied"), Some("three_d_secure_failed")) => "three_d_secure_failed",
        (Some("access_denied"), _) => "abandoned",
        (Some("temporarily_unavailable" | "server_error"), _) => "provider_unavailable",
        _ => "answer_refused",
    }
}

/// Binds the person to the account, unless either is bound already or the session that began it has ended.
async fn prove(
    state: &AppState,
    verification: &Verification,
    person: ProvedPerson,
    id: &RequestId,
) -> Result<End> {
    let (account, session, now) = (verification.account_id, verification.session_id, state.clock.now());
    let columns = PersonColumns {
        person_index: state.keyring.index("person.cnp", person.cnp.as_str().as_bytes()),
        person: person.seal(&state.keyring, account).map_err(Error::internal)?,
        identity_method: "ghiseul",
        identity_verified_at: now,
    };
    let (verification_id, id) = (verification.id, id.clone());
    let work = move |c: &mut diesel::PgConnection| {
        if !accounts::is_open(c, session)? {
            return Err(Code::Unauthenticated.into());
        }
        accounts::set_person(c, account, &columns, || Code::PersonVerifiedElsewhere.into())?;
        store::complete(c, verification_id, Status::Verified, None, now)?;
        let actor = Actor { account_id: Some(account), role: "citizen" };
        audit::record(c, &Event::new(now, actor, "identity.verified", Some(verification_id), &id))
    };
    match state.db.write(move |c| c.transaction(work)).await {
        Ok(()) => Ok(End { status: Status::Verified, reason: None }),
        Err(error) => match error.code() {
            Code::PersonVerifiedElsewhere => Ok(End::rejected("person_already_verified")),
            Code::AlreadyVerified => Ok(End::rejected("account_already_verified")),
            Code::Unauthenticated => Ok(End::failed("session_ended")),
            _ => Err(error),
        },
    }
}

async fn record_end(state: &AppState, verification: &Verification, end: &End, id: &RequestId) -> Result<()> {
    let (verification_id, account, now) = (verification.id, verification.account_id, state.clock.now());
    let (status, reason, id) = (end.status, end.reason, id.clone());
    let work = move |c: &mut diesel::PgConnection| {
        store::complete(c, verification_id, status, reason, now)?;
        let actor = Actor { account_id: Some(account), role: "citizen" };
        audit::record(c, &Event::new(now, actor, "identity_verification.ended", Some(verification_id), &id))
    };
    state.db.write(move |c| c.transaction(work)).await
}

/// The front end's address, with the verification and where it stands; never a code or a name.
fn back(verification: &Verification, end: &End) -> Result<Url> {
    let url = verification.return_url.as_deref().unwrap_or_default();
    let mut url = Url::parse(url).map_err(Error::internal)?;
    url.query_pairs_mut()
        .append_pair("verification_id", &verification.id.to_string())
        .append_pair("status", end.status.as_str());
    if let Some(reason) = end.reason {
        url.query_pairs_mut().append_pair("reason", reason);
    }
    Ok(url)
}
