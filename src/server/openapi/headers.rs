//! The headers of responses in the contract.

use utoipa::openapi::header::Header;
use utoipa::openapi::{Object, OpenApi, RefOr, Response, Type};

use super::operations;

/// A header that a response always has, or may have.
pub(super) struct Known {
    name: &'static str,
    is_always_there: bool,
    description: &'static str,
}

/// The request's id.
const REQUEST_ID: Known = Known {
    name: "X-Request-Id",
    is_always_there: true,
    description: "The request's id: quote it to the help desk.",
};

/// How the caller proves who they are (RFC 9110, section 11.6.1; RFC 6750, section 3).
pub(super) const WWW_AUTHENTICATE: Known = Known {
    name: "WWW-Authenticate",
    is_always_there: true,
    description: "`Bearer`; with `error=\"invalid_token\"` if a token was sent (RFC 6750).",
};

/// When to come again (RFC 9110, section 10.2.3).
pub(super) const RETRY_AFTER: Known = Known {
    name: "Retry-After",
    is_always_there: true,
    description: "Seconds to wait before the request is repeated.",
};

/// The same where some of the problems cannot say when.
pub(super) const RETRY_AFTER_IF_KNOWN: Known = Known { is_always_there: false, ..RETRY_AFTER };

/// Adds the request's id to every response.
pub(super) fn add_request_id(contract: &mut OpenApi) {
    let own =
        operations(&mut contract.paths).flat_map(|operation| operation.responses.responses.values_mut());
    let common = contract.components.iter_mut().flat_map(|components| components.responses.values_mut());
    for response in own.chain(common) {
        if let RefOr::T(response) = response {
            add(response, &[REQUEST_ID]);
        }
    }
}

/// Adds headers to a response.
pub(super) fn add(response: &mut Response, headers: &[Known]) {
    for Known { name, is_always_there, description } in headers {
        let mut header = Header::new(Object::with_type(Type::String));
        header.description = Some((*description).to_owned());
        if *is_always_there {
            // The crate's header has no `required`, which OpenAPI 3.1 gives it.
            let mark = [("required", serde_json::Value::Bool(true))];
            header.extensions = Some(mark.into_iter().collect());
        }
        response.headers.entry((*name).to_owned()).or_insert(header.into());
    }
}
