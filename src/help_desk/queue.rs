//! The officers' side. The audit log records who reads, answers or closes a request.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::leak::AnswerText;
use super::store::{self, SupportAnswer, SupportRequest};
use super::types::{AnswerSupportRequest, SupportCase, SupportQueuePage, SupportRequestsQuery};
use super::{mails, view};
use crate::accounts::Officer;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer, Work};
use crate::http::selection;
use crate::http::{Json, Query, RequestId};
use crate::person::Column;
use crate::state::{AppState, State};
use crate::{jobs, notify};

/// List support requests
///
/// Without their messages: these are read one by one. `from` and `to` are days on which they were sent.
#[utoipa::path(
    tag = "support",
    security(("bearer" = ["officer"])),
    params(SupportRequestsQuery),
    responses((status = 200, description = "The requests, newest first", body = SupportQueuePage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/support/requests")]
pub(crate) async fn list_support_requests(
    state: State,
    officer: Officer,
    query: Query<SupportRequestsQuery>,
    id: RequestId,
) -> Result<HttpResponse> {
    let selection = query.0.selection()?;
    let (actor, now) = (officer.caller.actor(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        audit::record(c, &Event::new(now, actor, "support_requests.listed", None, &id))?;
        Ok(selection.page.cut(store::list(c, None, &selection)?, |row| row.id))
    };
    let (rows, next_cursor) = officer.caller.transaction(&state, work).await?;
    let items = rows.iter().map(view::queue_item).collect();
    Ok(HttpResponse::Ok().json(SupportQueuePage { items, next_cursor }))
}

/// Show a support request
///
/// With its answers and the address that they go to.
#[utoipa::path(
    tag = "support",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The request's id")),
    responses((status = 200, description = "The request, its answers, and the recipient's address", body = SupportCase))
)]
#[get("/v1/support/requests/{id}")]
pub(crate) async fn get_support_request(
    state: State,
    officer: Officer,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (actor, now, subject) = (officer.caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut PgConnection| {
        let row = store::find(c, subject)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "support_request.read", Some(subject), &id))?;
        Ok((store::answers(c, &[subject])?, row))
    };
    let (answers, row) = officer.caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(view::case(&state.keyring, &row, &answers)?))
}

/// Answer a support request
///
/// The answer goes by mail, so it must contain neither a CNP nor a control code.
#[utoipa::path(
    tag = "support",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The request's id"), idempotency::KeyParameter),
    responses(
        (status = 201, description = "The request with the answer, which was sent", body = SupportCase),
    ),
    extensions(("x-problems" = json!([Code::SupportRequestClosed]))),
)]
#[post("/v1/support/requests/{id}/answer")]
pub(crate) async fn answer_support_request(
    state: State,
    officer: Officer,
    http: HttpRequest,
    path: web::Path<Uuid>,
    id: RequestId,
    json: Json<AnswerSupportRequest>,
) -> Result<HttpResponse> {
    let subject = path.into_inner();
    let operation = format!("answer_support_request {subject}");
    let key = idempotency::Key::of(&http, &operation, Some(officer.caller.account_id()), json.digest)?;
    let answering = async { answer(&state, &officer, subject, json.body.text, id) };
    Ok(idempotency::once(&state, key, answering).await?.into_response())
}

/// Prepares the work that stores and mails the answer.
fn answer(
    state: &AppState,
    officer: &Officer,
    subject: Uuid,
    text: AnswerText,
    id: RequestId,
) -> Result<Work> {
    let (answer_id, now, actor) = (Uuid::now_v7(), state.clock.now(), officer.caller.actor());
    let encrypted =
        state.keyring.encrypt(Column::SUPPORT_ANSWERS_TEXT.at(answer_id), text.as_str().as_bytes());
    let answer = SupportAnswer {
        id: answer_id,
        support_request_id: subject,
        officer_id: officer.caller.account_id(),
        text: encrypted.map_err(Error::internal)?,
        created_at: now,
    };
    let (keyring, front_end) = (state.keyring.clone(), state.addresses.front_end.clone());
    Ok(officer.caller.held(Box::new(move |c| {
        let row = store::answer(c, &answer)?.map_or_else(|| why_not(c, subject), Ok)?;
        audit::record(c, &Event::new(now, actor, "support_request.answered", Some(subject), &id))?;
        let (to, locale) = (view::email(&keyring, &row)?, row.locale);
        let mail = mails::answered(&to, locale, &front_end, &row, text.as_str());
        jobs::enqueue(c, &keyring, notify::JOB, &mail, now)?;
        let case = view::case(&keyring, &row, &store::answers(c, &[subject])?)?;
        Ok(Answer::created(format!("/v1/support/requests/{subject}"), &case))
    })))
}

/// Explains why a request could not be changed: it is closed, or does not exist.
fn why_not(connection: &mut PgConnection, id: Uuid) -> Result<SupportRequest> {
    match store::find(connection, id)? {
        Some(_) => Err(Code::SupportRequestClosed.into()),
        None => Err(Code::NotFound.into()),
    }
}

/// Close a support request
///
/// For good: a further question is a new request. The person is not notified.
#[utoipa::path(
    tag = "support",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The request's id")),
    responses(
        (status = 200, description = "The request, closed", body = SupportCase),
    ),
    extensions(("x-problems" = json!([Code::SupportRequestClosed]))),
)]
#[post("/v1/support/requests/{id}/close")]
pub(crate) async fn close_support_request(
    state: State,
    officer: Officer,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (actor, now, subject) = (officer.caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut PgConnection| {
        let row = store::close(c, subject, now)?.map_or_else(|| why_not(c, subject), Ok)?;
        audit::record(c, &Event::new(now, actor, "support_request.closed", Some(subject), &id))?;
        Ok((store::answers(c, &[subject])?, row))
    };
    let (answers, row) = officer.caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(view::case(&state.keyring, &row, &answers)?))
}
