//! The public endpoints: the help desk, new requests, and your own requests.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, VARY};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store;
use super::types::{
    CreateSupportRequest, Support, SupportRequestPage, SupportRequestReceived, SupportRequestResponse,
    SupportRequestsQuery, Topic, TopicLabel,
};
use super::{request, view};
use crate::accounts::{Caller, MaybeCaller};
use crate::audit::{self, Event};
use crate::error::{Code, Result};
use crate::http::selection;
use crate::http::{Json, Locale, Query, RequestId, idempotency};
use crate::person::Email;
use crate::state::State;

/// Show the help desk's contact data
///
/// For people whom the service itself does not help.
#[utoipa::path(
    tag = "support",
    security(()),
    responses((status = 200, description = "Phone, mail, page, hours, in the caller's language", headers(("Content-Language" = String)), body = Support)),
    extensions(("x-without-database" = json!(true))),
)]
#[get("/v1/support")]
pub(crate) async fn get_support(state: State, locale: Locale) -> HttpResponse {
    let desk = &state.help_desk;
    let hours = match locale {
        Locale::Ro => &desk.hours_ro,
        Locale::En => &desk.hours_en,
    };
    let label = |code: Topic| TopicLabel { code, label: code.label(locale) };
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((VARY, "Accept-Language"))
        .insert_header((CONTENT_LANGUAGE, locale.as_str()))
        .json(Support {
            phone: desk.phone.clone(),
            email: desk.email.as_ref().map(Email::shown),
            web: desk.web.as_ref().map(ToString::to_string),
            hours: hours.as_ref().map(ToString::to_string),
            topics: Topic::ALL.map(label).into(),
        })
}

/// Ask for help
///
/// With or without an account; without one, `email` is required. The answer comes by mail, and to an account also at
/// `/v1/accounts/me/support-requests`.
#[utoipa::path(
    tag = "support",
    security((), ("bearer" = [])),
    params(idempotency::KeyParameter),
    responses(
        (status = 202, description = "The request is in the queue, and an acknowledgement was sent", body = SupportRequestReceived),
    ),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::Unauthenticated, Code::IdempotencyKeyReused, Code::TooManyRequests])),
        ("x-rules" = json!([request::RULES])),
    ),
)]
#[post("/v1/support/requests")]
pub(crate) async fn create_support_request(
    state: State,
    caller: MaybeCaller,
    http: HttpRequest,
    locale: Locale,
    id: RequestId,
    json: Json<CreateSupportRequest>,
) -> Result<HttpResponse> {
    let account = caller.0.as_ref().map(Caller::account_id);
    let key = idempotency::Key::of(&http, "create_support_request", account, json.digest)?;
    let taking_in = async { request::create(&state, caller.0, &json.body, locale, &id) };
    Ok(idempotency::once(&state, key, taking_in).await?.into_response())
}

/// List your support requests
///
/// Newest first, with the answers of the help desk. `from` and `to` are days on which you sent them.
#[utoipa::path(
    tag = "support",
    params(SupportRequestsQuery),
    responses((status = 200, description = "The requests with their answers, newest first", body = SupportRequestPage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/accounts/me/support-requests")]
pub(crate) async fn list_own_support_requests(
    state: State,
    caller: Caller,
    query: Query<SupportRequestsQuery>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (selection, account, actor, now) =
        (query.0.selection()?, caller.account_id(), caller.actor(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        let rows = store::list(c, Some(account), &selection)?;
        let (rows, next_cursor) = selection.page.cut(rows, |row| row.id);
        audit::record(c, &Event::new(now, actor, "support_requests.listed", Some(account), &id))?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        Ok((store::answers(c, &ids)?, rows, next_cursor))
    };
    let (answers, rows, next_cursor) = caller.transaction(&state, work).await?;
    let items = rows.iter().map(|row| view::request(&state.keyring, row, &answers)).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(SupportRequestPage { items, next_cursor }))
}

/// Show one of your support requests
///
/// With the answers of the help desk.
#[utoipa::path(
    tag = "support",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses((status = 200, description = "The request with its answers", body = SupportRequestResponse))
)]
#[get("/v1/accounts/me/support-requests/{id}")]
pub(crate) async fn get_own_support_request(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (account, actor, now, subject) =
        (caller.account_id(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut PgConnection| {
        let row = store::find(c, subject)?.filter(|row| row.account_id == Some(account));
        let row = row.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "support_request.read", Some(subject), &id))?;
        Ok((store::answers(c, &[subject])?, row))
    };
    let (answers, row) = caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(view::request(&state.keyring, &row, &answers)?))
}
