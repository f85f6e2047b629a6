//! A client gives a token back (RFC 7009), or asks whether one of its own still works (RFC 7662).

use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client_authentication::authenticate;
use super::refusal::{Failure, Refusal, uncached};
use super::token::form;
use crate::accounts::lifetime;
use crate::accounts::session_store::{self, InForce};
use crate::accounts::token::digest_of;
use crate::audit::{self, Actor, ActorRole, Event};
use crate::clients::Scope;
use crate::error::Result;
use crate::http::RequestId;
use crate::state::{AppState, State};
use crate::trace;

#[post("/oauth/revoke")]
pub(super) async fn revoke(state: State, http: HttpRequest, id: RequestId, body: web::Bytes) -> HttpResponse {
    match end(&state, &http, &id, &body).await {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(failure) => failure.respond(),
    }
}

/// Ends the session of an access or refresh token of this client: both kinds of its tokens stop working at once. A token that is
/// not the client's, or is unknown, changes nothing and is no error (RFC 7009, section 2.2).
async fn end(state: &AppState, http: &HttpRequest, id: &RequestId, body: &[u8]) -> Result<(), Failure> {
    let fields = form(http, body)?;
    let client = authenticate(state, http, &fields).await?;
    let token = fields.get("token").ok_or(Refusal::request("token is missing"))?;
    let (digest, now, id) = (digest_of(token), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        let Some((session, account)) = session_store::family_of_client(c, &digest, &client.id)? else {
            return Ok(());
        };
        trace::acts_through(&client.id);
        end_session(c, (session, account), now, &id)
    };
    Ok(state.db.transaction(work).await?)
}

/// Ends a session of a client, with all its tokens, and records that; of two at once, one does.
pub(super) fn end_session(
    c: &mut PgConnection,
    (session, account): (Uuid, Uuid),
    now: DateTime<Utc>,
    id: &RequestId,
) -> Result<()> {
    if !session_store::delete_family(c, session)? {
        return Ok(());
    }
    let actor = Actor { account_id: Some(account), role: ActorRole::Citizen };
    audit::record(c, &Event::new(now, actor, "session.ended", Some(session), id))
}

#[post("/oauth/introspect")]
pub(super) async fn introspect(state: State, http: HttpRequest, body: web::Bytes) -> HttpResponse {
    match told(&state, &http, &body).await {
        Ok(told) => {
            let mut response = HttpResponse::Ok();
            uncached(&mut response);
            response.json(told)
        }
        Err(failure) => failure.respond(),
    }
}

/// Tells a client that keeps a secret of its own access tokens; of all others it learns nothing.
async fn told(state: &AppState, http: &HttpRequest, body: &[u8]) -> Result<Value, Failure> {
    let fields = form(http, body)?;
    let client = authenticate(state, http, &fields).await?;
    if !client.kind.is_confidential() {
        return Err(Refusal::CLIENT.into());
    }
    let token = fields.get("token").ok_or(Refusal::request("token is missing"))?;
    let (digest, now, life) = (digest_of(token), state.clock.now(), state.session_life);
    let id = client.id.clone();
    let own = move |c: &mut PgConnection| {
        let found = session_store::find_by_access_token(c, &digest, now)?;
        let is_open =
            |found: &InForce| lifetime::open_until(&found.session, found.account.role, life, now).is_some();
        Ok(found.filter(|found| found.client_id.as_deref() == Some(&id) && is_open(found)))
    };
    let Some(InForce { session, account, .. }) = state.db.read(own).await? else {
        return Ok(json!({"active": false}));
    };
    let scopes = Scope::all_in(session.scopes.iter().flatten().flatten());
    let scope: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    Ok(json!({
        "active": true,
        "client_id": client.id,
        "sub": account.id.to_string(),
        "scope": scope.join(" "),
        "token_type": "Bearer",
        "exp": session.access_expires_at.timestamp(),
    }))
}
