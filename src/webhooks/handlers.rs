//! The endpoints by which a client manages where it is told of events.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::caller::{body, client, count};
use super::reach::Reach;
use super::states::EndpointStatus;
use super::store::{self, Endpoint};
use super::types::{
    CreateWebhookEndpointRequest, CreatedWebhookEndpoint, EndpointResponse, RotateWebhookSecretRequest,
    WebhookEndpointList, WebhookSecret,
};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{Answer, Key, Work};
use crate::http::{RequestId, idempotency};
use crate::state::State;
use crate::text::{At, Rule};

/// Endpoints of one client.
const MOST: i64 = 5;

const NOT_ALLOWED: Rule = Rule::new(
    "webhook_url_not_allowed",
    "Messages go over https to public addresses alone",
    "Mesajele se trimit numai prin https, la adrese publice",
);
const NO_EVENTS: Rule = Rule::new(
    "webhook_events_missing",
    "Name at least one family of events, each once",
    "Numiți cel puțin o familie de evenimente, fiecare o dată",
);
/// The rules that this operation checks itself.
const RULES: &[At] = &[("/url", NOT_ALLOWED), ("/events", NO_EVENTS)];

/// Says of a new endpoint whose it is, where it leads and what it is told of: for whoever asks where data went, also after its end.
fn described(client: &str, request: &CreateWebhookEndpointRequest) -> String {
    let host = request.url.url().host_str().unwrap_or_default();
    let events: Vec<&str> = request.events.iter().map(|family| family.as_str()).collect();
    format!("{client}: {host}: {}", events.join(" "))
}

/// Records what a client did with an endpoint.
pub(super) fn record(
    c: &mut PgConnection,
    (action, endpoint, detail): (&str, Uuid, &str),
    now: chrono::DateTime<chrono::Utc>,
    id: &RequestId,
) -> Result<()> {
    let event = Event::new(now, Actor::PUBLIC, action, Some(endpoint), id);
    audit::record(c, &event.detail(detail.to_owned()))
}

fn check(request: &CreateWebhookEndpointRequest, reach: Reach) -> Result<()> {
    if !reach.allows_url(request.url.url()) {
        return Err(Error::invalid("/url", &NOT_ALLOWED));
    }
    let is_twice =
        |at: usize| request.events.iter().take(at).any(|known| request.events.get(at) == Some(known));
    if request.events.is_empty() || (0..request.events.len()).any(is_twice) {
        return Err(Error::invalid("/events", &NO_EVENTS));
    }
    Ok(())
}

/// Add an endpoint for webhooks
///
/// From then on it is told of events, of people who granted you the scope that covers them. Its messages are signed as
/// [Standard Webhooks](https://www.standardwebhooks.com) says; the secret is shown this once. A client has five at most.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(idempotency::KeyParameter),
    request_body = CreateWebhookEndpointRequest,
    responses((status = 201, description = "The endpoint, and its secret", headers(("Location" = String)), body = CreatedWebhookEndpoint)),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::WebhookEndpointsFull, Code::TooManyRequests])),
        ("x-rules" = json!([RULES])),
    ),
)]
#[post("/v1/webhooks/endpoints")]
pub(crate) async fn create_webhook_endpoint(
    state: State,
    http: HttpRequest,
    id: RequestId,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let client = client(&state, &http).await?;
    let json = body::<CreateWebhookEndpointRequest>(&http, payload).await?;
    let key =
        Key::of_client(&http, ("create_webhook_endpoint", ""), (&client.id, client.created_at), json.digest)?;
    let (request, reach) = (json.body, Reach::of(state.sandbox));
    let (now, keyring) = (state.clock.now(), state.keyring.clone());
    let prepare = async move {
        check(&request, reach)?;
        let detail = described(&client.id, &request);
        let endpoint = Endpoint::new(&client.id, request.url.to_string(), &request.events, now);
        let work: Work = Box::new(move |c| {
            count(c, &keyring, &client, now)?;
            if !store::insert(c, &endpoint, MOST)? {
                return Err(Code::WebhookEndpointsFull.into());
            }
            record(c, ("webhook.added", endpoint.id, &detail), now, &id)?;
            let secret = store::add_secret(c, &keyring, (endpoint.id, true), now)?.reveal();
            let location = format!("/v1/webhooks/endpoints/{}", endpoint.id);
            Ok(Answer::created(
                location,
                &CreatedWebhookEndpoint { endpoint: endpoint.clone().into(), secret },
            ))
        });
        Ok(work)
    };
    Ok(idempotency::once(&state, key, prepare).await?.into_response())
}

/// List your endpoints for webhooks
///
/// All of them, with their status.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    responses((status = 200, description = "The endpoints", body = WebhookEndpointList)),
)]
#[get("/v1/webhooks/endpoints")]
pub(crate) async fn list_webhook_endpoints(state: State, http: HttpRequest) -> Result<HttpResponse> {
    let client = client(&state, &http).await?;
    let rows = state.db.read(move |c| store::list(c, &client.id)).await?;
    let items = rows.into_iter().map(EndpointResponse::from).collect();
    Ok(HttpResponse::Ok().json(WebhookEndpointList { items, next_cursor: None }))
}

/// Remove an endpoint for webhooks
///
/// With its secrets and its messages, also those that wait: nothing is recorded or sent any more.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(("endpoint_id" = Uuid, Path, description = "The endpoint's id")),
    responses((status = 204, description = "The endpoint was removed")),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::TooManyRequests]))),
)]
#[delete("/v1/webhooks/endpoints/{endpoint_id}")]
pub(crate) async fn delete_webhook_endpoint(
    state: State,
    http: HttpRequest,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (client, endpoint, now) = (client(&state, &http).await?, path.into_inner(), state.clock.now());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        count(c, &keyring, &client, now)?;
        if !store::remove(c, &client.id, endpoint, now)? {
            return Err(Code::NotFound.into());
        }
        record(c, ("webhook.removed", endpoint, &client.id), now, &id)
    };
    state.db.transaction(work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Make a new secret for an endpoint
///
/// The earlier secret keeps signing for a day, so that you can change over without losing a message. If you rotate several times, the
/// oldest and the newest earlier secrets sign: one of them is in place even if you lost our answer. `end_others` ends all of them at
/// once.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(("endpoint_id" = Uuid, Path, description = "The endpoint's id"), idempotency::KeyParameter),
    request_body = RotateWebhookSecretRequest,
    responses((status = 201, description = "The secret, shown this once", body = WebhookSecret)),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::TooManyRequests]))),
)]
#[post("/v1/webhooks/endpoints/{endpoint_id}/secrets")]
pub(crate) async fn rotate_webhook_secret(
    state: State,
    http: HttpRequest,
    path: web::Path<Uuid>,
    id: RequestId,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let (client, endpoint) = (client(&state, &http).await?, path.into_inner());
    let json = body::<RotateWebhookSecretRequest>(&http, payload).await?;
    let about = endpoint.to_string();
    let key = Key::of_client(
        &http,
        ("rotate_webhook_secret", &about),
        (&client.id, client.created_at),
        json.digest,
    )?;
    let (now, keyring, end_others) = (state.clock.now(), state.keyring.clone(), json.body.end_others);
    let work: Work = Box::new(move |c| {
        count(c, &keyring, &client, now)?;
        store::lock(c, &client.id, endpoint)?.ok_or(Code::NotFound)?;
        record(c, ("webhook.secret_rotated", endpoint, &client.id), now, &id)?;
        let secret = store::add_secret(c, &keyring, (endpoint, end_others), now)?.reveal();
        Ok(Answer::created(format!("/v1/webhooks/endpoints/{endpoint}"), &WebhookSecret { secret }))
    });
    Ok(idempotency::once(&state, key, async { Ok(work) }).await?.into_response())
}

/// Resume an endpoint
///
/// One that is paused or disabled. Messages that are due are sent; up to 5,000 that wait for another attempt become due at once, the rest
/// keep their time. An active endpoint stays as it is.
#[utoipa::path(
    tag = "webhooks",
    security(("client" = [])),
    params(("endpoint_id" = Uuid, Path, description = "The endpoint's id")),
    responses((status = 200, description = "The endpoint", body = EndpointResponse)),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::TooManyRequests]))),
)]
#[post("/v1/webhooks/endpoints/{endpoint_id}/resume")]
pub(crate) async fn resume_webhook_endpoint(
    state: State,
    http: HttpRequest,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (client, endpoint, now) = (client(&state, &http).await?, path.into_inner(), state.clock.now());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        count(c, &keyring, &client, now)?;
        let found = store::lock(c, &client.id, endpoint)?.ok_or(Code::NotFound)?;
        if found.status == EndpointStatus::Active {
            return Ok(found);
        }
        store::set_status(c, endpoint, (EndpointStatus::Active, None), now)?;
        super::message_store::hurry(c, endpoint, now)?;
        record(c, ("webhook.resumed", endpoint, &client.id), now, &id)?;
        let status = EndpointStatus::Active;
        Ok(Endpoint { status, failing_since: None, status_changed_at: now, ..found })
    };
    let endpoint = state.db.transaction(work).await?;
    Ok(HttpResponse::Ok().json(EndpointResponse::from(endpoint)))
}
