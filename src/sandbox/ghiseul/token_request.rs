//! The request for a token, and its errors (RFC 6749, sections 4.1.3 and 5.2).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Deserialize;
use serde_json::json;

use super::error::SimulatorError;

/// The form; unknown parameters are ignored, as the standard requires.
#[derive(Deserialize)]
pub(super) struct TokenRequest {
    pub(super) grant_type: String,
    pub(super) code: Option<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<String>,
}

/// An error of RFC 6749, section 5.2.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenError {
    #[error("{0}")]
    InvalidRequest(&'static str),
    #[error("client authentication failed")]
    InvalidClient,
    #[error("{0}")]
    InvalidGrant(&'static str),
    #[error("grant_type must be authorization_code")]
    UnsupportedGrantType,
    #[error("the provider is away")]
    Away,
    #[error("the provider failed")]
    Simulator(#[from] SimulatorError),
}

impl TokenError {
    const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::Away => "temporarily_unavailable",
            Self::Simulator(_) => "server_error",
        }
    }
}

impl ResponseError for TokenError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Simulator(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, "no-store"));
        if matches!(self, Self::InvalidClient) {
            response.insert_header((WWW_AUTHENTICATE, r#"Basic realm="ghiseul", charset="UTF-8""#));
        }
        response.json(json!({ "error": self.code(), "error_description": self.to_string() }))
    }
}
