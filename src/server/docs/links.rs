//! Where a link of the repository leads in the program.

use std::collections::HashMap;

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use super::guides::{DIAGRAMS, GUIDES};
use crate::error::Code;

/// The start of every page of a guide.
const GUIDES_URL: &str = "/docs/guides/";

/// Knows the operations of the contract by what the guides call them.
pub(super) struct Links {
    /// `GET /v1/applications/{}`, and its place in the reference.
    operations: HashMap<String, String>,
}

impl Links {
    /// Reads the operations of the contract.
    pub(super) fn of(contract: &OpenApi) -> Self {
        let items = contract.paths.paths.iter();
        let operations = items.flat_map(|(path, item)| {
            methods(item).into_iter().filter_map(move |(method, operation)| {
                Some((named(&format!("{method} {path}")), place(operation.as_ref()?)?))
            })
        });
        Self { operations: operations.collect() }
    }

    /// Returns where the words of a code span are explained: an operation in the reference, a code in the catalogue.
    pub(super) fn of_code(&self, span: &str) -> Option<String> {
        if let Some(place) = self.operations.get(&named(span)) {
            return Some(place.clone());
        }
        let code = Code::ALL.iter().find(|code| code.as_str() == span)?;
        Some(format!("/problems/{}", code.as_str()))
    }
}

fn methods(item: &PathItem) -> [(&'static str, &Option<Operation>); 5] {
    [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
}

/// Returns the place of an operation in the reference.
fn place(operation: &Operation) -> Option<String> {
    let (tag, id) = (operation.tags.as_ref()?.first()?, operation.operation_id.as_ref()?);
    Some(format!("/docs/#/{}/{id}", tag.replace(' ', "%20")))
}

/// Returns the name of an operation without its query and the names of its parameters.
fn named(text: &str) -> String {
    let path = text.split('?').next().unwrap_or_default();
    let segment = |segment: &str| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To a page of the program, or to another host.
    Url(String),
    /// To a file that only the repository has.
    Repository(String),
}

/// Returns where a link in a file of the repository leads.
pub(super) fn target(file: &str, link: &str) -> Target {
    if link.contains("://") || link.starts_with('#') {
        return Target::Url(link.to_owned());
    }
    let (path, fragment) = link.split_once('#').map_or((link, None), |(path, name)| (path, Some(name)));
    let path = resolve(file, path);
    let page = match path.as_str() {
        "openapi/openapi.json" => Some("/openapi.json".to_owned()),
        _ => GUIDES.iter().find(|guide| guide.file == path).map(|guide| url_of(guide.name)),
    };
    match (page, fragment) {
        (Some(page), Some(fragment)) => Target::Url(format!("{page}#{fragment}")),
        (Some(page), None) => Target::Url(page),
        (None, _) => Target::Repository(path),
    }
}

/// Returns the URL of the guide with this name.
pub(super) fn url_of(name: &str) -> String {
    format!("{GUIDES_URL}{name}")
}

/// Returns the drawing that a link in a file of the repository names.
pub(super) fn diagram(file: &str, link: &str) -> Option<&'static str> {
    let path = resolve(file, link);
    DIAGRAMS.iter().find(|diagram| diagram.file == path).map(|diagram| diagram.svg)
}

/// Returns the path from the top of the repository that is meant in this file.
fn resolve(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::openapi;

    #[test]
    fn links_between_guides_lead_to_pages_and_others_say_that_they_are_in_the_repository() {
        let from = "docs/guides/sign-in.md";
        for (link, url) in [
            ("errors.md", "/docs/guides/errors"),
            ("../relying-parties.md#by-number", "/docs/guides/verification#by-number"),
            ("README.md", "/docs/guides/"),
            ("../../openapi/openapi.json", "/openapi.json"),
            ("../../CHANGELOG.md", "/docs/guides/changelog"),
            ("#steps", "#steps"),
            ("https://www.rfc-editor.org/rfc/rfc9457", "https://www.rfc-editor.org/rfc/rfc9457"),
        ] {
            assert_eq!(target(from, link), Target::Url(url.to_owned()), "{link}");
        }
        assert_eq!(target(from, "../operating.md#x"), Target::Repository("docs/operating.md".to_owned()));
    }

    #[test]
    fn operations_and_codes_of_problems_lead_to_where_they_are_explained() {
        let links = Links::of(&openapi::contract());
        for (span, url) in [
            ("GET /v1/applications/{id}", Some("/docs/#/applications/get_application")),
            ("GET /v1/applications/{application_id}", Some("/docs/#/applications/get_application")),
            ("GET /v1/accounts/me/totp", Some("/docs/#/second%20factor/get_second_factor")),
            ("GET /problems", Some("/docs/#/service/list_problems")),
            ("presence_required", Some("/problems/presence_required")),
            ("DELETE /v1/applications/{id}", None),
            ("return_url", None),
        ] {
            assert_eq!(links.of_code(span).as_deref(), url, "{span}");
        }
    }
}
