//! The contract (OpenAPI 3.1), generated from the routes: an undocumented route is not served.

mod catalogue;
mod forms;
mod headers;
mod links;
mod problems;
mod rules;
mod values;
mod webhooks;

use std::collections::HashSet;

use utoipa::OpenApi as Describe;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, AuthorizationCode, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{OpenApi, Paths, SecurityRequirement};
use utoipa_actix_web::service_config::ServiceConfig;

use rules::{Catalogue, Listed};

use super::health;
use crate::clients::Scope;
use crate::http::operations::OAUTH;
use crate::state::Serves;
use crate::{
    accounts, applications, certificates, client_registration, help_desk, http, identity, mandates, oauth,
    offices, rights, services, statistics, verify,
};

/// The name of the security scheme of clients that show their secret.
const CLIENT: &str = "client";

#[derive(Describe)]
#[openapi(
    info(
        title = "cazier",
        description = "Criminal-record certificates online: a citizen proves who they are, applies, and gets a signed certificate; anybody verifies one.\n\nErrors are problem documents (RFC 9457): branch on `code`. Times are RFC 3339, civil dates `YYYY-MM-DD` in Romania, ids UUIDv7. Unknown fields are refused. A method that a path does not have is answered 405 `method_not_allowed`, with the ones that it has in `Allow`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "cazier"),
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
        (name = "clients", description = "Operators: the registered front ends and systems"),
        (name = "grants", description = "What you granted clients, and what they learn of you"),
        (name = "webhooks", description = "Registered clients: where they are told of events"),
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
            .configure(client_registration::configure)
            .configure(identity::configure)
            .configure(mandates::configure)
            .configure(services::configure)
            .configure(applications::configure)
            .configure(certificates::configure)
            .configure(oauth::configure)
            .configure(crate::webhooks::configure);
    }
    routes.configure(verify::configure).configure(crate::log::configure);
    if serves == Serves::Everything {
        routes.configure(statistics::configure).configure(help_desk::configure).configure(rights::configure);
    }
    routes.configure(health::configure).service(catalogue::list_problems).service(http::problem::get_problem);
}

/// Returns the contract.
#[must_use]
pub fn contract() -> OpenApi {
    contract_of(Serves::Everything)
}

/// Returns the part of the contract that a node serves.
#[must_use]
pub fn contract_of(serves: Serves) -> OpenApi {
    described(serves).0
}

/// Returns all rules that a value can break, in the order of their codes.
fn rules() -> Vec<Listed> {
    described(Serves::Everything).1.into_rules()
}

/// Returns the contract, and the rules that it lists.
fn described(serves: Serves) -> (OpenApi, Catalogue) {
    let app = utoipa_actix_web::AppExt::into_utoipa_app(actix_web::App::new());
    let app = app.openapi(Description::openapi()).configure(|routes| configure(routes, serves));
    let (_, mut contract) = app.split_for_parts();
    add_bearer(&mut contract);
    if serves == Serves::Everything {
        webhooks::add(&mut contract);
    }
    values::write_out(&mut contract);
    let rules = problems::add(&mut contract);
    rules::publish(&mut contract, &rules);
    forms::write_out(&mut contract);
    headers::add_to_all(&mut contract);
    operations(&mut contract.paths).for_each(ask_nothing_of_the_public);
    links::add(&mut contract);
    keep_used_tags(&mut contract);
    (contract, rules)
}

fn operations(paths: &mut Paths) -> impl Iterator<Item = &mut Operation> {
    paths.paths.values_mut().flat_map(|item| {
        [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
            .into_iter()
            .flatten()
    })
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
    let of_stream = "A token of `POST /v1/applications/{id}/stream-tokens`, which opens one event stream";
    let of_stream = ApiKeyValue::with_description("stream_token", of_stream);
    components.add_security_scheme("stream_token", SecurityScheme::ApiKey(ApiKey::Query(of_stream)));
    let mut client = Http::new(HttpAuthScheme::Basic);
    client.description = Some("Id and secret of a registered client".into());
    components.add_security_scheme(CLIENT, SecurityScheme::Http(client));
    components.add_security_scheme(OAUTH, SecurityScheme::OAuth2(sign_in()));
    contract.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]);
}

/// Describes sign-in with the Hub, with its scopes.
fn sign_in() -> OAuth2 {
    let scopes = Scope::ALL.map(|scope| (scope.as_str(), words(scope)));
    let flow = AuthorizationCode::with_refresh_url(
        "/oauth/authorize",
        "/oauth/token",
        Scopes::from_iter(scopes),
        "/oauth/token",
    );
    OAuth2::with_description(
        [Flow::AuthorizationCode(flow)],
        "The access token of a registered client, by a person's grant",
    )
}

const fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::OpenId => "know that it is the person",
        Scope::Profile => "address, phone and language",
        Scope::Identity => "the proved identity",
        Scope::ApplicationsRead => "applications and mandates",
        Scope::ApplicationsWrite => "apply, ask for corrections, withdraw",
        Scope::CertificatesRead => "certificates and their files",
    }
}

/// Writes "no log-in" as generators of clients read it: as an empty list, not as one requirement that asks for nothing.
fn ask_nothing_of_the_public(operation: &mut Operation) {
    if operation.security.as_deref() == Some(&[SecurityRequirement::default()]) {
        operation.security = Some(Vec::new());
    }
}

/// Returns whether the operation has `security(())`: one requirement that asks for nothing.
fn is_public(operation: &Operation) -> bool {
    operation.security.as_deref().is_some_and(|needed| needed.contains(&SecurityRequirement::default()))
}
