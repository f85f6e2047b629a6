//! The contract (OpenAPI 3.1), generated from the routes: an undocumented route is not served.

use std::collections::HashSet;

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, RefOr, Response, Schema, SecurityRequirement};
use utoipa::{OpenApi as Describe, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::health;
use crate::http::problem::{FieldError, MEDIA_TYPE, ProblemDocument};
use crate::state::Serves;
use crate::{
    accounts, applications, certificates, help_desk, http, identity, mandates, offices, rights, services,
    statistics, verify,
};

#[derive(Describe)]
#[openapi(
    info(
        title = "cazier",
        description = "Criminal-record certificates online: a citizen proves who they are, applies, and gets a signed certificate; anybody verifies one.\n\nErrors are problem documents (RFC 9457): branch on `code`. Times are RFC 3339, civil dates `YYYY-MM-DD` in Romania, ids UUIDv7. Unknown fields are refused.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "accounts", description = "Registration and your account"),
        (name = "sessions", description = "Log-in, tokens, log-out"),
        (name = "second factor", description = "Authenticator apps and recovery codes"),
        (name = "identity", description = "Proof of identity"),
        (name = "counter", description = "Officers at a counter: certify identities"),
        (name = "mandates", description = "Who represents which legal person"),
        (name = "applications", description = "Services, the prefilled form, applications"),
        (name = "review", description = "Officers: applications and mandates that need a decision"),
        (name = "certificates", description = "Certificates and their signatures"),
        (name = "verification", description = "Public checks of certificates"),
        (name = "log", description = "The tamper-evident log, for witnesses and monitors"),
        (name = "public", description = "Public figures"),
        (name = "support", description = "The help desk: contact data, requests, answers"),
        (name = "service", description = "State of the installation, explanations of problems"),
    ),
)]
struct Description;

/// Registers the routes of the public API, or of the part of it that a node serves.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>, serves: Serves) {
    if serves == Serves::Everything {
        routes
            .configure(accounts::configure)
            .configure(offices::configure)
            .configure(identity::configure)
            .configure(mandates::configure)
            .configure(services::configure)
            .configure(applications::configure)
            .configure(certificates::configure);
    }
    routes.configure(verify::configure).configure(crate::log::configure);
    if serves == Serves::Everything {
        routes.configure(statistics::configure).configure(help_desk::configure).configure(rights::configure);
    }
    routes.configure(health::configure).service(http::problem::get_problem);
}

/// Returns the contract.
#[must_use]
pub fn contract() -> OpenApi {
    contract_of(Serves::Everything)
}

/// Returns the part of the contract that a node serves.
#[must_use]
pub fn contract_of(serves: Serves) -> OpenApi {
    let app = utoipa_actix_web::AppExt::into_utoipa_app(actix_web::App::new());
    let app = app.openapi(Description::openapi()).configure(|routes| configure(routes, serves));
    let (_, mut contract) = app.split_for_parts();
    add_bearer(&mut contract);
    add_problem_schema(&mut contract);
    for item in contract.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(add_shared_problems);
    }
    keep_used_tags(&mut contract);
    contract
}

/// Removes the tags that no operation has.
fn keep_used_tags(contract: &mut OpenApi) {
    let operations =
        contract.paths.paths.values().flat_map(|item| {
            [&item.get, &item.post, &item.put, &item.patch, &item.delete].into_iter().flatten()
        });
    let used: HashSet<String> =
        operations.flat_map(|operation| operation.tags.iter().flatten().cloned()).collect();
    contract.tags.iter_mut().for_each(|tags| tags.retain(|tag| used.contains(&tag.name)));
}

/// Returns the contract as checked in: pretty JSON with a final newline.
#[must_use]
pub fn contract_json() -> String {
    contract().to_pretty_json().unwrap_or_default() + "\n"
}

/// Requires a log-in for every operation without `security(())`; an operation for a role names it
/// (`security(("bearer" = ["officer"]))`).
fn add_bearer(contract: &mut OpenApi) {
    let components = contract.components.get_or_insert_default();
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("The access token of a session".into());
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    contract.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]);
}

fn add_problem_schema(contract: &mut OpenApi) {
    let mut schemas: Vec<(String, RefOr<Schema>)> = vec![
        (ProblemDocument::name().into_owned(), <ProblemDocument as utoipa::PartialSchema>::schema()),
        (FieldError::name().into_owned(), <FieldError as utoipa::PartialSchema>::schema()),
    ];
    ProblemDocument::schemas(&mut schemas);
    contract.components.get_or_insert_default().schemas.extend(schemas);
}

/// Adds the problems that many operations share.
fn add_shared_problems(operation: &mut Operation) {
    let is_public = is_public(operation);
    let needs_role = !is_public && operation.security.is_some();
    let has_body = operation.request_body.is_some();
    let has_path = has_parameter(operation, "path");
    let has_query = has_parameter(operation, "query") || has_parameter(operation, "header");
    let takes_files = matches!(&operation.request_body, Some(RefOr::T(body))
        if body.content.contains_key("multipart/form-data"));
    let (too_large, other_type) = if takes_files {
        ("The body is larger than 5 MiB", "The body is not `multipart/form-data`")
    } else {
        ("The body is larger than 64 KiB", "The body is not `application/json`")
    };
    let shared = [
        (400, has_body, "The request or its JSON cannot be parsed"),
        (401, !is_public, "The access token is missing, unknown or expired"),
        (403, needs_role, "The account has another role, or no second factor"),
        (404, has_path, "Not found, or not yours to see"),
        (408, has_body, "The body arrived too slowly"),
        (413, has_body, too_large),
        (415, has_body, other_type),
        (422, has_body || has_query, "Some values are not valid; `errors` points at each"),
        (429, has_body, "Too many attempts; retry after `Retry-After`"),
        (500, true, "A fault on our side"),
        (503, true, "Unavailable now; retry after `Retry-After`"),
    ];
    for (status, applies, description) in shared {
        let responses = &mut operation.responses.responses;
        if applies && !responses.contains_key(&status.to_string()) {
            responses.insert(status.to_string(), RefOr::T(problem(description)));
        }
    }
}

/// Returns whether the operation has `security(())`, in the contract one requirement that asks for nothing.
fn is_public(operation: &Operation) -> bool {
    operation.security.as_deref().is_some_and(|needed| needed.contains(&SecurityRequirement::default()))
}

fn has_parameter(operation: &Operation, place: &str) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters.into_iter().any(|parameter| {
        serde_json::to_value(parameter)
            .is_ok_and(|parameter| parameter.get("in").is_some_and(|at| at == place))
    })
}

fn problem(description: &str) -> Response {
    let schema = RefOr::Ref(utoipa::openapi::Ref::from_schema_name(ProblemDocument::name()));
    let mut response = Response::new(description);
    response.content.insert(MEDIA_TYPE.to_owned(), RefOr::T(Content::new(Some(schema))));
    response
}
