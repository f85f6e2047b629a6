//! The endpoints of this room.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use uuid::Uuid;

use super::browser::BrowserCookie;
use super::counter::{METHOD as COUNTER, claim};
use super::types::{
    CallbackQuery, CreateIdentityVerificationRequest, FORMS, IdentityMethodList, IdentityMethodResponse,
    IdentityVerificationResponse, MethodKind, RULES, Way,
};
use super::{IdentityProviders, callback, start, store};
use crate::accounts::Caller;
use crate::error::{Code, Error, Result};
use crate::http::{Json, Locale, Query, RequestId, idempotency};
use crate::state::State;

/// List the methods of identity verification
///
/// Offer them in this order. Each is a `method` of a verification; one with `handoff` can also start on the provider's
/// side.
#[utoipa::path(
    tag = "identity",
    security(()),
    responses((status = 200, description = "The methods of this installation", body = IdentityMethodList)),
    extensions(("x-without-database" = json!(true))),
)]
#[get("/v1/identity-verifications/methods")]
pub(crate) async fn list_identity_methods(
    providers: web::Data<IdentityProviders>,
    locale: Locale,
) -> HttpResponse {
    let item = |provider: &super::IdentityProvider| {
        let settings = provider.settings();
        IdentityMethodResponse {
            method: settings.name.clone(),
            kind: MethodKind::Redirect,
            title: provider.title(locale).to_owned(),
            handoff: provider.hands_over(),
        }
    };
    let counter = IdentityMethodResponse {
        method: COUNTER.to_owned(),
        kind: MethodKind::Counter,
        title: locale.pick("La un ghișeu", "At a counter").to_owned(),
        handoff: false,
    };
    let items = providers.all().iter().map(item).chain([counter]).collect();
    HttpResponse::Ok().json(IdentityMethodList { items })
}

/// Start an identity verification
///
/// Within five minutes of the log-in, or of a proof of presence (`POST /v1/sessions/current/presence`): whoever is proved
/// can open the account from then on.
///
/// At a counter: the response, and a mail, contain an activation code; bring it together with an identity document.
///
/// By redirect: send the browser to `redirect_url`; it comes back to `return_url` with `verification_id`, `status` and,
/// unless verified, `reason`. The same browser must start and finish: call this from the page with credentials
/// (`fetch(…, {credentials: "include"})`), so that it keeps the cookie.
#[utoipa::path(
    tag = "identity",
    params(idempotency::KeyParameter),
    responses(
        (status = 201, description = "The verification, and where the browser or the person goes next", headers(("Set-Cookie" = Option<String>)), body = IdentityVerificationResponse),
    ),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::PresenceRequired, Code::RoleRequired, Code::ReturnUrlNotRegistered, Code::AlreadyVerified, Code::TooManyRequests, Code::ProviderUnavailable])),
        ("x-rules" = json!([RULES, claim::RULES])),
        ("x-forms" = json!(FORMS)),
    ),
)]
#[post("/v1/identity-verifications")]
pub(crate) async fn create_identity_verification(
    state: State,
    providers: web::Data<IdentityProviders>,
    caller: Caller,
    request: HttpRequest,
    id: RequestId,
    json: Json<CreateIdentityVerificationRequest>,
) -> Result<HttpResponse> {
    if caller.role().is_staff() {
        return Err(Code::RoleRequired.into());
    }
    let operation = "create_identity_verification";
    let key = idempotency::Key::of(&request, operation, Some(caller.account_id()), json.digest)?;
    let beginning = async {
        match json.body.way()? {
            Way::Redirect { method, return_url } => {
                let provider = start::provider(&providers, method.as_str(), &[COUNTER])?;
                start::start(&state, provider, &caller, &request, &return_url, &id).await
            }
            Way::Counter(claim) => claim::begin(&state, &caller, *claim, &id),
        }
    };
    let mut outcome = idempotency::once(&state, key, beginning).await?;
    let secret = outcome.answer.cookie.take();
    let mut response = outcome.into_response();
    if let Some(secret) = secret {
        response.add_cookie(&BrowserCookie::Verification.write(&state, secret)).map_err(Error::internal)?;
    }
    Ok(response)
}

/// Receive the answer of an identity provider
///
/// The provider sends the browser here, and we send it on to the front end's `return_url`: after a verification with
/// `verification_id`, `status` and, unless verified, `reason`; after a log-in with `code`, or with `error`.
#[utoipa::path(
    tag = "identity",
    security(()),
    params(
        ("provider" = String, Path, description = "The provider's name: a `method` of the kind `redirect`", example = "ghiseul"),
        CallbackQuery
    ),
    responses(
        (status = 303, description = "Redirects to the front end", headers(("Location" = String))),
    ),
    extensions(
        ("x-problems" = json!([Code::InvalidState, Code::ForeignBrowser])),
        ("x-takes-unknown-parameters" = json!(true)),
    ),
)]
#[get("/v1/identity-verifications/{provider}/callback")]
pub(crate) async fn complete_identity_verification(
    state: State,
    providers: web::Data<IdentityProviders>,
    request: HttpRequest,
    path: web::Path<String>,
    query: Query<CallbackQuery>,
    locale: Locale,
    id: RequestId,
) -> Result<HttpResponse> {
    let provider = providers.find(&path).ok_or(Code::NotFound)?;
    let url = callback::complete(&state, provider, &request, query.0, locale, &id).await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, url.as_str())).finish())
}

/// Show one of your verifications
///
/// Poll it after the redirect has come back, or until you have been to a counter.
#[utoipa::path(
    tag = "identity",
    params(("id" = Uuid, Path, description = "The verification's id")),
    responses((status = 200, description = "The verification", body = IdentityVerificationResponse))
)]
#[get("/v1/identity-verifications/{id}")]
pub(crate) async fn get_identity_verification(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let (account, id) = (caller.account_id(), path.into_inner());
    let row = state.db.read(move |c| store::find(c, account, id)).await?.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().json(start::response(&row, None, state.clock.now())))
}
