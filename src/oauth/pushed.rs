//! Pushed authorization requests (RFC 9126): a client sends the parameters itself and proves who it is; the browser carries only a
//! reference, so nobody on its way reads or changes them.

use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::client_authentication::authenticate;
use super::fields::Fields;
use super::refusal::{Failure, Refusal, uncached};
use super::token::form;
use super::{limits, parameters};
use crate::accounts::Token;
use crate::accounts::token::digest_of;
use crate::clients::{Client, ClientKind};
use crate::db::schema::oauth_pushed_requests;
use crate::error::{Error, Result};
use crate::person::Column;
use crate::state::{AppState, State};

/// What a reference begins with (RFC 9126, section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How long a browser may come with the reference, more than once: people load pages again.
const LIVES: TimeDelta = TimeDelta::minutes(5);

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = oauth_pushed_requests)]
struct Pushed {
    id: Uuid,
    client_id: String,
    digest: Vec<u8>,
    parameters: Vec<u8>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[post("/oauth/par")]
pub(super) async fn push(state: State, http: HttpRequest, body: web::Bytes) -> HttpResponse {
    match keep(&state, &http, &body).await {
        Ok(reference) => {
            let mut response = HttpResponse::Created();
            uncached(&mut response);
            response.json(json!({
                "request_uri": format!("{PREFIX}{}", reference.reveal()),
                "expires_in": LIVES.num_seconds(),
            }))
        }
        Err(failure) => failure.respond(),
    }
}

/// Checks a request as it is checked when a browser brings it, and keeps it.
async fn keep(state: &AppState, http: &HttpRequest, body: &[u8]) -> Result<Token, Failure> {
    let fields = form(http, body)?;
    let client = authenticate(state, http, &fields).await?;
    limits::of_client(state, &client).await?;
    if client.kind == ClientKind::System {
        return Err(Refusal::new("unauthorized_client", "nobody logs in by a system").into());
    }
    if fields.get("request_uri").is_some() {
        return Err(Refusal::request("request_uri is what this endpoint answers").into());
    }
    if parameters::redirect_uri(state, &client, &fields).is_none() {
        return Err(Refusal::request("redirect_uri is not one of the client's").into());
    }
    parameters::check(&client, &fields)?;
    let proofs = ["client_secret", "client_assertion", "client_assertion_type"];
    let parameters = proofs.into_iter().fold(fields, Fields::without).query();
    let parameters = parameters.ok_or(Refusal::request("the parameters are too long"))?;
    let (reference, id, now) = (Token::generate("czu_")?, Uuid::now_v7(), state.clock.now());
    let cell = Column::OAUTH_PUSHED_REQUESTS_PARAMETERS.at(id);
    let parameters = state.keyring.encrypt(cell, parameters.as_bytes()).map_err(Error::internal)?;
    let (client_id, digest) = (client.id, reference.digest());
    let row = Pushed { id, client_id, digest, parameters, created_at: now, expires_at: now + LIVES };
    let insert = move |c: &mut PgConnection| -> Result<()> {
        diesel::insert_into(oauth_pushed_requests::table).values(&row).execute(c)?;
        Ok(())
    };
    state.db.write(insert).await?;
    Ok(reference)
}

/// Returns whether a `request_uri` is a reference of ours.
pub(super) fn is_reference(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

/// Finds the parameters that this client pushed; `None` if the reference is unknown, over, or another client's.
pub(super) async fn find(state: &AppState, client: &Client, request_uri: &str) -> Result<Option<Fields>> {
    let digest = digest_of(request_uri.strip_prefix(PREFIX).unwrap_or_default());
    let (client, now) = (client.id.clone(), state.clock.now());
    let find = move |c: &mut PgConnection| {
        let found = oauth_pushed_requests::table
            .filter(oauth_pushed_requests::digest.eq(&digest))
            .filter(oauth_pushed_requests::client_id.eq(&client))
            .filter(oauth_pushed_requests::expires_at.gt(now));
        Ok(found.select(Pushed::as_select()).first(c).optional()?)
    };
    let Some(row) = state.db.read(find).await? else { return Ok(None) };
    let cell = Column::OAUTH_PUSHED_REQUESTS_PARAMETERS.at(row.id);
    let parameters = state.keyring.decrypt(cell, &row.parameters).map_err(Error::internal)?;
    let fields = Fields::parse(&parameters).map_err(|_| Error::internal("pushed parameters do not parse"))?;
    Ok(Some(fields))
}
