//! The id that connects a request, its log line, its audit rows and its problem document: `X-Request-Id`. A problem names it as a
//! URI reference with a full path (RFC 9457, section 3.1.5), as it does its type: the id is the caller's own text at times, which
//! no `urn:uuid:` could hold.

use std::future::{Ready, ready};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::Uuid;

use crate::text::{Rule, input};

/// What precedes the id in the `instance` of a problem.
const INSTANCE: &str = "/requests/";

/// The header of requests and responses.
pub const HEADER: &str = "x-request-id";

/// The text is not a request id.
const REQUEST_ID_FORMAT: Rule = Rule::new(
    "request_id_format",
    "The request id is the value of `X-Request-Id`, or of `instance` in a problem",
    "Identificatorul cererii este valoarea din `X-Request-Id` sau din `instance` al unei probleme",
);

/// The caller's id if it is acceptable, otherwise a new UUIDv7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Takes the caller's id (8 to 64 letters, digits, `-`, `_`) or makes one, and stores it in the request.
    pub(crate) fn attach(request: &ServiceRequest) -> Self {
        let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
        let id = given.filter(|id| is_sane(id)).map(|id| Self(id.to_owned())).unwrap_or_default();
        request.extensions_mut().insert(id.clone());
        id
    }

    /// Parses an id that a caller quotes: 8 to 64 letters, digits, `-`, `_`, or the `instance` of a problem.
    ///
    /// # Errors
    /// `request_id_format`.
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let id = text.strip_prefix(INSTANCE).unwrap_or(text);
        if is_sane(id) { Ok(Self(id.to_owned())) } else { Err(&REQUEST_ID_FORMAT) }
    }

    /// Makes a new id, for work that no request began.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7().to_string())
    }

    /// Returns the URI reference that names this request in a problem.
    #[must_use]
    pub fn instance(&self) -> String {
        format!("{INSTANCE}{}", self.0)
    }

    /// Returns the id as in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

input!(
    RequestId,
    breaks [REQUEST_ID_FORMAT],
    min_length: 8,
    max_length: 74,
    pattern: "^(/requests/)?[0-9A-Za-z_-]{8,64}$",
);

/// Refuses thirteen consecutive digits, which could be a CNP: ids are logged.
fn is_sane(id: &str) -> bool {
    let allowed = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let longest_number = id.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    (8..=64).contains(&id.len()) && allowed && longest_number < 13
}

impl FromRequest for RequestId {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions().get::<Self>().cloned().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::{RequestId, is_sane};

    #[test]
    fn a_quoted_id_may_be_the_instance_of_a_problem() {
        let id = RequestId::new();
        for quoted in [id.as_str(), &id.instance()] {
            assert_eq!(RequestId::parse(quoted), Ok(id.clone()));
        }
        for other in
            ["/requests/", "/requests/short", "/requests//requests/checkout_42", "requests/checkout_42"]
        {
            assert!(RequestId::parse(other).is_err(), "{other}");
        }
    }

    #[test]
    fn only_short_plain_ids_are_taken_over() {
        assert!(is_sane("0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"));
        assert!(is_sane("checkout_42"));
        assert!(!is_sane("short"));
        assert!(!is_sane("1800101221144"));
        assert!(!is_sane("cnp-1800101221144"));
        assert!(!is_sane("with space and\n"));
        assert!(!is_sane(&"a".repeat(65)));
    }
}
