//! The endpoints of this room.

use actix_web::{HttpResponse, delete, get, post};
use diesel::PgConnection;

use super::types::{self, ChangeEmailRequest, EmailChangeResponse, StopEmailChangeRequest};
use crate::accounts::{Caller, presence};
use crate::error::{Code, Result};
use crate::http::{Json, RequestId};
use crate::state::State;

/// Change your e-mail address
///
/// For an account that has one. Needs the password, or a proof of presence of the last five minutes
/// (`POST /v1/sessions/current/presence`). The old address is told at once, with a link that stops the change; the new one
/// gets a link that confirms it (`POST /v1/accounts/confirm-email`, in a session of the account). After 72 hours a
/// confirmed address is the account's, and both are told; until then the old one stays. Sessions stay. Any session
/// (`DELETE`), the link, or a new password stops it. The answer is the same if the new address has an account. One
/// change at a time; three in thirty days.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 202, description = "The change waits", body = EmailChangeResponse),
    ),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::PresenceRequired, Code::RoleRequired, Code::AddressChangePending, Code::TooManyRequests])),
        ("x-rules" = json!([types::RULES, presence::RULES])),
    ),
)]
#[post("/v1/accounts/me/email-change")]
pub(super) async fn create_email_change(
    state: State,
    caller: Caller,
    id: RequestId,
    json: Json<ChangeEmailRequest>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Accepted().json(super::begin(&state, &caller, json.body, &id).await?))
}

/// Show the change of your e-mail address
///
/// The new address, and when it becomes the account's unless somebody stops it.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 200, description = "The change that waits", body = EmailChangeResponse),
    ),
    extensions(("x-problems" = json!([Code::NotFound]))),
)]
#[get("/v1/accounts/me/email-change")]
pub(super) async fn get_email_change(state: State, caller: Caller) -> Result<HttpResponse> {
    let (keyring, account, now) = (state.keyring.clone(), caller.account_id(), state.clock.now());
    let find = move |c: &mut PgConnection| super::pending(c, &keyring, account, now);
    let pending = caller.transaction(&state, find).await?.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().json(pending))
}

/// Stop the change of your e-mail address
///
/// The address stays; the links of the change do nothing any more.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 204, description = "The address stays"),
    ),
    extensions(("x-problems" = json!([Code::NotFound]))),
)]
#[delete("/v1/accounts/me/email-change")]
pub(super) async fn delete_email_change(state: State, caller: Caller, id: RequestId) -> Result<HttpResponse> {
    super::stop_own(&state, &caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Stop a change of e-mail address, with a mailed link
///
/// The address stays. Whoever did not ask for the change chooses a new password, and asks the help desk.
#[utoipa::path(
    tag = "accounts",
    security(()),
    responses((status = 204, description = "The address stays")),
    extensions(("x-problems" = json!([Code::InvalidResetToken]))),
)]
#[post("/v1/accounts/email-change/stop")]
pub(super) async fn stop_email_change(
    state: State,
    id: RequestId,
    json: Json<StopEmailChangeRequest>,
) -> Result<HttpResponse> {
    super::stop_by_token(&state, json.body.token.as_str(), &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
