//! The endpoints of this room.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::types::{
    CreateRedirectLoginRequest, ExchangeCodeRequest, FORMS, HandoffForm, OF_PROOF, OF_REDIRECT,
    PresenceProof, PresenceResponse, ProvePresenceRequest, RedirectLoginResponse, ResetSecondFactorRequest,
};
use super::{exchange, handoff, lost_factor, presence, start};
use crate::accounts::second_factor::types::{OF_LOG_IN, ResetResponse};
use crate::accounts::{Caller, SessionTokensResponse, device, presence as accounts_presence};
use crate::error::{Code, Result};
use crate::http::{Form, Json, Locale, RequestId};
use crate::identity::IdentityProviders;
use crate::identity::browser::BrowserCookie;
use crate::identity::start::provider;
use crate::state::State;

/// Start a log-in by redirect
///
/// Send the browser to `redirect_url`; it comes back to `return_url` with a one-time `code` for
/// `POST /v1/sessions/exchange`, or with `error`. The person proved by the identity provider is logged in to their
/// account; if they have none, one is created. The same browser must start and finish: make both calls from the page
/// with credentials (`fetch(…, {credentials: "include"})`), so that it keeps the cookie.
#[utoipa::path(
    tag = "sessions",
    security(()),
    responses((status = 201, description = "Where the browser goes next", headers(("Set-Cookie" = String)), body = RedirectLoginResponse)),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::ReturnUrlNotRegistered, Code::TooManyRequests, Code::ProviderUnavailable])),
        ("x-rules" = json!([OF_REDIRECT])),
    ),
)]
#[post("/v1/sessions/redirect")]
pub(crate) async fn create_redirect_login(
    state: State,
    providers: web::Data<IdentityProviders>,
    request: HttpRequest,
    json: Json<CreateRedirectLoginRequest>,
) -> Result<HttpResponse> {
    let provider = provider(&providers, json.body.method.as_str(), &[])?;
    let started = start::start(&state, provider, &request, json.body, None).await?;
    let cookie = BrowserCookie::Login.write(&state, started.browser);
    Ok(HttpResponse::Created().cookie(cookie).json(started.response))
}

/// Accept a person from an identity provider
///
/// For the provider's pages: they post this form from the browser of a person who is logged in there and wants a
/// certificate. We find or create the person's account, and send the browser on to the front end's `return_url` with a
/// one-time `code` for `POST /v1/sessions/exchange`, or with `error`: `assertion_refused`, `assertion_expired`,
/// `assertion_used`, `identity_incomplete`, `provider_unavailable`, `staff_account`, `temporarily_unavailable`.
///
/// If `return_url` is the client's `initiate_login_uri`, the browser comes to it with `iss` and `login_hint` instead, and the client
/// sends it on to the Hub's log-in page (OpenID Connect Core, section 4).
///
/// The assertion is a JWT of the type `handoff+jwt`, signed with a key of the provider's JWK set (ES256, ES384, RS256,
/// PS256), with `iss`, `sub`, `aud` (this address), `jti` (used once), `iat`, `exp` (at most 5 minutes after `iat`),
/// `client_id` (the front end), `acr` and the claims of the person.
#[utoipa::path(
    tag = "identity",
    security(()),
    request_body(content = HandoffForm, content_type = "application/x-www-form-urlencoded"),
    params(("provider" = String, Path, description = "The provider's name: a method with `handoff`", example = "ghiseul")),
    responses(
        (status = 303, description = "Redirects to the front end", headers(("Location" = String), ("Set-Cookie" = String))),
    ),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::ReturnUrlNotRegistered, Code::UnknownClient, Code::ForeignOrigin, Code::ProviderUnavailable, Code::TooManyRequests]))),
)]
#[post("/v1/identity-verifications/{provider}/handoff")]
pub(crate) async fn receive_handoff(
    state: State,
    providers: web::Data<IdentityProviders>,
    request: HttpRequest,
    path: web::Path<String>,
    locale: Locale,
    id: RequestId,
    form: Form<HandoffForm>,
) -> Result<HttpResponse> {
    let provider = providers.find(&path).filter(|provider| provider.hands_over()).ok_or(Code::NotFound)?;
    let taken = handoff::take(&state, provider, &request, form.0, locale, &id).await?;
    let cookie = BrowserCookie::Login.write(&state, taken.browser);
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((LOCATION, taken.url.as_str())).finish())
}

/// Exchange the one-time code of a redirect
///
/// For the front end to which the browser came back with `code`. The code works once, for a minute, in the browser that
/// received it: call this from the page with credentials (`fetch(…, {credentials: "include"})`). A second use ends the
/// session of the first. A front end that receives a code without having sent the person away, and without expecting
/// them from the provider, asks whether they meant to log in, and shows whose account it is.
///
/// An account with a second factor also requires `totp` or `recovery_code`. Without one, the answer is
/// `second_factor_required`: ask for it, and repeat the call with the same code, which then works for five minutes and
/// is not used up by a wrong one. We mail the owner about a log-in from a new program. As after a log-in by password, the
/// browser or program is from then on a device that logged in before (`Cazier-Device`).
#[utoipa::path(
    tag = "sessions",
    security(()),
    responses(
        (status = 201, description = "The tokens of a new session", headers(("Set-Cookie" = String), ("Cazier-Device" = String)), body = SessionTokensResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::SecondFactorRequired, Code::InvalidSecondFactor, Code::SecondFactorBlocked, Code::InvalidCode, Code::ForeignBrowser, Code::TooManyRequests])),
        ("x-rules" = json!([OF_LOG_IN])),
    ),
)]
#[post("/v1/sessions/exchange")]
pub(crate) async fn exchange_session_code(
    state: State,
    request: HttpRequest,
    id: RequestId,
    json: Json<ExchangeCodeRequest>,
) -> Result<HttpResponse> {
    let (session, token) = exchange::exchange(&state, &request, json.body, &id).await?;
    let mut response = HttpResponse::Created();
    response.cookie(device::cookie(&state, &token)).insert_header((device::HEADER, token.reveal()));
    Ok(response.json(session.response()))
}

/// Start a proof of presence by redirect
///
/// As `POST /v1/sessions/redirect`, begun from a session: it comes back with a `code` for
/// `POST /v1/sessions/current/presence`, or with `error`, such as `other_person` if somebody else logged in at the
/// provider.
#[utoipa::path(
    tag = "sessions",
    responses(
        (status = 201, description = "Where the browser goes next", headers(("Set-Cookie" = String)), body = RedirectLoginResponse),
    ),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::RoleRequired, Code::ReturnUrlNotRegistered, Code::IdentityUnverified, Code::TooManyRequests, Code::ProviderUnavailable])),
        ("x-rules" = json!([OF_REDIRECT])),
    ),
)]
#[post("/v1/sessions/current/presence/redirect")]
pub(crate) async fn create_presence_redirect(
    state: State,
    providers: web::Data<IdentityProviders>,
    caller: Caller,
    request: HttpRequest,
    json: Json<CreateRedirectLoginRequest>,
) -> Result<HttpResponse> {
    if caller.role().is_staff() {
        return Err(Code::RoleRequired.into());
    }
    caller.person_index()?;
    let provider = provider(&providers, json.body.method.as_str(), &[])?;
    let started = start::start(&state, provider, &request, json.body, Some(caller.session.id)).await?;
    let cookie = BrowserCookie::Login.write(&state, started.browser);
    Ok(HttpResponse::Created().cookie(cookie).json(started.response))
}

/// Prove that you are present
///
/// For the next five minutes, this session may change what a stolen token must not: password, address, phone number,
/// second factor, recovery codes, other sessions. Send the account's password, or the code of a redirect that was begun
/// from this session (`POST /v1/sessions/current/presence/redirect`). A log-in by redirect counts as such a proof too.
#[utoipa::path(
    tag = "sessions",
    responses(
        (status = 200, description = "The time until which the proof counts", body = PresenceResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::InvalidCode, Code::ForeignBrowser, Code::TooManyRequests])),
        ("x-rules" = json!([OF_PROOF, accounts_presence::RULES])),
        ("x-forms" = json!(FORMS)),
    ),
)]
#[post("/v1/sessions/current/presence")]
pub(crate) async fn prove_presence(
    state: State,
    caller: Caller,
    request: HttpRequest,
    id: RequestId,
    json: Json<ProvePresenceRequest>,
) -> Result<HttpResponse> {
    let present_until = match json.body.proof()? {
        PresenceProof::Password(given) => accounts_presence::by_password(&state, &caller, given, &id).await?,
        PresenceProof::Code(code) => presence::by_code(&state, &request, &caller, code.as_str(), &id).await?,
    };
    Ok(HttpResponse::Ok().json(PresenceResponse { present_until }))
}

/// Reset a lost second factor
///
/// For a person who came back from a redirect and cannot answer `second_factor_required`: send the same `code` here. We
/// mail the owner at once, with a link that stops it. After the waiting time (`removed_from`), the first log-in needs no
/// second factor: it removes the second factor and ends all other sessions. Without an address there is nobody to tell:
/// `address_missing`; then an officer at a counter can do it.
#[utoipa::path(
    tag = "second factor",
    security(()),
    responses(
        (status = 202, description = "When the second factor is going to be removed", body = ResetResponse),
    ),
    extensions(("x-problems" = json!([Code::NotFound, Code::AddressMissing, Code::RoleRequired, Code::InvalidCode, Code::ForeignBrowser, Code::TooManyRequests]))),
)]
#[post("/v1/accounts/second-factor-reset")]
pub(crate) async fn reset_second_factor(
    state: State,
    request: HttpRequest,
    id: RequestId,
    json: Json<ResetSecondFactorRequest>,
) -> Result<HttpResponse> {
    let removed_from = lost_factor::begin(&state, &request, json.body.code.as_str(), &id).await?;
    Ok(HttpResponse::Accepted().json(ResetResponse { removed_from }))
}
