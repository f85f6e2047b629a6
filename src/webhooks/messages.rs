//! The endpoints for messages: a client tests, reads how deliveries go, and replays.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::caller::{body, client, count};
use super::handlers::record;
use super::message_store as messages;
use super::states::EndpointStatus;
use super::store::{self, Endpoint};
use super::types::{
    MessageResponse, MessagesQuery, ReplayWebhookMessagesRequest, ReplayedWebhookMessages, WebhookMessagePage,
};
use crate::clients::Client;
use crate::error::{Code, Result};
use crate::http::page::PageQuery;
use crate::http::{Query, RequestId};
use crate::state::State;

/// Finds and locks an endpoint that messages are sent to.
fn active(c: &mut PgConnection, client: &Client, id: Uuid) -> Result<Endpoint> {
    let endpoint = store::lock(c, &client.id, id)?.ok_or(Code::NotFound)?;
    if endpoint.status == EndpointStatus::Active {
        Ok(endpoint)
    } else {
        Err(Code::WebhookEndpointStopped.into())
    }
}

/// Send a test event
///
/// `webhook.test`, about the endpoint itself. It is signed, retried and logged as any other. At most 300 changes, tests and replays an hour.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(("endpoint_id" = Uuid, Path, description = "The endpoint's id")),
    responses((status = 202, description = "The message, which will be sent", body = MessageResponse)),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::WebhookEndpointStopped, Code::TooManyRequests]))),
)]
#[post("/v1/webhooks/endpoints/{endpoint_id}/test")]
pub(crate) async fn test_webhook_endpoint(
    state: State,
    http: HttpRequest,
    path: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let (client, endpoint, now) = (client(&state, &http).await?, path.into_inner(), state.clock.now());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        count(c, &keyring, &client, now)?;
        active(c, &client, endpoint)?;
        messages::insert_test(c, endpoint, now)
    };
    let message = state.db.transaction(work).await?;
    Ok(HttpResponse::Accepted().json(MessageResponse::from(message)))
}

/// List the messages to an endpoint
///
/// The delivery log of the last 30 days, newest first: what was sent, how the last attempt ended, when the next one comes. A message
/// leaves the log with the grant by which you were told.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(("endpoint_id" = Uuid, Path, description = "The endpoint's id"), MessagesQuery),
    responses((status = 200, description = "The messages", body = WebhookMessagePage)),
)]
#[get("/v1/webhooks/endpoints/{endpoint_id}/messages")]
pub(crate) async fn list_webhook_messages(
    state: State,
    http: HttpRequest,
    path: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let client = client(&state, &http).await?;
    let query = Query::<MessagesQuery>::from_request(&http, &mut Payload::None).await?.0;
    let (endpoint, status) = (path.into_inner(), query.status);
    let page = PageQuery { limit: query.limit, cursor: query.cursor }.page();
    let work = move |c: &mut PgConnection| {
        store::find(c, &client.id, endpoint)?.ok_or(Code::NotFound)?;
        messages::list(c, endpoint, status, page)
    };
    let (rows, next_cursor) = page.cut(state.db.read(work).await?, |row| row.id);
    let items = rows.into_iter().map(MessageResponse::from).collect();
    Ok(HttpResponse::Ok().json(WebhookMessagePage { items, next_cursor }))
}

/// Replay a message
///
/// It is sent again, with the same `webhook-id` and a new timestamp. One that still waits stays as it is. At most 300 changes,
/// tests and replays an hour.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(
        ("endpoint_id" = Uuid, Path, description = "The endpoint's id"),
        ("message_id" = Uuid, Path, description = "The message's id"),
    ),
    responses((status = 202, description = "The message, which will be sent", body = MessageResponse)),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::WebhookEndpointStopped, Code::TooManyRequests]))),
)]
#[post("/v1/webhooks/endpoints/{endpoint_id}/messages/{message_id}/replay")]
pub(crate) async fn replay_webhook_message(
    state: State,
    http: HttpRequest,
    path: web::Path<(Uuid, Uuid)>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (client, now) = (client(&state, &http).await?, state.clock.now());
    let (keyring, (endpoint, message)) = (state.keyring.clone(), path.into_inner());
    let work = move |c: &mut PgConnection| {
        count(c, &keyring, &client, now)?;
        active(c, &client, endpoint)?;
        record(c, ("webhook.replayed", endpoint, &client.id), now, &id)?;
        Ok(messages::replay(c, endpoint, message)?.ok_or(Code::NotFound)?)
    };
    let message = state.db.transaction(work).await?;
    Ok(HttpResponse::Accepted().json(MessageResponse::from(message)))
}

/// Replay failed messages
///
/// Those that were given up, about events since a time: after an outage of yours. The newest 5,000; ask again while there are `more`.
/// At most 300 changes, tests and replays an hour.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(("endpoint_id" = Uuid, Path, description = "The endpoint's id")),
    request_body = ReplayWebhookMessagesRequest,
    responses((status = 202, description = "How many will be sent again", body = ReplayedWebhookMessages)),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::WebhookEndpointStopped, Code::TooManyRequests]))),
)]
#[post("/v1/webhooks/endpoints/{endpoint_id}/replay")]
pub(crate) async fn replay_webhook_messages(
    state: State,
    http: HttpRequest,
    path: web::Path<Uuid>,
    id: RequestId,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let client = client(&state, &http).await?;
    let since = body::<ReplayWebhookMessagesRequest>(&http, payload).await?.body.since;
    let (keyring, endpoint, now) = (state.keyring.clone(), path.into_inner(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        count(c, &keyring, &client, now)?;
        active(c, &client, endpoint)?;
        record(c, ("webhook.replayed", endpoint, &client.id), now, &id)?;
        messages::replay_failed(c, endpoint, since)
    };
    let messages = state.db.transaction(work).await?;
    let more = i64::try_from(messages).is_ok_and(|count| count >= messages::MOST);
    Ok(HttpResponse::Accepted().json(ReplayedWebhookMessages { messages, more }))
}
