//! Maps routes to the contract's operations: their ids label metrics and log lines, their scopes say what clients' tokens may do.

use std::collections::HashMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, SecurityRequirement};

/// The name of the security scheme of clients' tokens in the contract.
pub const OAUTH: &str = "oauth";

/// The label of requests that are no operation of the contract: pages, documents, unknown paths.
pub(super) const NONE: &str = "none";

/// The contract's operations, by method and route.
#[derive(Debug, Clone, Default)]
pub struct Operations(HashMap<(&'static str, String), Known>);

/// What is known of an operation.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    /// The scopes that a client's token needs for it; none, if no such token does it.
    scopes: Option<Vec<String>>,
}

impl Operations {
    /// Reads the ids from the contract.
    #[must_use]
    pub fn of(contract: &OpenApi) -> Self {
        let mut ids = HashMap::new();
        for (route, item) in &contract.paths.paths {
            let operations = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            let named = operations
                .into_iter()
                .filter_map(|(method, operation)| Some((method, Known::of(operation.as_ref()?)?)));
            ids.extend(named.map(|(method, known)| ((method, route.clone()), known)));
        }
        Self(ids)
    }

    /// Returns the scopes that a client's token needs for an operation; `None` if no such token does it.
    pub(crate) fn scopes(&self, method: &str, route: &str) -> Option<&[String]> {
        let known = self.0.iter().find(|((of, at), _)| *of == method && at == route);
        known.and_then(|(_, known)| known.scopes.as_deref())
    }

    /// Returns the id of an operation. HEAD counts as GET.
    pub(crate) fn id(&self, method: &'static str, route: &str) -> &str {
        let method = if method == "HEAD" { "GET" } else { method };
        // A parameter that takes the rest of the path has a plain name in the contract.
        let route = route.replace(":.*}", "}");
        self.0.get(&(method, route)).map_or(NONE, |known| known.id.as_str())
    }
}

impl Known {
    fn of(operation: &Operation) -> Option<Self> {
        let needed = operation.security.iter().flatten().find_map(scopes);
        Some(Self { id: operation.operation_id.clone()?, scopes: needed })
    }
}

/// Returns the scopes of a requirement of OAuth.
fn scopes(requirement: &SecurityRequirement) -> Option<Vec<String>> {
    let value = serde_json::to_value(requirement).ok()?;
    serde_json::from_value(value.get(OAUTH)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_method_and_route() {
        let contract = crate::server::openapi::contract();
        let operations = Operations::of(&contract);
        assert_eq!(operations.id("POST", "/v1/applications"), "create_application");
        assert_eq!(operations.id("GET", "/v1/applications/{id}/stream"), "stream_application");
        assert_eq!(operations.id("GET", "/v1/log/tile/{level}/{index:.*}"), "get_log_tile");
        assert_eq!(operations.id("HEAD", "/health/ready"), "get_readiness");
        assert_eq!(operations.id("DELETE", "/v1/applications"), NONE);
        assert_eq!(operations.id("GET", "/verify"), NONE);
        let paths = serde_json::to_value(&contract).unwrap()["paths"].to_string();
        assert_eq!(operations.0.len(), paths.matches("\"responses\"").count());
    }
}
