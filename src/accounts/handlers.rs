//! The endpoints of this room: registration, your account, sessions.

use actix_web::http::header::{HeaderName, HeaderValue, ORIGIN, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use uuid::Uuid;

use super::passwords::password::NewPassword;
use super::second_factor::types::OF_LOG_IN;
use super::session::LoggedIn;
use super::types::{
    AccountResponse, ConfirmEmailRequest, ConfirmationSent, CreateAccountRequest, CreateSessionRequest,
    RefreshSessionRequest, SessionPage, SessionTokensResponse, UpdateAccountRequest,
};
use super::{Caller, MaybeCaller, confirmation, device, presence, refresh, registration, session, view};
use crate::error::{Code, Result};
use crate::http::page::PageQuery;
use crate::http::{Json, Locale, Query, RequestId, idempotency};
use crate::state::State;

/// Open an account
///
/// Sends a confirmation to the address. The answer is the same whether or not the address has an account; the mail
/// tells its owner. Creating an account takes what is in the mail.
#[utoipa::path(
    tag = "accounts",
    security(()),
    params(idempotency::KeyParameter),
    responses((status = 202, description = "A mail was sent to the address", body = ConfirmationSent)),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::TooManyRequests])),
        ("x-rules" = json!([NewPassword::OF_OWNER])),
    ),
)]
#[post("/v1/accounts")]
pub(crate) async fn create_account(
    state: State,
    request: HttpRequest,
    locale: Locale,
    id: RequestId,
    json: Json<CreateAccountRequest>,
) -> Result<HttpResponse> {
    let key = idempotency::Key::of(&request, "create_account", None, json.digest)?;
    let page = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let registering = registration::register(&state, json.body, (locale, page), &id);
    Ok(idempotency::once(&state, key, registering).await?.into_response())
}

/// Confirm an e-mail address
///
/// Turns a registration into an account, gives an account that was created by redirect its address, or confirms a changed
/// one (`POST /v1/accounts/me/email-change`). The token in the mail works once.
///
/// Somebody else may have registered the address: the account opens with the password of the registration, whoever
/// chose it. So ask for it on the page that the link opens, and send it as `password`: a registration becomes an account only if
/// it matches (`registration_password_needed` without it). Other links need no password. A link that gives an account its address always requires a session of that account.
#[utoipa::path(
    tag = "accounts",
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = AccountResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::Unauthenticated, Code::InvalidConfirmationToken, Code::TooManyRequests])),
        ("x-rules" = json!([confirmation::RULES])),
    ),
)]
#[post("/v1/accounts/confirm-email")]
pub(crate) async fn confirm_email(
    state: State,
    caller: MaybeCaller,
    id: RequestId,
    json: Json<ConfirmEmailRequest>,
) -> Result<HttpResponse> {
    let account = confirmation::confirm(&state, caller.0.as_ref(), &json.body, &id).await?;
    Ok(HttpResponse::Ok().json(view::account(&state.keyring, &account)?))
}

/// Show your account
///
/// What is known of you: contact data, language, and whether and how your identity was proved.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = []), ("oauth" = ["profile", "identity"])),
    responses((status = 200, description = "The account, with the proved identity of its owner", body = AccountResponse))
)]
#[get("/v1/accounts/me")]
pub(crate) async fn get_account(state: State, caller: Caller, id: RequestId) -> Result<HttpResponse> {
    if caller.account.person.is_some() {
        view::record_read(&state, &caller, &id).await?;
    }
    Ok(HttpResponse::Ok().json(view::account(&state.keyring, &caller.account)?))
}

/// Change your account
///
/// Changes contact data only: your identity comes from its verification and cannot be edited. An account that was
/// created by redirect can set its `email` here; it stays null until its owner, logged in, follows the mailed link.
/// `email` and `phone` need `current_password`, or a proof of presence of the last five minutes
/// (`POST /v1/sessions/current/presence`; a log-in by redirect is one). We mail the owner about a changed phone number.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 200, description = "The account as it is now", body = AccountResponse),
    ),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::PresenceRequired, Code::EmailConfirmed, Code::TooManyRequests])),
        ("x-rules" = json!([presence::RULES])),
    ),
)]
#[patch("/v1/accounts/me")]
pub(crate) async fn update_account(
    state: State,
    caller: Caller,
    id: RequestId,
    json: Json<UpdateAccountRequest>,
) -> Result<HttpResponse> {
    let account = registration::update(&state, &caller, json.body, &id).await?;
    Ok(HttpResponse::Ok().json(view::account(&state.keyring, &account)?))
}

/// Log in
///
/// Returns an access token for `Authorization: Bearer`, and a refresh token that works once. An account with a second
/// factor also requires `totp` or `recovery_code`. We mail the owner about a log-in from a new program.
///
/// After too many wrong passwords, log-ins are refused (429) by sender and by address, but not from a device that logged in
/// before: it has an allowance of its own. A browser is recognized by the cookie of this answer: send requests with
/// credentials. A program without cookies keeps the answer's header `Cazier-Device` and sends it with its next log-in. A new
/// password forgets all devices; whoever sets it by a mailed link is remembered.
#[utoipa::path(
    tag = "sessions",
    security(()),
    responses(
        (status = 201, description = "The tokens of a new session", headers(("Set-Cookie" = String), ("Cazier-Device" = String)), body = SessionTokensResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::InvalidCredentials, Code::SecondFactorRequired, Code::InvalidSecondFactor, Code::SecondFactorBlocked, Code::TooManyRequests])),
        ("x-rules" = json!([OF_LOG_IN])),
    ),
)]
#[post("/v1/sessions")]
pub(crate) async fn create_session(
    state: State,
    request: HttpRequest,
    id: RequestId,
    json: Json<CreateSessionRequest>,
) -> Result<HttpResponse> {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let origin = session::Origin { agent, device: device::shown(&state, &request) };
    let LoggedIn { tokens, device } = session::log_in(&state, json.body, origin, &id).await?;
    let mut response = HttpResponse::Created();
    response.cookie(device::cookie(&state, &device)).insert_header((device::HEADER, device.reveal()));
    Ok(response.json(tokens))
}

/// Refresh the tokens of a session
///
/// Each refresh token works once. A second use means that two parties hold it: the session ends for both. If the answer
/// was lost, repeat the request within thirty seconds from the same program (the same `User-Agent`): it returns the
/// same tokens, unless they were refreshed meanwhile.
#[utoipa::path(
    tag = "sessions",
    security(()),
    responses(
        (status = 200, description = "New tokens; the previous access token no longer works", body = SessionTokensResponse),
    ),
    extensions(("x-problems" = json!([Code::InvalidRefreshToken, Code::TooManyRequests]))),
)]
#[post("/v1/sessions/refresh")]
pub(crate) async fn refresh_session(
    state: State,
    request: HttpRequest,
    id: RequestId,
    json: Json<RefreshSessionRequest>,
) -> Result<HttpResponse> {
    let agent = request.headers().get(USER_AGENT).map(HeaderValue::as_bytes);
    let tokens = refresh::refresh(&state, json.body.refresh_token.as_str(), agent, &id).await?;
    Ok(HttpResponse::Ok().json(tokens))
}

/// List your sessions
///
/// Where you are logged in: each program that holds tokens of yours, newest first. End one that you do not know.
#[utoipa::path(
    tag = "sessions",
    params(PageQuery),
    responses((status = 200, description = "Open sessions, newest first", body = SessionPage))
)]
#[get("/v1/sessions")]
pub(crate) async fn list_sessions(
    state: State,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(session::list(&state, &caller, query.0.page()).await?))
}

/// Sent when the caller's own session ends. Not `"cookies"`, which browsers clear for the whole domain, the front end's
/// included, and the device's cookie is not the session's; nor `"storage"`, which would be the front end's if it shares
/// this host.
const CLEAR_CACHE: (HeaderName, &str) = (HeaderName::from_static("clear-site-data"), "\"cache\"");

/// Log out
///
/// Ends this session; its tokens stop working at once. The answer tells browsers to clear what they cached of this host
/// (`Clear-Site-Data: "cache"`); what your page keeps, it clears itself.
#[utoipa::path(
    tag = "sessions",
    responses((status = 204, description = "The session has ended", headers(("Clear-Site-Data" = String))))
)]
#[delete("/v1/sessions/current")]
pub(crate) async fn end_current_session(state: State, caller: Caller, id: RequestId) -> Result<HttpResponse> {
    let session = caller.session.id;
    session::end(&state, &caller, session, &id).await?;
    Ok(HttpResponse::NoContent().insert_header(CLEAR_CACHE).finish())
}

/// End another of your sessions
///
/// Needs a proof of presence of the last five minutes (`POST /v1/sessions/current/presence`), so that a stolen token does
/// not log its owner out. We mail the owner about it.
#[utoipa::path(
    tag = "sessions",
    params(("id" = Uuid, Path, description = "The session's id")),
    responses(
        (status = 204, description = "The session has ended", headers(("Clear-Site-Data" = Option<String>))),
    ),
    extensions(("x-problems" = json!([Code::PresenceRequired]))),
)]
#[delete("/v1/sessions/{id}")]
pub(crate) async fn end_session(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (session, own) = (path.into_inner(), caller.session.id);
    session::end(&state, &caller, session, &id).await?;
    let mut response = HttpResponse::NoContent();
    if session == own {
        response.insert_header(CLEAR_CACHE);
    }
    Ok(response.finish())
}
