//! What clients' libraries read before they begin: OpenID Connect Discovery 1.0 and RFC 8414, and the public keys.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use super::authentication::acr_values;
use super::client_assertion::ALGORITHMS;
use super::keys::IdTokenKey;
use crate::clients::Scope;
use crate::error::Result;
use crate::identity::IdentityProviders;
use crate::state::{AppState, State};

/// How a client proves who it is.
const PROOFS: [&str; 3] = ["private_key_jwt", "client_secret_basic", "client_secret_post"];
/// How it says who it is: one that can keep nothing secret proves nothing.
const WAYS: [&str; 4] = ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"];

/// Returns the issuer's identifier.
pub(super) fn issuer(state: &AppState) -> &str {
    state.addresses.issuer()
}

fn metadata(state: &AppState, providers: &IdentityProviders) -> Value {
    let issuer = issuer(state);
    let at = |path: &str| format!("{issuer}{path}");
    let scopes: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "userinfo_endpoint": at("/oauth/userinfo"),
        "jwks_uri": at("/oauth/jwks"),
        "revocation_endpoint": at("/oauth/revoke"),
        "introspection_endpoint": at("/oauth/introspect"),
        "pushed_authorization_request_endpoint": at("/oauth/par"),
        "require_pushed_authorization_requests": false,
        "end_session_endpoint": at("/oauth/end-session"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": WAYS,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": WAYS,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": PROOFS,
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "acr_values_supported": acr_values(state, providers),
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "email", "email_verified", "phone_number",
            "locale", "identity_verified", "given_name", "family_name", "birthdate", "cnp",
        ],
        "ui_locales_supported": ["ro", "en"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": at("/docs/guides/sign-in-with-the-hub"),
    })
}

fn public(value: &Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(value)
}

#[get("/.well-known/openid-configuration")]
pub(super) async fn openid_configuration(
    state: State,
    providers: web::Data<IdentityProviders>,
) -> HttpResponse {
    public(&metadata(&state, &providers))
}

#[get("/.well-known/oauth-authorization-server")]
pub(super) async fn oauth_server(state: State, providers: web::Data<IdentityProviders>) -> HttpResponse {
    public(&metadata(&state, &providers))
}

#[get("/oauth/jwks")]
pub(super) async fn jwks(state: State) -> Result<HttpResponse> {
    let keys: Vec<Value> = IdTokenKey::all(&state.keyring)?.iter().map(IdTokenKey::jwk).collect();
    Ok(public(&json!({"keys": keys})))
}
