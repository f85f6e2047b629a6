//! The way back to the relying party.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use url::Url;

/// Why a person was not identified; sent as `error=access_denied` with this code as `error_description`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Abandoned,
    CardRefused,
    ThreeDSecureFailed,
}

impl Failure {
    const fn code(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::CardRefused => "card_refused",
            Self::ThreeDSecureFailed => "three_d_secure_failed",
        }
    }
}

/// Where an answer goes, and its `state`.
#[derive(Debug, Clone)]
pub(super) struct ReturnAddress {
    pub(super) redirect_uri: Url,
    pub(super) state: Option<String>,
    /// RFC 9207: tells the client which provider answers.
    pub(super) issuer: String,
}

impl ReturnAddress {
    /// Redirects with a code.
    pub(super) fn code(&self, code: &str) -> HttpResponse {
        self.answer(&[("code", code)])
    }

    /// Redirects without an identified person.
    pub(super) fn failure(&self, failure: Failure) -> HttpResponse {
        self.error("access_denied", failure.code())
    }

    /// Redirects with an error of RFC 6749, section 4.1.2.1.
    pub(super) fn error(&self, error: &str, description: &str) -> HttpResponse {
        self.answer(&[("error", error), ("error_description", description)])
    }

    fn answer(&self, parameters: &[(&str, &str)]) -> HttpResponse {
        let mut url = self.redirect_uri.clone();
        url.query_pairs_mut()
            .extend_pairs(parameters)
            .extend_pairs(self.state.as_deref().map(|state| ("state", state)))
            .append_pair("iss", &self.issuer);
        see_other(url.as_str())
    }
}

/// Answers 303: the browser continues with GET, whatever the method was.
pub(super) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .finish()
}
