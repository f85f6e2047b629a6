//! The token endpoint (RFC 6749, sections 4.1.3 and 6): a code or a refresh token for new tokens.

use actix_web::http::header::{CONTENT_TYPE, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, post, web};
use diesel::pg::PgConnection;
use serde::Serialize;
use uuid::Uuid;

use super::client_authentication::authenticate;
use super::fields::Fields;
use super::id_token::{Claims, id_token};
use super::refusal::{Failure, Refusal, uncached};
use super::store::{self, Request};
use super::{grant_store, pkce};
use crate::accounts::session::NewSession;
use crate::accounts::token::digest_of;
use crate::accounts::{refresh, session_store};
use crate::audit::{self, Actor, Event};
use crate::clients::{Client, Scope};
use crate::error::{Code, Error};
use crate::http::RequestId;
use crate::state::{AppState, State};
use crate::trace;

/// The tokens of a client (RFC 6749, section 5.1).
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

#[post("/oauth/token")]
pub(super) async fn issue(state: State, http: HttpRequest, id: RequestId, body: web::Bytes) -> HttpResponse {
    match tokens(&state, &http, &id, &body).await {
        Ok(tokens) => {
            let mut response = HttpResponse::Ok();
            uncached(&mut response);
            response.json(tokens)
        }
        Err(failure) => failure.respond(),
    }
}

/// Reads the form of an endpoint for clients.
pub(super) fn form(http: &HttpRequest, body: &[u8]) -> Result<Fields, Refusal> {
    let kind = http.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::request("the body is not application/x-www-form-urlencoded"));
    }
    Fields::parse(body).map_err(|_| Refusal::request("a parameter is sent twice, or is too long"))
}

async fn tokens(
    state: &AppState,
    http: &HttpRequest,
    id: &RequestId,
    body: &[u8],
) -> Result<Tokens, Failure> {
    let fields = form(http, body)?;
    let client = authenticate(state, http, &fields).await?;
    match fields.get("grant_type") {
        Some("authorization_code") => of_code(state, &client, &fields, id).await,
        Some("refresh_token") => of_refresh_token(state, &client, http, &fields, id).await,
        Some(_) => Err(Refusal::new("unsupported_grant_type", "authorization_code or refresh_token").into()),
        None => Err(Refusal::request("grant_type is missing").into()),
    }
}

const CODE: Refusal = Refusal::grant("the code is unknown, used, expired, or another client's");

async fn of_code(
    state: &AppState,
    client: &Client,
    fields: &Fields,
    id: &RequestId,
) -> Result<Tokens, Failure> {
    let code = fields.get("code").ok_or(Refusal::request("code is missing"))?;
    let digest = digest_of(code);
    let found = state.db.read(move |c| store::find_by_code(c, &digest)).await?;
    let request = found.filter(|request| request.client_id == client.id).ok_or(CODE)?;
    // A code that was used is in two hands, whatever comes with it; the client's secret shows that not just anybody says so.
    let is_reused = request.exchanged_at.is_some() && client.kind.is_confidential();
    if !is_reused {
        check_binding(fields, &request)?;
        trace::acts_through(&client.id);
    }
    let (Some(account), Some(grant), Some(logged_in_at)) =
        (request.account_id, request.grant_id, request.logged_in_at)
    else {
        return Err(Error::internal("a code of nobody").into());
    };
    trace::acts_for(account);
    let scopes = request.scopes();
    let session = NewSession::of(account, state.clock.now(), state.session_life)?
        .for_client(grant, store::codes(&scopes));
    if !open(state, digest_of(code), (account, grant), &session, id).await? {
        return Err(CODE.into());
    }
    let (nonce, authentication) = (request.nonce.as_deref(), request.authentication());
    let claims =
        Claims { account, client_id: &client.id, nonce, logged_in_at, authentication, session: session.id() };
    let id_token = if scopes.contains(&Scope::OpenId) { Some(id_token(state, &claims)?) } else { None };
    Ok(answer(session.response(), &scopes, id_token))
}

/// Checks that the code comes with what its request began with.
fn check_binding(fields: &Fields, request: &Request) -> Result<(), Refusal> {
    // OAuth 2.1 sends none; PKCE binds the code to the request in any case.
    if fields.get("redirect_uri").is_some_and(|uri| uri != request.redirect_uri) {
        return Err(Refusal::grant("redirect_uri is not the one of the request"));
    }
    let verifier = fields.get("code_verifier").ok_or(Refusal::grant("code_verifier is missing"))?;
    if pkce::is_verifier(verifier, &request.code_challenge) {
        Ok(())
    } else {
        Err(Refusal::grant("code_verifier is not the one of code_challenge"))
    }
}

/// Uses the code up for a session; returns whether it could be. A code that was used is in two hands: its session ends (RFC
/// 6749, section 4.1.2), and that must be committed despite the refusal.
async fn open(
    state: &AppState,
    digest: Vec<u8>,
    (account, grant): (Uuid, Uuid),
    session: &NewSession,
    id: &RequestId,
) -> Result<bool, Error> {
    let (session, id, now) = (session.clone(), id.clone(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        if !store::hold_citizen(c, account)? || !grant_store::hold_grant(c, grant)? {
            return Ok(false);
        }
        if !store::take_code(c, &digest, session.id(), now)? {
            // Recorded when it ends the session: whoever shows the code again and again makes no more rows.
            if let Some(opened) = store::session_of(c, &digest)?
                && session_store::delete_family(c, opened)?
            {
                let actor = Actor { account_id: Some(account), ..Actor::PUBLIC };
                let event = Event::new(now, actor, "session.reuse_detected", Some(opened), &id);
                audit::record(c, &event)?;
            }
            return Ok(false);
        }
        session.open_for_client(c, &id)?;
        Ok(true)
    };
    state.db.transaction(work).await
}

async fn of_refresh_token(
    state: &AppState,
    client: &Client,
    http: &HttpRequest,
    fields: &Fields,
    id: &RequestId,
) -> Result<Tokens, Failure> {
    let token = fields.get("refresh_token").ok_or(Refusal::request("refresh_token is missing"))?;
    if let Some(wanted) = fields.get("scope") {
        may_ask(state, client, token, wanted).await?;
    }
    let agent = http.headers().get(USER_AGENT).map(|agent| agent.as_bytes());
    let refreshed = refresh::of_client(state, token, &client.id, agent, id).await;
    let (session, tokens) = refreshed.map_err(|error| match error.code() {
        Code::InvalidRefreshToken => {
            Refusal::grant("the refresh token is unknown, used, expired, or another client's").into()
        }
        _ => Failure::Ours(error),
    })?;
    let codes = state.db.read(move |c| session_store::scopes_of(c, session)).await?;
    let scopes = Scope::all_in(codes.iter().flatten());
    Ok(answer(tokens, &scopes, None))
}

/// Refuses a request for more than was granted, before the token is used up: a refused request changes nothing. Unknown scopes are
/// ignored, as in an authorization request.
async fn may_ask(state: &AppState, client: &Client, token: &str, wanted: &str) -> Result<(), Failure> {
    let (digest, id) = (digest_of(token), client.id.clone());
    let granted = move |c: &mut PgConnection| {
        let family = session_store::family_of_client(c, &digest, &id)?;
        family.map(|(session, _)| session_store::scopes_of(c, session)).transpose()
    };
    // Whose token it is, the refresh itself decides.
    let Some(codes) = state.db.read(granted).await? else { return Ok(()) };
    let scopes = Scope::all_in(codes.iter().flatten());
    let mut known = wanted.split(' ').filter_map(|word| Scope::parse(word).ok());
    if known.all(|scope| scopes.contains(&scope)) {
        Ok(())
    } else {
        Err(Refusal::new("invalid_scope", "more than was granted").into())
    }
}

fn answer(
    tokens: crate::accounts::SessionTokensResponse,
    scopes: &[Scope],
    id_token: Option<String>,
) -> Tokens {
    let scope: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    Tokens {
        access_token: tokens.access_token,
        token_type: "Bearer",
        expires_in: tokens.expires_in,
        refresh_token: tokens.refresh_token,
        scope: scope.join(" "),
        id_token,
    }
}
