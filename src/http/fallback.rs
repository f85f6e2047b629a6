//! Answers requests that no route matches: 404, or 405 with `Allow` when only the method is wrong; and `OPTIONS`.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::OpenApi;

use crate::error::{Code, Error, Result};

/// The documented paths as patterns, each with its methods.
#[derive(Debug, Clone)]
pub struct KnownPaths(Vec<(actix_router::ResourceDef, String)>);

impl KnownPaths {
    /// Reads the patterns from the contract: an undocumented route does not exist.
    #[must_use]
    pub fn of(contract: &OpenApi) -> Self {
        let mut paths: Vec<_> = contract.paths.paths.iter().collect();
        // `/v1/sessions/exchange` is no `/v1/sessions/{id}`.
        paths.sort_by_key(|(path, _)| path.matches('{').count());
        let pattern = |path: &String| actix_router::ResourceDef::new(path.as_str());
        Self(paths.into_iter().map(|(path, item)| (pattern(path), methods(item))).collect())
    }

    fn allowed(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, methods)| methods.as_str())
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

/// Answers `OPTIONS` (RFC 9110, section 9.3.7), 404 or 405; the default service of the application.
pub(crate) async fn no_route(request: HttpRequest) -> Result<HttpResponse> {
    let known = request.app_data::<web::Data<KnownPaths>>();
    let methods = known.and_then(|known| known.allowed(request.path()));
    match methods {
        Some(methods) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((ALLOW, methods)).finish())
        }
        _ => Err(refusal(&request)),
    }
}

/// Returns why nothing is at this address for this method: there is no such address (404), or it takes others (405).
pub(crate) fn refusal(request: &HttpRequest) -> Error {
    let known = request.app_data::<web::Data<KnownPaths>>();
    match known.and_then(|known| known.allowed(request.path())) {
        Some(methods) if methods.split(", ").all(|method| method != request.method().as_str()) => {
            Error::from(Code::MethodNotAllowed).with("allow", methods)
        }
        _ => Code::NotFound.into(),
    }
}
