//! Answers requests that no route matches: 404, or 405 with `Allow` when only the method is wrong.

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
        let paths = contract.paths.paths.iter();
        Self(
            paths
                .map(|(path, item)| (actix_router::ResourceDef::new(path.as_str()), methods(item)))
                .collect(),
        )
    }

    fn allowed(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, methods)| methods.as_str())
    }
}

fn methods(item: &utoipa::openapi::PathItem) -> String {
    let known = [
        ("GET", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    known.iter().filter(|(_, here)| *here).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Answers 404 or 405; the default service of the application.
pub(crate) async fn no_route(request: HttpRequest, known: web::Data<KnownPaths>) -> Result<HttpResponse> {
    match known.allowed(request.path()) {
        Some(methods) => Err(Error::from(Code::MethodNotAllowed).with("allow", methods)),
        None => Err(Code::NotFound.into()),
    }
}
