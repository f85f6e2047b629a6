//! Errors as `application/problem+json` (RFC 9457), in the caller's language, and the page behind each `type`.

pub(super) mod page;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_LANGUAGE, HeaderValue, VARY, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError, get, web};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Locale, RequestId, quotas, security_headers, status_of};
use crate::error::{Code, Error, Problem, Result, Violation};
use crate::state::State;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document (RFC 9457): the error of every operation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// URL of the page that explains this problem.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/invalid_input")]
    pub kind: String,
    /// A short title, in the caller's language.
    #[schema(example = "Some values are not valid")]
    pub title: &'static str,
    /// The HTTP status, repeated.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    pub status: u16,
    /// Stable machine code: branch on this.
    #[schema(value_type = ProblemCode, example = "invalid_input")]
    pub code: &'static str,
    /// What to do about it, in the caller's language.
    #[schema(example = "Each entry of `errors` points at one value and names the rule that it breaks.")]
    pub detail: &'static str,
    /// Names this occurrence: `/requests/` and the request's id, which is in `X-Request-Id` too. Quote either to the help desk;
    /// nothing is served there.
    #[schema(
        format = "uri-reference",
        pattern = "^/requests/[0-9A-Za-z_-]{8,64}$",
        example = "/requests/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"
    )]
    pub instance: String,
    /// The invalid values: the first that cannot be parsed, or all that break a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Further members of some problems, such as `application_id`.
    #[serde(flatten)]
    #[schema(value_type = Object, additional_properties)]
    pub members: Map<String, Value>,
}

/// The codes of all problems, in the contract.
pub(crate) struct ProblemCode;

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let names = Code::ALL.iter().map(|code| code.as_str());
        let told = "The code of a problem: `GET /problems` explains each.";
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).description(Some(told)).into()
    }
}

impl ToSchema for ProblemCode {}

/// One invalid value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer into the body; `?name` for a query parameter.
    #[schema(example = "/cnp")]
    pub pointer: String,
    /// The rule's stable code.
    #[schema(example = "cnp_checksum")]
    pub code: String,
    /// The rule as a sentence, in the caller's language.
    #[schema(example = "The check digit does not fit the other twelve")]
    pub message: String,
    /// The known names, where the value or the field is an unknown one (`unknown_value`, `unknown_field`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        status_of(self.code())
    }

    /// Carries the status alone: `http::frame` knows the caller's language and id, and writes the document.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Answers a failed request with a problem document, or with a page when a browser shows the answer to a person.
pub(crate) fn respond(error: &Error, locale: Locale, id: &RequestId, home: Option<&str>) -> HttpResponse {
    let mut response = HttpResponseBuilder::new(error.status_code());
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((CONTENT_LANGUAGE, locale.as_str()));
    if error.status_code() == StatusCode::UNAUTHORIZED {
        let is_client = error.code() == Code::ClientUnauthenticated;
        let challenge = if is_client { "Basic realm=\"cazier\"" } else { "Bearer realm=\"cazier\"" };
        response.insert_header((WWW_AUTHENTICATE, challenge));
    }
    if let (Code::InsufficientScope, Error::Problem(problem)) = (error.code(), error) {
        let scope = problem.members.get("scope").and_then(Value::as_str).unwrap_or_default();
        let challenge = format!("Bearer realm=\"cazier\", error=\"insufficient_scope\", scope=\"{scope}\"");
        response.insert_header((WWW_AUTHENTICATE, challenge));
    }
    if let Error::Problem(problem) = error
        && let Some(methods) = problem.members.get("allow").and_then(Value::as_str)
    {
        response.insert_header((ALLOW, methods));
    }
    let document = ProblemDocument::of(error, locale, id);
    let mut response = match home {
        Some(home) => page::respond(response, &document.page(id), locale, home),
        None => response.content_type(MEDIA_TYPE).body(serde_json::to_string(&document).unwrap_or_default()),
    };
    quotas::tell_of(response.headers_mut(), error);
    response
}

/// Says that the token which was sent is the reason (RFC 6750, section 3.1); without a token, there is nothing to say.
pub(super) fn blame_token(response: &mut HttpResponse, error: &Error, request: &HttpRequest) {
    if error.code() == Code::Unauthenticated && request.headers().contains_key(AUTHORIZATION) {
        let challenge = HeaderValue::from_static("Bearer realm=\"cazier\", error=\"invalid_token\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
}

/// Returns a complete response for a connection that is refused before its request is read.
pub(crate) fn no_place() -> String {
    let id = RequestId::new();
    let document = ProblemDocument::of(&Code::Overloaded.into(), Locale::default(), &id);
    let document = serde_json::to_string(&document).unwrap_or_default();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {}\r\n\
         content-language: {}\r\nretry-after: 5\r\nx-request-id: {}\r\n{}connection: close\r\n\r\n{document}",
        document.len(),
        Locale::default().as_str(),
        id.as_str(),
        security_headers::lines(),
    )
}

/// Where a person finds the service: the front end, or the verification page where none is known.
pub(super) fn home(request: &HttpRequest) -> String {
    let addresses = request.app_data::<State>().map(|state| &state.addresses);
    let front_end = addresses.filter(|addresses| addresses.front_end != addresses.api);
    front_end.map_or_else(|| "/verify".to_owned(), |addresses| addresses.front_end.to_string())
}

impl ProblemDocument {
    fn page<'a>(&'a self, id: &'a RequestId) -> page::Problem<'a> {
        page::Problem {
            code: self.code,
            status: self.status,
            title: self.title,
            detail: self.detail,
            messages: self.errors.iter().map(|error| error.message.as_str()).collect(),
            request: Some(id.as_str()),
        }
    }

    fn of(error: &Error, locale: Locale, id: &RequestId) -> Self {
        let code = error.code();
        let (title, detail) = in_locale(code, locale);
        let (errors, members) = match error {
            Error::Problem(problem) => (field_errors(problem, locale), problem.members.clone()),
            Error::Internal(_) => (Vec::new(), Map::new()),
        };
        Self {
            kind: format!("/problems/{}", code.as_str()),
            title,
            status: status_of(code).as_u16(),
            code: code.as_str(),
            detail,
            instance: id.instance(),
            errors,
            members,
        }
    }
}

fn in_locale(code: Code, locale: Locale) -> (&'static str, &'static str) {
    let [en, ro] = code.texts();
    match locale {
        Locale::En => en,
        Locale::Ro => ro,
    }
}

fn field_errors(problem: &Problem, locale: Locale) -> Vec<FieldError> {
    let field = |violation: &Violation| FieldError {
        pointer: violation.pointer.clone(),
        code: violation.code.to_string(),
        message: locale.pick(&violation.ro, &violation.en).to_owned(),
        known: violation.known.clone(),
    };
    problem.errors.iter().map(field).collect()
}

/// The explanation of a problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemExplanation {
    /// The stable machine code.
    #[schema(example = "already_applied_today")]
    pub code: &'static str,
    /// Its HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// A short title.
    #[schema(example = "You applied today for this reason")]
    pub title: &'static str,
    /// What to do about it.
    #[schema(
        example = "The law allows one application a day for the same reason; `application_id` names the first."
    )]
    pub detail: &'static str,
}

impl ProblemExplanation {
    /// Explains a problem.
    #[must_use]
    pub fn of(code: Code, locale: Locale) -> Self {
        let (title, detail) = in_locale(code, locale);
        Self { code: code.as_str(), status: status_of(code).as_u16(), title, detail }
    }
}

/// Explain a problem
///
/// The page behind the `type` of every problem document.
#[utoipa::path(
    tag = "service",
    security(()),
    params(("code" = String, Path, description = "The problem's code", example = "already_applied_today")),
    responses((status = 200, description = "The problem, explained in the caller's language", headers(("Content-Language" = String)), body = ProblemExplanation)),
    extensions(("x-without-database" = json!(true))),
)]
#[get("/problems/{code}")]
pub(crate) async fn get_problem(
    path: web::Path<String>,
    request: HttpRequest,
    locale: Locale,
) -> Result<HttpResponse> {
    let name = path.into_inner();
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == name).ok_or(Code::NotFound)?;
    if page::is_wanted(request.headers()) {
        return Ok(explain(code, &request));
    }
    let explanation = ProblemExplanation::of(code, locale);
    let vary = (VARY, "Accept, Accept-Language");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_LANGUAGE, locale.as_str()))
        .insert_header(vary)
        .json(explanation))
}

/// The explanation for a person.
fn explain(code: Code, request: &HttpRequest) -> HttpResponse {
    let locale = Locale::of_reader(request);
    let (title, detail) = in_locale(code, locale);
    let (code, status) = (code.as_str(), status_of(code).as_u16());
    let problem = page::Problem { code, status, title, detail, messages: Vec::new(), request: None };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_LANGUAGE, locale.as_str()))
        .insert_header((VARY, "Accept, Accept-Language"));
    page::respond(response, &problem, locale, &home(request))
}
