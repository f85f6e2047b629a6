//! Answers requests that no route matches: 404, or 405 with `Allow` when only the method is wrong; and `OPTIONS`.

use std::collections::HashMap;

use actix_router::ResourceDef;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::OpenApi;

use crate::error::{Code, Error, Result};

/// The documented paths, in the contract or by a standard, each with its methods.
#[derive(Debug, Clone)]
pub struct KnownPaths {
    /// Paths without parameters: `/v1/sessions/exchange` is no `/v1/sessions/{id}`.
    exact: HashMap<String, String>,
    patterns: Vec<(ResourceDef, String)>,
}

impl KnownPaths {
    /// Reads the paths from the contract: an undocumented route does not exist.
    #[must_use]
    pub fn of(contract: &OpenApi) -> Self {
        let paths = contract.paths.paths.iter().map(|(path, item)| (path, methods(item)));
        let (patterns, exact): (Vec<_>, Vec<_>) = paths.partition(|(path, _)| path.contains('{'));
        Self {
            exact: exact.into_iter().map(|(path, methods)| (path.clone(), methods)).collect(),
            patterns: patterns
                .into_iter()
                .map(|(path, methods)| (ResourceDef::new(path.as_str()), methods))
                .collect(),
        }
    }

    /// Adds paths that standards describe in the contract's place, each with its methods.
    #[must_use]
    pub(crate) fn and(mut self, others: &[(&str, &str)]) -> Self {
        for (path, methods) in others {
            if path.contains('{') {
                self.patterns.push((ResourceDef::new(*path), (*methods).to_owned()));
            } else {
                self.exact.insert((*path).to_owned(), (*methods).to_owned());
            }
        }
        self
    }

    fn allowed(&self, path: &str) -> Option<&str> {
        let pattern = || self.patterns.iter().find(|(pattern, _)| pattern.is_match(path));
        let methods = self.exact.get(path).or_else(|| pattern().map(|(_, methods)| methods));
        methods.map(String::as_str)
    }
}

fn methods(item: &utoipa::openapi::PathItem) -> String {
    let known = [
        ("GET", item.get.is_some()),
        // Answered as GET without the content.
        ("HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    known.iter().filter(|(_, here)| *here).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Refuses an address that escapes a character which needs no escape (RFC 3986, section 6.2.2.2), before it is routed. The router
/// reads it as the plain address; scopes, the pages that may call, metrics and the audit log judge an address by its text.
pub(crate) fn disguised(request: &ServiceRequest) -> Option<Error> {
    let is_disguised = request.path().as_bytes().windows(3).any(|part| match part {
        [b'%', high, low] => escaped(*high, *low).is_some_and(is_unreserved),
        _ => false,
    });
    is_disguised.then(|| Code::NotFound.into())
}

fn escaped(high: u8, low: u8) -> Option<char> {
    let digit = |octet: u8| char::from(octet).to_digit(16);
    char::from_u32(digit(high)? * 16 + digit(low)?)
}

fn is_unreserved(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~".contains(character)
}

/// Refuses a method that a path without parameters does not take, before it is routed: the path of another operation may
/// have a parameter there.
pub(crate) fn wrong_method(request: &ServiceRequest) -> Option<Error> {
    let known = request.app_data::<web::Data<KnownPaths>>()?;
    let methods = known.exact.get(request.path()).filter(|_| request.method() != Method::OPTIONS)?;
    let takes = methods.split(", ").any(|method| method == request.method().as_str());
    (!takes).then(|| not_allowed(methods))
}

/// Answers `OPTIONS` (RFC 9110, section 9.3.7), 404 or 405; the default service of the application.
pub(crate) async fn no_route(request: HttpRequest, known: web::Data<KnownPaths>) -> Result<HttpResponse> {
    match known.allowed(request.path()) {
        Some(methods) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((ALLOW, methods)).finish())
        }
        Some(methods) => Err(not_allowed(methods)),
        None => Err(Code::NotFound.into()),
    }
}

fn not_allowed(methods: &str) -> Error {
    Error::from(Code::MethodNotAllowed).with("allow", methods)
}
