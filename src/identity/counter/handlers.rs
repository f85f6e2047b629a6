//! The officers' endpoints.

use actix_web::{HttpResponse, get, post, web};
use uuid::Uuid;

use super::types::{
    CounterVerificationResponse, DecideCounterVerificationRequest, DecisionRecordPage, FORMS, OF_DECISION,
    OF_RESET, OpenCounterVerificationRequest, ResetFactorRequest, UndoCounterVerificationRequest,
};
use super::{desk, lost_factor, undo, view};
use crate::accounts::Officer;
use crate::accounts::second_factor::types::ResetResponse;
use crate::error::{Code, Result};
use crate::http::page::PageQuery;
use crate::http::{Json, Query, RequestId};
use crate::state::State;

/// Open a verification by its activation code
///
/// Shows the claimed identity, to be compared with the document. For the next hour, only this office can decide it.
/// Codes cannot be guessed: failed attempts are limited. The code is in the body, so that no address and no log has it.
#[utoipa::path(
    tag = "counter",
    security(("bearer" = ["officer"])),
    responses(
        (status = 200, description = "The verification", body = CounterVerificationResponse),
    ),
    extensions(("x-problems" = json!([Code::NotFound, Code::TooManyRequests]))),
)]
#[post("/v1/counter/verifications/open")]
pub(super) async fn open_counter_verification(
    state: State,
    officer: Officer,
    id: RequestId,
    json: Json<OpenCounterVerificationRequest>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(desk::open(&state, &officer, &json.body.activation_code, &id).await?))
}

/// Decide a verification
///
/// Certifies or rejects a verification that this office has opened within the hour. Requires the second factor,
/// verified in the last ten minutes. If the person owns another account, certifying requires `transfer`.
#[utoipa::path(
    tag = "counter",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The verification's id")),
    responses(
        (status = 200, description = "The verification, decided", body = CounterVerificationResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::StepUpRequired, Code::AlreadyVerified, Code::PersonVerifiedElsewhere, Code::AlreadyDecided, Code::OwnIdentity, Code::OfficeDoesNotCertify])),
        ("x-rules" = json!([OF_RESET, OF_DECISION])),
        ("x-forms" = json!(FORMS)),
    ),
)]
#[post("/v1/counter/verifications/{id}/decision")]
pub(super) async fn decide_counter_verification(
    state: State,
    officer: Officer,
    path: web::Path<Uuid>,
    id: RequestId,
    json: Json<DecideCounterVerificationRequest>,
) -> Result<HttpResponse> {
    let decided = desk::decide(&state, officer, path.into_inner(), json.body, &id).await?;
    Ok(HttpResponse::Ok().json(decided))
}

/// Undo a decision
///
/// Reverses a decision of this office within 24 hours. A certified account becomes unverified, and a transferred person
/// gets their previous account back; a rejected code works again.
#[utoipa::path(
    tag = "counter",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The verification's id")),
    responses(
        (status = 200, description = "The verification as it is now", body = CounterVerificationResponse),
    ),
    extensions(("x-problems" = json!([Code::StepUpRequired, Code::TooLateToUndo]))),
)]
#[post("/v1/counter/verifications/{id}/undo")]
pub(super) async fn undo_counter_verification(
    state: State,
    officer: Officer,
    path: web::Path<Uuid>,
    id: RequestId,
    json: Json<UndoCounterVerificationRequest>,
) -> Result<HttpResponse> {
    let undone = undo::undo(&state, officer, path.into_inner(), json.body.reason, &id).await?;
    Ok(HttpResponse::Ok().json(undone))
}

/// List the office's decisions
///
/// Decisions of the last 24 hours, which can still be undone. Without personal data.
#[utoipa::path(
    tag = "counter",
    security(("bearer" = ["officer"])),
    params(PageQuery),
    responses((status = 200, description = "Decisions, newest first", body = DecisionRecordPage))
)]
#[get("/v1/counter/decisions")]
pub(super) async fn list_counter_decisions(
    state: State,
    officer: Officer,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(view::list_decided(&state, &officer, query.0.page()).await?))
}

/// Reset the lost second factor of a person at the counter
///
/// For the account of this person, after comparing person and document. The owner is told at once and can stop it; the
/// first log-in after the waiting time removes the second factor. Requires the second factor, verified in the last ten
/// minutes.
#[utoipa::path(
    tag = "counter",
    security(("bearer" = ["officer"])),
    responses(
        (status = 202, description = "When the second factor is going to be removed", body = ResetResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::NotFound, Code::StepUpRequired, Code::OwnIdentity, Code::OfficeDoesNotCertify, Code::TooManyRequests])),
        ("x-rules" = json!([OF_RESET])),
    ),
)]
#[post("/v1/counter/second-factor-resets")]
pub(super) async fn reset_counter_second_factor(
    state: State,
    officer: Officer,
    id: RequestId,
    json: Json<ResetFactorRequest>,
) -> Result<HttpResponse> {
    let removed_from = lost_factor::begin(&state, &officer, json.body, &id).await?;
    Ok(HttpResponse::Accepted().json(ResetResponse { removed_from }))
}
