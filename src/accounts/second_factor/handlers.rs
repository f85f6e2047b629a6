//! The endpoints of this room.

use actix_web::{HttpResponse, delete, get, post};

use super::recovery_code::RecoveryCode;
use super::types::{
    self, ConfirmTotpRequest, CreateTotpRequest, RecoveryCodesResponse, SecondFactorResponse, StepUpRequest,
    StepUpResponse, StopResetRequest, TotpEnrolmentResponse,
};
use crate::accounts::{Caller, presence};
use crate::error::{Code, Result};
use crate::http::{Json, RequestId};
use crate::state::State;

/// Show your second factor
///
/// Whether one is set up, and how many recovery codes are left.
#[utoipa::path(
    tag = "second factor",
    responses((status = 200, description = "The status of your second factor", body = SecondFactorResponse))
)]
#[get("/v1/accounts/me/totp")]
pub(super) async fn get_second_factor(state: State, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(super::show(&state, &caller).await?))
}

/// Set up an authenticator
///
/// Returns the secret once, also as a QR code. It is not in force until its first code confirms it. The password, or a
/// proof of presence of the last five minutes (`POST /v1/sessions/current/presence`), shows that its owner asks.
#[utoipa::path(
    tag = "second factor",
    responses(
        (status = 201, description = "The secret for the app", body = TotpEnrolmentResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::SecondFactorExists, Code::PresenceRequired, Code::TooManyRequests])),
        ("x-rules" = json!([presence::RULES])),
    ),
)]
#[post("/v1/accounts/me/totp")]
pub(super) async fn create_totp(
    state: State,
    caller: Caller,
    id: RequestId,
    json: Json<CreateTotpRequest>,
) -> Result<HttpResponse> {
    presence::prove(&state, &caller, json.body.current_password).await?;
    let enrolment = super::enrol(&state, &caller, &id).await?;
    Ok(HttpResponse::Created().json(TotpEnrolmentResponse {
        secret: enrolment.secret,
        otpauth_url: enrolment.otpauth_url,
        qr_svg: enrolment.qr_svg,
    }))
}

/// Confirm an authenticator
///
/// The first code puts the authenticator in force, counts as this session's second factor, and ends all other sessions.
/// Returns the recovery codes once.
#[utoipa::path(
    tag = "second factor",
    responses(
        (status = 200, description = "The recovery codes, shown this once", body = RecoveryCodesResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::SecondFactorExists, Code::SecondFactorNotBegun, Code::TooManyRequests])),
        ("x-rules" = json!([types::OF_FIRST_CODE])),
    ),
)]
#[post("/v1/accounts/me/totp/confirm")]
pub(super) async fn confirm_totp(
    state: State,
    caller: Caller,
    id: RequestId,
    json: Json<ConfirmTotpRequest>,
) -> Result<HttpResponse> {
    let codes = super::confirm(&state, &caller, json.body.totp, &id).await?;
    Ok(HttpResponse::Ok().json(response(&codes)))
}

/// Make new recovery codes
///
/// All earlier codes stop working. Requires the second factor, verified in the last ten minutes, and a proof of presence
/// of the last five (`POST /v1/sessions/current/presence`). We mail the owner about it.
#[utoipa::path(
    tag = "second factor",
    responses(
        (status = 200, description = "The recovery codes, shown this once", body = RecoveryCodesResponse),
    ),
    extensions(("x-problems" = json!([Code::StepUpRequired, Code::PresenceRequired]))),
)]
#[post("/v1/accounts/me/totp/recovery-codes")]
pub(super) async fn replace_recovery_codes(
    state: State,
    caller: Caller,
    id: RequestId,
) -> Result<HttpResponse> {
    let codes = super::replace_codes(&state, &caller, &id).await?;
    Ok(HttpResponse::Ok().json(response(&codes)))
}

/// Remove your second factor
///
/// Requires the second factor, verified in the last ten minutes, and a proof of presence of the last five
/// (`POST /v1/sessions/current/presence`). Ends all other sessions. Officers and operators must keep theirs.
#[utoipa::path(
    tag = "second factor",
    responses(
        (status = 204, description = "The second factor was removed"),
    ),
    extensions(("x-problems" = json!([Code::NotFound, Code::StepUpRequired, Code::SecondFactorMandatory, Code::PresenceRequired]))),
)]
#[delete("/v1/accounts/me/totp")]
pub(super) async fn delete_totp(state: State, caller: Caller, id: RequestId) -> Result<HttpResponse> {
    super::remove(&state, &caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Verify the second factor again
///
/// For the next ten minutes, this session may take decisions.
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "The time until which decisions may be taken", body = StepUpResponse)),
    extensions(
        ("x-problems" = json!([Code::SecondFactorBlocked, Code::TooManyRequests])),
        ("x-rules" = json!([types::OF_STEP_UP])),
        ("x-forms" = json!(types::STEP_UP_FORMS)),
    ),
)]
#[post("/v1/sessions/current/step-up")]
pub(super) async fn step_up_session(
    state: State,
    caller: Caller,
    id: RequestId,
    json: Json<StepUpRequest>,
) -> Result<HttpResponse> {
    let stepped_up_until = super::step_up(&state, &caller, json.body, &id).await?;
    Ok(HttpResponse::Ok().json(StepUpResponse { stepped_up_until }))
}

fn response(codes: &[RecoveryCode]) -> RecoveryCodesResponse {
    RecoveryCodesResponse { recovery_codes: codes.iter().map(|code| code.as_str().to_owned()).collect() }
}

/// Stop the reset of a lost second factor, with a mailed link
///
/// The second factor stays. Whoever did not ask for the reset chooses a new password, and asks the help desk.
#[utoipa::path(
    tag = "second factor",
    security(()),
    responses((status = 204, description = "The reset was stopped")),
    extensions(("x-problems" = json!([Code::InvalidResetToken]))),
)]
#[post("/v1/accounts/second-factor-reset/stop")]
pub(super) async fn stop_second_factor_reset(
    state: State,
    id: RequestId,
    json: Json<StopResetRequest>,
) -> Result<HttpResponse> {
    super::stop_reset_by_token(&state, json.body.token.as_str(), &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Stop the reset of your second factor
///
/// A log-in with the second factor stops it too.
#[utoipa::path(
    tag = "second factor",
    responses(
        (status = 204, description = "The reset was stopped"),
    ),
    extensions(("x-problems" = json!([Code::NotFound]))),
)]
#[delete("/v1/accounts/me/totp/reset")]
pub(super) async fn delete_second_factor_reset(
    state: State,
    caller: Caller,
    id: RequestId,
) -> Result<HttpResponse> {
    super::stop_reset(&state, &caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
