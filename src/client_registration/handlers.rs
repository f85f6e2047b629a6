//! The endpoints of this room.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};

use super::change::{self, Change, KEYS_OF_KIND};
use super::json_web_key::{self, JsonWebKeySet};
use super::types::{
    ClientList, ClientResponse, ClientSecret, CreateClientRequest, CreatedClient, RotateClientSecretRequest,
};
use crate::accounts::Operator;
use crate::audit::{self, Event};
use crate::clients::{ClientId, RULES, store};
use crate::error::{Code, Result};
use crate::http::idempotency::{Answer, Work};
use crate::http::{Json, RequestId, idempotency};
use crate::state::{AppState, State};

/// Returns the id in the path; a text that no client can have is nobody's.
fn id_of(path: &str) -> Result<ClientId> {
    ClientId::parse(path).map_err(|_| Code::NotFound.into())
}

fn change(state: &AppState, operator: &Operator, id: &RequestId) -> Change {
    Change { actor: operator.caller.actor(), now: state.clock.now(), request: id.clone() }
}

/// Register a client
///
/// A front end of others, or a relying party's system. Its pages may call from then on, and its redirects may return. `web` and `system`
/// get a secret, shown this once, unless they come with keys (`jwks`); `browser` and `native` keep neither. Requires the second factor,
/// verified in the last ten minutes.
#[utoipa::path(
    tag = "clients",
    security(("bearer" = ["operator"])),
    params(idempotency::KeyParameter),
    responses((status = 201, description = "The client, and its secret", headers(("Location" = String)), body = CreatedClient)),
    extensions(
        ("x-problems" = json!([Code::StepUpRequired, Code::ClientExists])),
        ("x-rules" = json!([RULES, json_web_key::RULES_OF_CLIENT, [("/jwks", KEYS_OF_KIND)]])),
    ),
)]
#[post("/v1/clients")]
pub(crate) async fn create_client(
    state: State,
    operator: Operator,
    http: HttpRequest,
    id: RequestId,
    json: Json<CreateClientRequest>,
) -> Result<HttpResponse> {
    operator.stepped_up(&state)?;
    let account = Some(operator.caller.account_id());
    let key = idempotency::Key::of(&http, "create_client", account, json.digest)?;
    let keys = json.body.jwks.checked("/jwks")?;
    let (change, registration) =
        (change(&state, &operator, &id), json.body.registration(state.clients.environment()));
    let work: Work = Box::new(move |c| {
        let (listed, secret) = change::add(c, &registration, &keys, &change)?;
        let location = format!("/v1/clients/{}", listed.client.id);
        let secret = secret.map(|secret| secret.reveal().to_owned());
        Ok(Answer::created(location, &CreatedClient { client: ClientResponse::of(listed)?, secret }))
    });
    let work = operator.caller.held(work);
    Ok(idempotency::once(&state, key, async { Ok(work) }).await?.into_response())
}

/// List the registered clients
///
/// All of them, by id, with the times of their secrets and their keys. The first-party front end is in the settings, not here.
#[utoipa::path(
    tag = "clients",
    security(("bearer" = ["operator"])),
    responses((status = 200, description = "The clients", body = ClientList)),
)]
#[get("/v1/clients")]
pub(crate) async fn list_clients(state: State, operator: Operator, id: RequestId) -> Result<HttpResponse> {
    let (now, actor) = (state.clock.now(), operator.caller.actor());
    let work = move |c: &mut diesel::PgConnection| {
        audit::record(c, &Event::new(now, actor, "clients.listed", None, &id))?;
        store::list(c)
    };
    let rows = operator.caller.transaction(&state, work).await?;
    let items = rows.into_iter().map(ClientResponse::of).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(ClientList { items, next_cursor: None }))
}

/// Make a new secret for a client
///
/// Of a client with keys, it opens its webhooks alone. The newest of its earlier secrets goes on working beside the new one, until the
/// next rotation: so a client changes over without an outage. `end_others` ends all earlier ones at once. Requires the second factor,
/// verified in the last ten minutes.
#[utoipa::path(
    tag = "clients",
    security(("bearer" = ["operator"])),
    params(("client_id" = String, Path, description = "The client's id", example = "city-hall")),
    responses((status = 201, description = "The secret, shown this once", body = ClientSecret)),
    extensions(("x-problems" = json!([Code::NotFound, Code::StepUpRequired, Code::ClientIsPublic]))),
)]
#[post("/v1/clients/{client_id}/secrets")]
pub(crate) async fn rotate_client_secret(
    state: State,
    operator: Operator,
    path: web::Path<String>,
    id: RequestId,
    json: Json<RotateClientSecretRequest>,
) -> Result<HttpResponse> {
    operator.stepped_up(&state)?;
    let (change, client, end_others) = (change(&state, &operator, &id), id_of(&path)?, json.body.end_others);
    let work = move |c: &mut diesel::PgConnection| change::rotate_secret(c, &client, end_others, &change);
    let secret = operator.caller.transaction(&state, work).await?;
    Ok(HttpResponse::Created().json(ClientSecret { secret: secret.reveal().to_owned() }))
}

/// Set the public keys of a client
///
/// Replaces the keys at once: while the client changes over, send the earlier key along with the new one. From then on the client proves
/// who it is at the authorization server by `private_key_jwt` (ES256), and by no secret; a secret still opens its webhooks. With an empty
/// list the client authenticates by its secrets again. Requires the second factor, verified in the last ten minutes.
#[utoipa::path(
    tag = "clients",
    security(("bearer" = ["operator"])),
    params(("client_id" = String, Path, description = "The client's id", example = "city-hall")),
    responses((status = 200, description = "The keys, as they are kept", body = JsonWebKeySet)),
    extensions(
        ("x-problems" = json!([Code::NotFound, Code::StepUpRequired, Code::ClientIsPublic])),
        ("x-rules" = json!([json_web_key::RULES])),
    ),
)]
#[put("/v1/clients/{client_id}/jwks")]
pub(crate) async fn set_client_keys(
    state: State,
    operator: Operator,
    path: web::Path<String>,
    id: RequestId,
    json: Json<JsonWebKeySet>,
) -> Result<HttpResponse> {
    operator.stepped_up(&state)?;
    let (change, client, keys) = (change(&state, &operator, &id), id_of(&path)?, json.body.checked("")?);
    let work = move |c: &mut diesel::PgConnection| change::set_keys(c, &client, &keys, &change);
    let rows = operator.caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(JsonWebKeySet::of(&rows)?))
}

/// Remove a client
///
/// With its secrets, its keys and everything that people granted it. Its redirects return nowhere from then on; its pages are refused
/// within seconds. Requires the second factor, verified in the last ten minutes.
#[utoipa::path(
    tag = "clients",
    security(("bearer" = ["operator"])),
    params(("client_id" = String, Path, description = "The client's id", example = "city-hall")),
    responses((status = 204, description = "The client was removed")),
    extensions(("x-problems" = json!([Code::NotFound, Code::StepUpRequired]))),
)]
#[delete("/v1/clients/{client_id}")]
pub(crate) async fn delete_client(
    state: State,
    operator: Operator,
    path: web::Path<String>,
    id: RequestId,
) -> Result<HttpResponse> {
    operator.stepped_up(&state)?;
    let (change, client) = (change(&state, &operator, &id), id_of(&path)?);
    let work = move |c: &mut diesel::PgConnection| change::remove(c, &client, &change);
    operator.caller.transaction(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}
