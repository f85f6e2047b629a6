//! `/docs/`: the reference, with requests to try. Swagger UI, which its crate carries, in the frame of the guides; in a
//! sandbox one can log in as any test person or officer.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::{HttpResponse, get, web};
use maud::{DOCTYPE, Markup, html};

use crate::http::security_headers::DOCS_POLICY;
use crate::state::State;

const STYLE: &str = include_str!("reference.css");
const SCRIPT: &str = include_str!("reference.js");

/// Registers the routes of the reference, but for the files of Swagger UI.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_reference).service(to_reference).service(get_style).service(get_script);
}

/// Leads from Swagger UI's own page, which knows nothing of the house, to ours.
#[get("/docs/index.html")]
async fn to_reference() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

#[get("/docs/")]
async fn show_reference(state: State) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, DOCS_POLICY))
        .body(page(state.sandbox).into_string())
}

#[get("/docs/reference.css")]
async fn get_style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

#[get("/docs/reference.js")]
async fn get_script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(SCRIPT)
}

fn page(sandbox: bool) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Reference · cazier" }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/docs/swagger-ui.css";
                link rel="stylesheet" href="/docs/reference.css";
            }
            body {
                header {
                    a.site href="/docs/guides/" { "cazier " span { "for developers" } }
                    nav aria-label="Documentation" {
                        a href="/docs/guides/" { "Guides" }
                        a href="/docs/" aria-current="page" { "Reference" }
                        a href="/openapi.json" { "OpenAPI" }
                    }
                }
                main {
                    @if sandbox { (log_in()) }
                    noscript { p { "The reference needs JavaScript. The " a href="/docs/guides/" { "guides" } " and the "
                        a href="/openapi.json" { "OpenAPI document" } " do not." } }
                    div #reference {}
                }
                script src="/docs/swagger-ui-bundle.js" {}
                script src="/docs/reference.js" {}
            }
        }
    }
}

/// Renders the form that logs in as somebody of the sandbox; its script fills it.
fn log_in() -> Markup {
    html! {
        form #log-in hidden {
            label for="who" { "Try requests as" }
            select #who {}
            button type="submit" { "Log in" }
            p #logged-in role="status" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sandbox_offers_its_persons() {
        assert!(page(true).into_string().contains("id=\"log-in\""));
        assert!(!page(false).into_string().contains("id=\"log-in\""));
    }
}
