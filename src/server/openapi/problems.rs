//! The problems of each operation: what it declares, and what comes with the form of its requests.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AllOfBuilder, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, Response, SecurityRequirement};
use utoipa::{PartialSchema, ToSchema};

use super::rules::{Catalogue, Places};
use super::{CLIENT, headers, is_public, operations};
use crate::error::{Class, Code};
use crate::http::problem::{FieldError, MEDIA_TYPE, ProblemDocument};
use crate::http::status_of;
use crate::text::input::RULES;

/// Under this name an operation declares its own problems: `extensions(("x-problems" = json!([Code::NotFound])))`.
const DECLARED: &str = "x-problems";

/// Under this name an operation says that it answers without the database: `extensions(("x-without-database" = json!(true)))`.
const WITHOUT_DATABASE: &str = "x-without-database";

/// The responses that most operations have, by the names that they bear in the contract.
const COMMON: &[(&str, &[Code])] = &[
    ("Malformed", &[Code::MalformedJson, Code::MalformedRequest, Code::ForwardedHeadersDiffer]),
    ("MalformedHead", &[Code::MalformedRequest, Code::ForwardedHeadersDiffer]),
    ("Unauthenticated", &[Code::Unauthenticated]),
    ("ClientUnauthenticated", &[Code::ClientUnauthenticated]),
    ("InsufficientScope", &[Code::InsufficientScope]),
    ("RoleRequired", &[Code::SecondFactorNotSetUp, Code::RoleRequired, Code::InsufficientScope]),
    ("NotFound", &[Code::NotFound]),
    ("RequestTimeout", &[Code::RequestTimeout]),
    ("PayloadTooLarge", &[Code::PayloadTooLarge]),
    ("UnsupportedMediaType", &[Code::UnsupportedMediaType]),
    ("TooManyRequests", &[Code::TooManyRequests]),
    ("Internal", &[Code::Internal]),
    ("Unavailable", &[Code::DatabaseUnavailable, Code::Overloaded, Code::Stopping]),
    ("NodeUnavailable", &[Code::Overloaded, Code::Stopping]),
];

/// Adds the schemas, the common responses, and the problems of each operation; returns all rules that a value can break.
pub(super) fn add(contract: &mut OpenApi) -> Catalogue {
    let components = contract.components.get_or_insert_default();
    add_common(components);
    let mut rules = Catalogue::default();
    operations(&mut contract.paths).for_each(|operation| describe(operation, components, &mut rules));
    rules
}

fn add_common(components: &mut Components) {
    let mut schemas: Vec<(String, RefOr<Schema>)> = vec![
        (ProblemDocument::name().into_owned(), ProblemDocument::schema()),
        (FieldError::name().into_owned(), FieldError::schema()),
    ];
    ProblemDocument::schemas(&mut schemas);
    components.schemas.extend(schemas);
    for (name, codes) in COMMON {
        let common = response(codes, &format!("{name}Problem"), components);
        components.responses.insert((*name).to_owned(), RefOr::T(common));
    }
}

/// Adds the problems of an operation: one response for each status, with the codes that it can have.
fn describe(operation: &mut Operation, components: &mut Components, rules: &mut Catalogue) {
    let places = Places::of(operation, components);
    places.tell(rules);
    let mut codes = shared(operation);
    if taken(operation, WITHOUT_DATABASE).is_none() {
        codes.push(Code::DatabaseUnavailable);
    }
    codes.extend(declared(operation));
    if !places.is_empty() {
        codes.push(Code::InvalidInput);
    }
    // In the order of the catalogue, each once.
    let codes = Code::ALL.iter().copied().filter(|code| codes.contains(code));
    let mut by_status = BTreeMap::<String, Vec<Code>>::new();
    for code in codes {
        by_status.entry(status_of(code).as_u16().to_string()).or_default().push(code);
    }
    for (status, codes) in by_status {
        let common = COMMON.iter().find(|(_, common)| *common == codes);
        let name = name_of_schema(operation, &codes);
        if codes.contains(&Code::InvalidInput) {
            let response = invalid(&codes, &name, &places, components);
            operation.responses.responses.insert(status, RefOr::T(response));
            continue;
        }
        let described = operation.responses.responses.get_mut(&status);
        // A probe that fails says what fails, if it can be asked at all.
        if let Some(RefOr::T(described)) = described {
            described.content.extend(response(&codes, &name, components).content);
            continue;
        }
        let response = match common {
            Some((name, _)) => RefOr::Ref(Ref::from_response_name(*name)),
            None => RefOr::T(response(&codes, &name, components)),
        };
        operation.responses.responses.insert(status, response);
    }
}

/// Takes the problems that the operation itself declares.
fn declared(operation: &mut Operation) -> Vec<Code> {
    let names = taken(operation, DECLARED);
    let names = names.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of_name = |name: &Value| Code::ALL.iter().copied().find(|code| name == code.as_str());
    names.iter().filter_map(of_name).collect()
}

/// Takes what an operation declares under a name.
fn taken(operation: &mut Operation, name: &str) -> Option<Value> {
    operation.extensions.as_mut()?.remove(name)
}

/// Returns the problems that follow from what the operation takes and for whom it is.
fn shared(operation: &Operation) -> Vec<Code> {
    let is_public = is_public(operation);
    let needs_role = operation.security.iter().flatten().any(names_role);
    let mut codes = vec![Code::Internal, Code::Overloaded, Code::Stopping];
    codes.extend([Code::MalformedRequest, Code::ForwardedHeadersDiffer]);
    if operation.request_body.is_some() {
        codes.push(Code::MalformedJson);
        codes.extend([Code::RequestTimeout, Code::PayloadTooLarge, Code::UnsupportedMediaType]);
    }
    let is_of_client = operation.security.iter().flatten().any(names_client);
    if is_of_client {
        codes.push(Code::ClientUnauthenticated);
    } else if !is_public {
        codes.push(Code::Unauthenticated);
    }
    // Where a token is looked at, a client's may be refused.
    if !is_of_client && operation.security.as_deref() != Some(&[SecurityRequirement::default()]) {
        codes.extend([Code::InsufficientScope, Code::TooManyRequests]);
    }
    if needs_role {
        codes.extend([Code::RoleRequired, Code::SecondFactorNotSetUp]);
    }
    if has_parameter(operation, |at, _| matches!(at, ParameterIn::Path)) {
        codes.push(Code::NotFound);
    }
    if has_parameter(operation, |_, name| name == "Idempotency-Key") {
        codes.extend([Code::IdempotencyKeyReused, Code::RequestInProgress]);
    }
    codes
}

/// Returns whether a requirement asks for a role, beyond a log-in.
fn names_role(requirement: &SecurityRequirement) -> bool {
    let roles = serde_json::to_value(requirement).unwrap_or_default();
    roles.get("bearer").is_some_and(|roles| *roles != json!([]))
}

/// Returns whether a requirement is for a client that shows its secret.
fn names_client(requirement: &SecurityRequirement) -> bool {
    serde_json::to_value(requirement).is_ok_and(|value| value.get(CLIENT).is_some())
}

fn has_parameter(operation: &Operation, fits: impl Fn(&ParameterIn, &str) -> bool) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters.into_iter().any(|parameter| match parameter {
        RefOr::T(parameter) => fits(&parameter.parameter_in, &parameter.name),
        RefOr::Ref(_) => false,
    })
}

/// Returns a name such as `CreateApplicationConflict`: generated clients have a type of that name.
fn name_of_schema(operation: &Operation, codes: &[Code]) -> String {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let words = id.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        first.to_uppercase() + rest
    });
    let class = codes.first().map(|code| format!("{:?}", code.class())).unwrap_or_default();
    words.collect::<String>() + &class
}

/// Returns a response with invalid values among its problems: it names the rules that they can break.
fn invalid(codes: &[Code], name: &str, places: &Places, components: &mut Components) -> Response {
    let mut response = response(codes, name, components);
    let of_rule = format!("{name}Value");
    components.schemas.insert(of_rule.clone(), places.schema());
    let errors = ArrayBuilder::new().items(Ref::from_schema_name(&of_rule));
    let narrowed = narrowed(codes).property("errors", errors);
    components.schemas.insert(name.to_owned(), problem(narrowed));
    response.extensions = Some(ExtensionsBuilder::new().add(RULES, places.codes()).build());
    response
}

/// Returns a response with one of these problems, all of the same status; their schema becomes a component.
fn response(codes: &[Code], schema_name: &str, components: &mut Components) -> Response {
    let told = codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.texts()[0].0));
    let mut response = Response::new(told.collect::<Vec<_>>().join(" "));
    components.schemas.insert(schema_name.to_owned(), schema(codes));
    let content = Content::new(Some(Ref::from_schema_name(schema_name)));
    response.content.insert(MEDIA_TYPE.to_owned(), RefOr::T(content));
    if codes.iter().any(|code| code.class() == Class::Unauthenticated) {
        headers::add(&mut response, &[headers::WWW_AUTHENTICATE]);
    }
    if codes.contains(&Code::InsufficientScope) {
        headers::add(&mut response, &[headers::MISSING_SCOPE]);
    }
    if codes.contains(&Code::TooManyRequests) {
        headers::add(&mut response, &[headers::RATE_LIMIT_POLICY, headers::RATE_LIMIT]);
    }
    if codes.iter().any(|code| says_when(*code)) {
        let all_say_when = codes.iter().all(|code| says_when(*code));
        let retry_after = if all_say_when { headers::RETRY_AFTER } else { headers::RETRY_AFTER_IF_KNOWN };
        headers::add(&mut response, &[retry_after]);
    }
    response
}

/// Returns whether the problem says when to come again.
fn says_when(code: Code) -> bool {
    match code {
        // An altered row stays altered until an operator has looked at it.
        Code::CertificateUnreadable => false,
        Code::LevelNotReached
        | Code::RequestInProgress
        | Code::AlreadyAppliedToday
        | Code::CertificationFresh => true,
        code => matches!(code.class(), Class::TooMany | Class::Unavailable),
    }
}

/// Returns the schema of a problem with one of these codes.
fn schema(codes: &[Code]) -> RefOr<Schema> {
    problem(narrowed(codes))
}

fn narrowed(codes: &[Code]) -> ObjectBuilder {
    let names = codes.iter().map(|code| json!(code.as_str()));
    let code = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(names));
    ObjectBuilder::new().property("code", code).required("code")
}

fn problem(narrowed: ObjectBuilder) -> RefOr<Schema> {
    let problem = Ref::from_schema_name(ProblemDocument::name());
    let told = "A problem document with one of these codes.";
    AllOfBuilder::new().item(problem).item(narrowed).description(Some(told)).into()
}
