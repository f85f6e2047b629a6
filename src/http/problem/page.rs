//! Problems as HTML, for people whose browser was sent to an address of the API: an expired callback, a failed handoff.

use std::sync::LazyLock;

use actix_web::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, ContentType, HeaderMap};
use actix_web::{HttpResponse, HttpResponseBuilder};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use maud::{DOCTYPE, PreEscaped, html};
use ring::digest::{SHA256, digest};

use super::Locale;
use super::ProblemDocument;

const STYLE: &str = include_str!("page.css");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'")
});

/// Returns whether a browser is going to display the answer, as after a link, a redirect or a form. Programs and
/// scripts accept anything, or JSON.
pub(in crate::http) fn is_wanted(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html") && !accept.contains("json"))
}

/// Renders the page with the status and headers of the problem.
pub(super) fn respond(
    mut response: HttpResponseBuilder,
    problem: &ProblemDocument,
    locale: Locale,
) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang=(locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (problem.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (problem.title) }
                    p { (problem.detail) }
                    @for error in &problem.errors { p { (error.message) } }
                    dl {
                        dt { (locale.pick("Cod", "Code")) } dd { (problem.code) }
                        dt { (locale.pick("Pentru suport", "For support")) } dd { (problem.instance) }
                    }
                }
            }
        }
    };
    response
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(page.into_string())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{ACCEPT, is_wanted};

    #[test]
    fn browsers_that_navigate_get_pages_and_programs_do_not() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
            is_wanted(&headers)
        };
        assert!(wants("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"));
        for other in ["*/*", "application/json", "application/problem+json, text/html", "text/plain", ""] {
            assert!(!wants(other), "{other}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
