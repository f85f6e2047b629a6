//! The headers of requests and responses in the contract. Each is described here once; most follow from the form of the
//! operation, and an operation that has others names them: `headers(("Set-Cookie" = String))`, and `Option<String>` for one
//! that is there at times.

use std::collections::BTreeMap;

use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Schema, SchemaType};
use utoipa::openapi::{Object, OpenApi, Ref, RefOr, Required, Response, Type};

use super::operations;

/// A header that a response always has, or may have.
#[derive(Clone, Copy)]
pub(super) struct Known {
    name: &'static str,
    is_always_there: bool,
    description: &'static str,
}

const fn always(name: &'static str, description: &'static str) -> Known {
    Known { name, is_always_there: true, description }
}

impl Known {
    const fn at_times(self) -> Self {
        Self { is_always_there: false, ..self }
    }
}

const REQUEST_ID: Known = always("X-Request-Id", "The request's id: quote it to the help desk.");
const CACHE_CONTROL: Known =
    always("Cache-Control", "Who may keep the answer, and how long (RFC 9111); `no-store` for nobody.");
/// Also from another origin, whose answer depends on it.
const VARY: Known =
    always("Vary", "The request headers that the answer depends on (RFC 9110, section 12.5.5).").at_times();
const CONTENT_LANGUAGE: Known = always("Content-Language", "The language of the texts: `ro` or `en`.");
const ETAG: Known =
    always("ETag", "Names these bytes: send it back in `If-None-Match` to learn whether they have changed.");
const CONTENT_DISPOSITION: Known =
    always("Content-Disposition", "`attachment`, with a name for the file (RFC 6266).");
const LOCATION: Known =
    always("Location", "The address of what was created, or where the browser goes next.");
const REPLAYED: Known = always(
    "Idempotency-Replayed",
    "`true` if the request was carried out before, and this is its answer again.",
)
.at_times();
const SET_COOKIE: Known = always(
    "Set-Cookie",
    "A cookie of this browser, `HttpOnly` and `Secure` (RFC 6265): send it back with credentials.",
);
const DEVICE: Known = always(
    "Cazier-Device",
    "Names this device from now on: a program without cookies sends it with its next log-in.",
);
const CLEAR_SITE_DATA: Known =
    always("Clear-Site-Data", "`\"cache\"`: the browser forgets the answers that it kept.");

/// How the caller proves who they are (RFC 9110, section 11.6.1; RFC 6750, section 3).
pub(super) const WWW_AUTHENTICATE: Known =
    always("WWW-Authenticate", "`Bearer`; with `error=\"invalid_token\"` if a token was sent (RFC 6750).");
/// What a client's token lacks (RFC 6750, section 3.1); of the other reasons for 403, none says it.
pub(super) const MISSING_SCOPE: Known = always(
    "WWW-Authenticate",
    "With `insufficient_scope`: `Bearer` with that error, and the `scope` that the operation needs.",
)
.at_times();
/// When to come again (RFC 9110, section 10.2.3).
pub(super) const RETRY_AFTER: Known =
    always("Retry-After", "Seconds to wait before the request is repeated.");
/// The same where some of the problems cannot say when.
pub(super) const RETRY_AFTER_IF_KNOWN: Known = RETRY_AFTER.at_times();

/// The limit that was reached, or those that count down.
pub(super) const RATE_LIMIT_POLICY: Known = always(
    "RateLimit-Policy",
    "Limits that the request was counted for, as a list of structured fields (RFC 9651): the name, how many (`q`), and in how many seconds (`w`), or at the same time (`qu=\"concurrent-requests\"`).",
);
/// How much is left of these limits.
pub(super) const RATE_LIMIT: Known = always(
    "RateLimit",
    "How many are left of each limit in `RateLimit-Policy` (`r`), and in how many seconds all are there again (`t`), or one more of those at the same time.",
);
/// Under this name an operation says that its answers tell how much is left of a limit.
const COUNTS_DOWN: &str = "x-counts-down";

/// Those that an operation can name.
const NAMED: [Known; 6] =
    [LOCATION, SET_COOKIE, DEVICE, CLEAR_SITE_DATA, CONTENT_LANGUAGE, CONTENT_DISPOSITION];

/// Adds the headers of all requests and responses.
pub(super) fn add_to_all(contract: &mut OpenApi) {
    for operation in operations(&mut contract.paths) {
        let form = Form::of(operation);
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                describe_named(response);
                add(response, &form.headers(status));
            }
        }
        add_parameters(operation, &form);
    }
    let components = contract.components.get_or_insert_default();
    for response in components.responses.values_mut() {
        if let RefOr::T(response) = response {
            add(response, &[REQUEST_ID, CACHE_CONTROL, VARY, CONTENT_LANGUAGE]);
        }
    }
    for (name, parameter) in parameters() {
        components.parameters.insert(name.to_owned(), parameter.into());
    }
}

/// What decides about the headers of an operation.
struct Form {
    is_conditional: bool,
    takes_key: bool,
    counts_down: bool,
}

impl Form {
    fn of(operation: &mut Operation) -> Self {
        let takes = |parameter: &RefOr<Parameter>| match parameter {
            RefOr::T(parameter) => parameter.name == "Idempotency-Key",
            RefOr::Ref(_) => false,
        };
        Self {
            is_conditional: operation.responses.responses.contains_key("304"),
            takes_key: operation.parameters.iter().flatten().any(takes),
            counts_down: operation
                .extensions
                .as_mut()
                .is_some_and(|marks| marks.remove(COUNTS_DOWN).is_some()),
        }
    }

    fn headers(&self, status: &str) -> Vec<Known> {
        let mut headers = vec![REQUEST_ID, CACHE_CONTROL, VARY];
        let is_success = status < "400";
        if !is_success {
            headers.push(CONTENT_LANGUAGE);
        }
        if is_success && self.is_conditional {
            headers.push(ETAG);
        }
        if is_success && self.takes_key {
            headers.extend([REPLAYED, if status == "201" { LOCATION } else { LOCATION.at_times() }]);
        }
        if is_success && self.counts_down {
            headers.extend([RATE_LIMIT_POLICY.at_times(), RATE_LIMIT.at_times()]);
        }
        headers
    }
}

/// Adds headers to a response.
pub(super) fn add(response: &mut Response, headers: &[Known]) {
    for known in headers {
        response.headers.entry(known.name.to_owned()).or_insert_with(|| header(*known).into());
    }
}

fn header(Known { name: _, is_always_there, description }: Known) -> Header {
    let mut header = Header::new(Object::with_type(Type::String));
    header.description = Some(description.to_owned());
    if is_always_there {
        // The crate's header has no `required`, which OpenAPI 3.1 gives it.
        let mark = [("required", serde_json::Value::Bool(true))];
        header.extensions = Some(mark.into_iter().collect());
    }
    header
}

/// Describes the headers that an operation names.
fn describe_named(response: &mut Response) {
    let named = std::mem::take(&mut response.headers);
    let describe = |(name, named): (String, RefOr<Header>)| {
        let known = NAMED.iter().find(|known| known.name == name);
        let known = known.map(|known| if is_optional(&named) { known.at_times() } else { *known });
        (name, known.map_or(named, |known| header(known).into()))
    };
    response.headers = named.into_iter().map(describe).collect();
}

/// Returns whether an operation names the header as one that is there at times.
fn is_optional(named: &RefOr<Header>) -> bool {
    let RefOr::T(Header { schema: Some(RefOr::T(Schema::Object(value))), .. }) = named else { return false };
    matches!(value.schema_type, SchemaType::Array(_))
}

const ACCEPT_LANGUAGE: &str = "AcceptLanguage";
const IF_NONE_MATCH: &str = "IfNoneMatch";

/// The headers of requests that operations share.
fn parameters() -> BTreeMap<&'static str, Parameter> {
    let header = |name: &str, description: &str, example: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(Object::with_type(Type::String)))
            .example(Some(example.into()))
            .build()
    };
    let language = "The language of texts in the answer: Romanian, or English if it is preferred.";
    let tag = "The `ETag` that you have: if nothing changed, the answer is 304 without content.";
    let example = "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"";
    [
        (ACCEPT_LANGUAGE, header("Accept-Language", language, "en")),
        (IF_NONE_MATCH, header("If-None-Match", tag, example)),
    ]
    .into()
}

fn add_parameters(operation: &mut Operation, form: &Form) {
    let parameters = operation.parameters.get_or_insert_default();
    let reference = |name: &str| RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
    if form.is_conditional {
        parameters.push(reference(IF_NONE_MATCH));
    }
    parameters.push(reference(ACCEPT_LANGUAGE));
}
