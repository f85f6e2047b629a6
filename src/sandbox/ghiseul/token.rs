//! `POST /token`: exchanges a code for an ID token (RFC 6749, section 4.1.3).

use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse, web};
use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use super::claims::IdTokenClaims;
use super::client_auth::authenticate;
use super::error::SimulatorError;
use super::login_hint::Outcome;
use super::provider::{Client, GhiseulSimulator, Grant};
use super::random;
use super::token_request::{TokenError, TokenRequest};

/// The `typ` of an ID token.
const TYPE: &str = "JWT";
/// The delay of a late answer: longer than anybody waits.
const SLOW: Duration = Duration::from_secs(8);

/// A successful answer. The access token opens nothing: all claims are in the ID token.
#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    id_token: String,
}

/// Exchanges a code.
pub(super) async fn exchange_code(
    req: HttpRequest,
    form: Result<web::Form<TokenRequest>, actix_web::Error>,
    simulator: web::Data<GhiseulSimulator>,
) -> Result<HttpResponse, TokenError> {
    let Ok(web::Form(request)) = form else {
        return Err(TokenError::InvalidRequest("the form can't be read, or has no grant_type"));
    };
    let authorization = req.headers().get(AUTHORIZATION).map(|header| header.to_str().unwrap_or_default());
    let client = authenticate(&simulator, authorization, &request)?;
    let grant = redeem(&simulator, client, &request)?;
    match grant.outcome {
        Outcome::Slow => actix_web::rt::time::sleep(SLOW).await,
        Outcome::Away => return Err(TokenError::Away),
        _ => {}
    }
    let id_token = id_token(&simulator, client, &grant)?;
    let access_token = random::token()?;
    let tokens = TokenResponse { access_token, token_type: "Bearer", expires_in: 300, id_token };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(tokens))
}

fn id_token(simulator: &GhiseulSimulator, client: &Client, grant: &Grant) -> Result<String, SimulatorError> {
    let (claims, key) = (IdTokenClaims::new(simulator, grant)?, simulator.key());
    match grant.outcome {
        Outcome::Flawed(flaw) => {
            let claims = flaw.spoil(serde_json::to_value(&claims)?, &client.client_id, simulator.now());
            flaw.sign(TYPE, &key, &client.client_secret, &claims)
        }
        _ => key.sign(TYPE, &claims),
    }
}

/// Uses up the code even if other parameters are wrong: a guesser gets one attempt.
fn redeem(
    simulator: &GhiseulSimulator,
    client: &Client,
    request: &TokenRequest,
) -> Result<Grant, TokenError> {
    if request.grant_type != "authorization_code" {
        return Err(TokenError::UnsupportedGrantType);
    }
    let code = request.code.as_deref().ok_or(TokenError::InvalidRequest("code is required"))?;
    let grant = simulator
        .redeem(code)
        .filter(|grant| grant.request.client_id == client.client_id)
        .ok_or(TokenError::InvalidGrant("the code is unknown, used, expired or another client's"))?;
    if request.redirect_uri.as_deref() != Some(grant.request.return_address.redirect_uri.as_str()) {
        return Err(TokenError::InvalidGrant("redirect_uri is not that of the authorization request"));
    }
    let verifier = request.code_verifier.as_deref().unwrap_or_default();
    if challenge_of(verifier) != grant.request.code_challenge {
        return Err(TokenError::InvalidGrant("code_verifier does not match code_challenge"));
    }
    Ok(grant)
}

/// Computes the S256 challenge of a verifier (RFC 7636, section 4.6).
fn challenge_of(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}
