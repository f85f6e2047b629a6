//! Discovery: provider metadata (OpenID Connect Discovery 1.0) and public keys.

use actix_web::{Responder, web};
use serde_json::json;

use super::claims::ACR_CARD_3DS;
use super::provider::GhiseulSimulator;

/// Answers `GET /.well-known/openid-configuration`.
pub(super) async fn configuration(simulator: web::Data<GhiseulSimulator>) -> impl Responder {
    let issuer = simulator.issuer();
    web::Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "scopes_supported": ["openid", "profile", "cnp"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [ACR_CARD_3DS],
        "claims_supported": [
            "iss", "sub", "aud", "azp", "exp", "iat", "jti", "nonce", "auth_time", "acr", "amr",
            "given_name", "family_name", "birthdate", "cnp"
        ],
        "ui_locales_supported": ["ro", "en"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    }))
}

/// Answers `GET /jwks` with the JWK set (RFC 7517).
pub(super) async fn jwks(simulator: web::Data<GhiseulSimulator>) -> impl Responder {
    web::Json(json!({ "keys": [simulator.key().jwk()] }))
}
