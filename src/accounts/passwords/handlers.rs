//! The endpoints of this room.

use actix_web::{HttpRequest, HttpResponse, post};

use super::password::NewPassword;
use super::types::{ChangePasswordRequest, RequestPasswordResetRequest, ResetPasswordRequest, ResetSent};
use super::{change, reset};
use crate::accounts::{Caller, Token, device, presence};
use crate::error::{Code, Result};
use crate::http::{Json, RequestId, idempotency};
use crate::state::{AppState, State};

/// Request a password reset
///
/// If the address has an account, its owner gets a mail with a link that works once, for an hour. The answer, and its
/// timing, are the same if it has none.
#[utoipa::path(
    tag = "accounts",
    security(()),
    params(idempotency::KeyParameter),
    responses((status = 202, description = "If the address has an account, a mail was sent", body = ResetSent)),
    extensions(("x-problems" = json!([Code::TooManyRequests]))),
)]
#[post("/v1/accounts/password-reset")]
pub(super) async fn request_password_reset(
    state: State,
    request: HttpRequest,
    id: RequestId,
    json: Json<RequestPasswordResetRequest>,
) -> Result<HttpResponse> {
    let key = idempotency::Key::of(&request, "request_password_reset", None, json.digest)?;
    let asking = async { reset::request(&state, &json.body.email, device::shown(&state, &request), &id) };
    Ok(idempotency::once(&state, key, asking).await?.into_response())
}

/// Set a new password with a mailed link
///
/// Ends all sessions of the account; log in with the new password.
#[utoipa::path(
    tag = "accounts",
    security(()),
    responses((status = 204, description = "The password is set", headers(("Set-Cookie" = String), ("Cazier-Device" = String)))),
    extensions(
        ("x-problems" = json!([Code::InvalidResetToken])),
        ("x-rules" = json!([NewPassword::OF_OWNER])),
    ),
)]
#[post("/v1/accounts/password-reset/confirm")]
pub(super) async fn reset_password(
    state: State,
    id: RequestId,
    json: Json<ResetPasswordRequest>,
) -> Result<HttpResponse> {
    let device = reset::reset(&state, json.body, &id).await?;
    Ok(done(&state, &device))
}

/// Change your password
///
/// Requires the current password, or a proof of presence of the last five minutes
/// (`POST /v1/sessions/current/presence`; a log-in by redirect is one). Your other sessions end.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 204, description = "The password is set", headers(("Set-Cookie" = String), ("Cazier-Device" = String))),
    ),
    extensions(
        ("x-problems" = json!([Code::PresenceRequired, Code::TooManyRequests])),
        ("x-rules" = json!([NewPassword::OF_OWNER, presence::RULES])),
    ),
)]
#[post("/v1/accounts/me/password")]
pub(super) async fn change_password(
    state: State,
    caller: Caller,
    id: RequestId,
    json: Json<ChangePasswordRequest>,
) -> Result<HttpResponse> {
    let device = change::change(&state, &caller, json.body, &id).await?;
    Ok(done(&state, &device))
}

/// Builds the answer to whoever set a password, whose device is remembered from now on.
fn done(state: &AppState, device: &Token) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.cookie(device::cookie(state, device)).insert_header((device::HEADER, device.reveal()));
    response.finish()
}
