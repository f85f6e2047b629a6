//! A client sends a person here who logs out of it (OpenID Connect RP-Initiated Logout 1.0). The Hub remembers no log-in of a browser;
//! what ends is the session that the client's ID token tells of (`sid`), with all its tokens.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use diesel::pg::PgConnection;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::fields::{Fields, is_plain};
use super::keys::IdTokenKey;
use super::metadata::issuer;
use super::page::{self, Stop};
use super::parameters::language;
use super::revocation;
use super::token::form;
use crate::accounts::session_store;
use crate::clients::{Client, FrontEnd};
use crate::error::{Error, Result};
use crate::http::{Locale, RequestId};
use crate::state::{AppState, State};
use crate::trace;

#[get("/oauth/end-session")]
pub(super) async fn end(state: State, http: HttpRequest, id: RequestId) -> HttpResponse {
    let fields = Fields::parse(http.query_string().as_bytes()).map_err(|_| ());
    respond(&state, &http, fields, &id).await
}

#[post("/oauth/end-session")]
pub(super) async fn end_by_form(
    state: State,
    http: HttpRequest,
    id: RequestId,
    body: web::Bytes,
) -> HttpResponse {
    let fields = form(&http, &body).map_err(|_| ());
    respond(&state, &http, fields, &id).await
}

async fn respond(
    state: &AppState,
    http: &HttpRequest,
    fields: Result<Fields, ()>,
    id: &RequestId,
) -> HttpResponse {
    let reader = Locale::of_reader(http);
    let Ok(fields) = fields else { return page::stop(state, reader, Stop::Request) };
    let locale = fields.get("ui_locales").and_then(language).unwrap_or(reader);
    match answer(state, &fields, locale, id).await {
        Ok(response) => response,
        Err(error) => page::failed(state, locale, &error),
    }
}

/// The session is ended first: a client whose return address is wrong has logged its person out all the same.
async fn answer(state: &AppState, fields: &Fields, locale: Locale, id: &RequestId) -> Result<HttpResponse> {
    let Some(hint) = fields.get("id_token_hint") else { return Ok(page::stop(state, locale, Stop::NoHint)) };
    let Some(told) = Told::of(state, hint)? else { return Ok(page::stop(state, locale, Stop::NoHint)) };
    if fields.get("client_id").is_some_and(|client| client != told.aud) {
        return Ok(page::stop(state, locale, Stop::NoHint));
    }
    let Some(FrontEnd::Registered(client)) = state.clients.find(&state.db, &told.aud).await? else {
        return Ok(page::stop(state, locale, Stop::Client));
    };
    end_session(state, &client, told, id).await?;
    let Some(uri) = fields.get("post_logout_redirect_uri") else {
        return Ok(page::logged_out(state, &client, locale));
    };
    if !state.clients.may_return(&FrontEnd::Registered(client.clone()), uri) {
        // The person has logged out; that the address is wrong is the developer's to see.
        let mut page = page::logged_out(state, &client, locale);
        *page.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(page);
    }
    let mut url = Url::parse(uri).map_err(Error::internal)?;
    let its_state = fields.get("state").filter(|value| is_plain(value));
    url.query_pairs_mut().extend_pairs(its_state.map(|value| ("state", value)));
    // An address without parameters stays as it was registered.
    let address = if url.query() == Some("") { uri } else { url.as_str() };
    Ok(page::see_other(address))
}

/// What an ID token of ours tells of the session that it was issued with. It may have expired: it names the session, and opens
/// nothing.
#[derive(Deserialize)]
struct Told {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
}

impl Told {
    fn of(state: &AppState, hint: &str) -> Result<Option<Self>> {
        let keys = IdTokenKey::all(&state.keyring)?;
        let claims = keys.iter().find_map(|key| key.verify(hint));
        let told = claims.and_then(|claims| serde_json::from_value::<Self>(claims).ok());
        Ok(told.filter(|told| told.iss == issuer(state)))
    }
}

/// Ends the session if it is still the client's, of that person.
async fn end_session(state: &AppState, client: &Client, told: Told, id: &RequestId) -> Result<()> {
    trace::acts_for(told.sub);
    trace::acts_through(&client.id);
    let (client, now, id) = (client.id.clone(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        if !session_store::is_of_client(c, told.sid, (told.sub, &client))? {
            return Ok(());
        }
        revocation::end_session(c, (told.sid, told.sub), now, &id)
    };
    state.db.transaction(work).await
}
