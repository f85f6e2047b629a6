//! Errors as RFC 6749 has them, in section 4.1.2.1 for redirects and in section 5.2 for the token endpoint.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE};
use serde_json::json;

use crate::audit::marks;
use crate::error::{Code, Error};
use crate::http::quotas;

/// Why a client is refused: the standard's code, and a sentence for its developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) error: &'static str,
    pub(super) description: &'static str,
}

impl Refusal {
    pub(super) const fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }

    pub(super) const fn request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    pub(super) const fn grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    /// The client did not prove who it is.
    pub(super) const CLIENT: Self =
        Self::new("invalid_client", "unknown client, or no valid authentication of it");

    /// No client is named: nobody guesses anything.
    pub(super) const NO_CLIENT: Self = Self::new("invalid_client", "the request names no client");

    /// Answers at an endpoint for clients.
    pub(super) fn respond(self) -> HttpResponse {
        let status =
            if self.error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"cazier\""));
        }
        uncached(&mut response);
        let response = response.json(json!({"error": self.error, "error_description": self.description}));
        match self.error {
            "invalid_client" if self != Self::NO_CLIENT => {
                marks::leave(response, &Code::ClientUnauthenticated.into())
            }
            "invalid_grant" => marks::leave(response, &Code::InvalidCode.into()),
            _ => response,
        }
    }
}

/// Tokens must not be cached (RFC 6749, section 5.1).
pub(super) fn uncached(response: &mut actix_web::HttpResponseBuilder) {
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
}

/// What an endpoint for clients fails with: a refusal, or a failure of ours.
#[derive(Debug)]
pub(super) enum Failure {
    Refused(Refusal),
    Ours(Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl Failure {
    /// Answers at an endpoint for clients. Our own failures keep their status, so that clients try again as anywhere.
    pub(super) fn respond(self) -> HttpResponse {
        let error = match self {
            Self::Refused(refusal) => return refusal.respond(),
            Self::Ours(error) => error,
        };
        let (status, code) = match error.code() {
            Code::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"),
            code if code.is_unavailable() => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
            _ => {
                log::error!("oauth: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error")
            }
        };
        let mut response = HttpResponse::build(status);
        uncached(&mut response);
        let mut response = response.json(json!({"error": code, "error_description": "try again later"}));
        quotas::tell_of(response.headers_mut(), &error);
        marks::leave(response, &error)
    }
}
