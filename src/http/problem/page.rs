//! A problem as a page, for a person whose browser was sent to a URL of the API: the callback of a redirect that came too
//! late, a handoff that leads nowhere. It says what a person can do; programs get the document.

use std::sync::LazyLock;

use actix_web::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, ContentType, HeaderMap};
use actix_web::{HttpResponse, HttpResponseBuilder};
use data_encoding::BASE64;
use maud::{DOCTYPE, PreEscaped, html};
use ring::digest::{SHA256, digest};

use crate::http::Locale;

const STYLE: &str = include_str!("page.css");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref());
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

/// What the page says.
pub(super) struct Problem<'a> {
    pub(super) code: &'a str,
    pub(super) status: u16,
    pub(super) title: &'a str,
    pub(super) detail: &'a str,
    /// Rules that the input breaks.
    pub(super) messages: Vec<&'a str>,
    /// The request's id; absent on the page that explains a code.
    pub(super) request: Option<&'a str>,
}

/// Returns whether the request is a browser's navigation (link, redirect or form). Programs and scripts accept
/// anything, or JSON.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html") && !accept.contains("json"))
}

/// Builds the page, with the status and headers of the response. `home` is where the service is for people.
pub(super) fn respond(
    mut response: HttpResponseBuilder,
    problem: &Problem<'_>,
    locale: Locale,
    home: &str,
) -> HttpResponse {
    let messages = problem.messages.iter().filter(|message| is_for_people(message));
    let page = html! {
        (DOCTYPE)
        html lang=(locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (problem.title) " · " (locale.pick("Cazier judiciar online", "Criminal-record certificates online")) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (problem.title) }
                    p { (advice(problem, locale)) }
                    @for message in messages { p { (message) } }
                    p { a.button href=(home) { (locale.pick("Înapoi la serviciu", "Back to the service")) } }
                    dl {
                        dt { (locale.pick("Cod", "Code")) } dd { (problem.code) }
                        @if let Some(id) = problem.request {
                            dt { (locale.pick("Pentru asistență", "For the help desk")) } dd { (id) }
                        }
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

/// Returns whether a sentence names nothing that only programs know: fields, headers, paths.
fn is_for_people(sentence: &str) -> bool {
    !sentence.contains('`')
}

/// What a person can do: the problem's own sentence, or that of its status where that one is for programs.
fn advice<'a>(problem: &Problem<'a>, locale: Locale) -> &'a str {
    if is_for_people(problem.detail) {
        return problem.detail;
    }
    match problem.status {
        401 => locale.pick(
            "Autentificați-vă în pagina serviciului, apoi încercați din nou.",
            "Log in on the page of the service, then try again.",
        ),
        403 => locale.pick(
            "Întoarceți-vă la serviciu și verificați cu ce cont ați intrat.",
            "Go back to the service and check which account you are using.",
        ),
        404 | 405 => locale.pick(
            "Adresa este greșită sau nu mai există. Întoarceți-vă la serviciu.",
            "The address is wrong or no longer exists. Go back to the service.",
        ),
        429 | 503 => locale.pick(
            "Încercați din nou puțin mai târziu.",
            "Try again a little later.",
        ),
        500.. => locale.pick(
            "Eroarea a fost consemnată. Dacă se repetă, comunicați serviciului de asistență identificatorul de mai jos.",
            "The error was logged. If it happens again, tell the help desk the id below.",
        ),
        _ => locale.pick(
            "Cererea nu a putut fi îndeplinită. Întoarceți-vă la serviciu și încercați din nou.",
            "The request could not be carried out. Go back to the service and try again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::*;
    use crate::error::Code;
    use crate::http::status_of;

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

    #[actix_web::test]
    async fn no_page_speaks_to_programs() {
        for code in Code::ALL {
            for ((title, detail), locale) in code.texts().into_iter().zip([Locale::En, Locale::Ro]) {
                let messages = vec!["`client_id` must be known", "Enter a name"];
                let (code, status) = (code.as_str(), status_of(*code).as_u16());
                let problem = Problem { code, status, title, detail, messages, request: Some("01") };
                let response = HttpResponseBuilder::new(StatusCode::NOT_FOUND);
                let page = respond(response, &problem, locale, "https://hub.example/");
                let page = actix_web::body::to_bytes(page.into_body()).await.unwrap();
                let page = String::from_utf8(page.to_vec()).unwrap();
                for machine in ["`", "Authorization", "Bearer", "Retry-After", "Content-Type", "/v1/"] {
                    assert!(!page.contains(machine), "{code}, {machine}: {page}");
                }
                assert!(
                    page.contains("Enter a name") && page.contains("href=\"https://hub.example/\""),
                    "{page}"
                );
            }
        }
    }
}
