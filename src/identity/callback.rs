//! The way back: checks the provider's answer, gives the account its person, and redirects to the front end.

use actix_web::HttpRequest;
use url::Url;

use super::answer::{self, EncryptedSecrets};
use super::browser::BrowserCookie;
use super::mails;
use super::provider::IdentityProvider;
use super::redirect_login;
use super::status::{VerificationReason, VerificationStatus};
use super::store::{self, Verification};
use super::types::CallbackQuery;
use crate::accounts::contact;
use crate::accounts::refresh;
use crate::accounts::session_store;
use crate::accounts::store::{self as accounts, ProvedPerson as PersonColumns};
use crate::accounts::token::digest_of;
use crate::audit::{self, Actor, ActorRole, Event};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::notify;
use crate::person::{Column, Index, ProvedPerson};
use crate::state::AppState;

/// The outcome of a verification.
struct End {
    status: VerificationStatus,
    reason: Option<VerificationReason>,
}

impl End {
    const fn rejected(reason: VerificationReason) -> Self {
        Self { status: VerificationStatus::Rejected, reason: Some(reason) }
    }

    const fn failed(reason: VerificationReason) -> Self {
        Self { status: VerificationStatus::Failed, reason: Some(reason) }
    }
}

/// Takes the answer to the verification or log-in with this state; returns where the browser goes next.
pub(super) async fn complete(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    query: CallbackQuery,
    locale: Locale,
    id: &RequestId,
) -> Result<Url> {
    let digest = digest_of(query.state.as_deref().ok_or(Code::InvalidState)?);
    match take(state, provider, request, &digest).await? {
        Some(verification) => verify(state, provider, &verification, query, id).await,
        None => redirect_login::answered(state, provider, request, &digest, query, locale, id).await,
    }
}

async fn verify(
    state: &AppState,
    provider: &IdentityProvider,
    verification: &Verification,
    query: CallbackQuery,
    id: &RequestId,
) -> Result<Url> {
    let encrypted = EncryptedSecrets {
        column: Column::IDENTITY_VERIFICATIONS_SECRETS,
        row: verification.id,
        secrets: verification.secrets.as_deref(),
    };
    let end = match answer::person(state, provider, &encrypted, query).await? {
        Ok(person) => prove(state, provider, verification, &person, id).await?,
        Err(reason) => End::failed(reason.into()),
    };
    if end.status != VerificationStatus::Verified {
        record_end(state, verification, &end, id).await?;
    }
    back(verification, &end)
}

/// Uses up the open verification with this state at this provider, for this browser. At another provider's callback,
/// the state means nothing and is not used up.
async fn take(
    state: &AppState,
    provider: &IdentityProvider,
    request: &HttpRequest,
    digest: &[u8],
) -> Result<Option<Verification>> {
    let (method, digest, now) = (provider.name().to_owned(), digest.to_vec(), state.clock.now());
    let found = state.db.read(move |c| store::find_open(c, &method, &digest, now)).await?;
    let Some(verification) = found else { return Ok(None) };
    BrowserCookie::Verification.check(state, request, verification.browser_digest.as_deref())?;
    let id = verification.id;
    let taken = state.db.write(move |c| store::take_answer(c, id, now)).await?;
    if taken { Ok(Some(verification)) } else { Err(Code::InvalidState.into()) }
}

/// Binds the person to the account, unless either is bound already or the session that began it has ended.
async fn prove(
    state: &AppState,
    provider: &IdentityProvider,
    verification: &Verification,
    person: &ProvedPerson,
    id: &RequestId,
) -> Result<End> {
    let (account, session, now) = (verification.account_id, verification.session_id, state.clock.now());
    let columns = PersonColumns {
        person_index: state.keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes()),
        person: person.encrypt(&state.keyring, account).map_err(Error::internal)?,
        identity_method: verification.method.clone(),
        identity_verified_at: now,
    };
    let (verification_id, id) = (verification.id, id.clone());
    let (keyring, title) = (state.keyring.clone(), provider.settings().title.clone());
    let life = state.session_life;
    let work = move |c: &mut diesel::PgConnection| {
        let open = session_store::is_open(c, session)?;
        if !open || refresh::open_until(c, session, now, life)?.is_none() {
            return Err(Code::Unauthenticated.into());
        }
        accounts::set_person(c, account, &columns, || Code::PersonVerifiedElsewhere.into())?;
        store::complete(c, verification_id, VerificationStatus::Verified, None, now)?;
        let contact = contact(c, &keyring, account)?;
        let mail = contact.map(|contact| mails::verified(&contact.email, contact.locale, &title));
        notify::post(c, &keyring, mail.as_ref(), now)?;
        let actor = Actor { account_id: Some(account), role: ActorRole::Citizen };
        audit::record(c, &Event::new(now, actor, "identity.verified", Some(verification_id), &id))
    };
    match state.db.transaction(work).await {
        Ok(()) => Ok(End { status: VerificationStatus::Verified, reason: None }),
        Err(error) => match error.code() {
            Code::PersonVerifiedElsewhere => Ok(End::rejected(VerificationReason::PersonAlreadyVerified)),
            Code::AlreadyVerified => Ok(End::rejected(VerificationReason::AccountAlreadyVerified)),
            Code::Unauthenticated => Ok(End::failed(VerificationReason::SessionEnded)),
            _ => Err(error),
        },
    }
}

async fn record_end(state: &AppState, verification: &Verification, end: &End, id: &RequestId) -> Result<()> {
    let (verification_id, account, now) = (verification.id, verification.account_id, state.clock.now());
    let (status, reason, id) = (end.status, end.reason, id.clone());
    let work = move |c: &mut diesel::PgConnection| {
        store::complete(c, verification_id, status, reason, now)?;
        let actor = Actor { account_id: Some(account), role: ActorRole::Citizen };
        audit::record(c, &Event::new(now, actor, "identity_verification.ended", Some(verification_id), &id))
    };
    state.db.transaction(work).await
}

/// Builds the front end's URL with the verification and its status; never a code or a name.
fn back(verification: &Verification, end: &End) -> Result<Url> {
    let url = verification.return_url.as_deref().unwrap_or_default();
    let mut url = Url::parse(url).map_err(Error::internal)?;
    url.query_pairs_mut()
        .append_pair("verification_id", &verification.id.to_string())
        .append_pair("status", end.status.as_str());
    if let Some(reason) = end.reason {
        url.query_pairs_mut().append_pair("reason", reason.as_str());
    }
    Ok(url)
}
