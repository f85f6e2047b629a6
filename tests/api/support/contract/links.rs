//! The links of the contract (OpenAPI 3.1, section 4.8.20): each leads from a real answer to an operation.

use serde_json::Value;

use super::document::{DOCUMENT, Documented};
use super::met::LINKS;

/// Whether the object that a link starts from is null in this answer, such as a certificate that the caller may not see.
fn leads_from_null(expression: &Value, content: &[u8]) -> bool {
    let pointer = expression.as_str().and_then(|expression| expression.strip_prefix("$response.body#"));
    let Some((object, _)) = pointer.and_then(|pointer| pointer.rsplit_once('/')) else { return false };
    serde_json::from_slice(content).is_ok_and(|content: Value| content.pointer(object) == Some(&Value::Null))
}

impl Documented {
    /// Fails unless the answer has what its links need of it.
    pub fn check_links(&self, status: u16, path: &str, content: &[u8]) {
        let links = self.response(status)["links"].as_object().into_iter().flatten();
        for (name, link) in links {
            let what = format!("{} {status} {name}", self.id());
            let parameters = link["parameters"].as_object().into_iter().flatten();
            if parameters.clone().any(|(_, expression)| leads_from_null(expression, content)) {
                continue;
            }
            for (parameter, expression) in parameters {
                let expression = expression.as_str().unwrap();
                let value = self.value_of(expression, path, content);
                assert!(
                    value.is_some_and(|value| !value.is_empty()),
                    "{what}: {parameter} is not at {expression}"
                );
            }
            assert!(DOCUMENT.has(link["operationId"].as_str().unwrap()), "{what} leads nowhere");
            LINKS.note(&what);
        }
    }

    /// The value of a runtime expression (OpenAPI 3.1, section 4.8.20.4).
    fn value_of(&self, expression: &str, path: &str, content: &[u8]) -> Option<String> {
        if let Some(pointer) = expression.strip_prefix("$response.body#") {
            let content: Value = serde_json::from_slice(content).ok()?;
            return content.pointer(pointer)?.as_str().map(str::to_owned);
        }
        self.parameter(expression.strip_prefix("$request.path.")?, path)
    }
}
