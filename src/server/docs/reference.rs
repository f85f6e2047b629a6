//! `/docs/`: the reference, with requests to try. Swagger UI, which its crate carries, in the frame of the guides; in a
//! sandbox one can log in as any test person or officer.

use std::sync::LazyLock;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, web};
use maud::{DOCTYPE, Markup, html};

use crate::http::asset::Asset;
use crate::state::State;

/// The page has scripts of its own, and styles and icons inside its markup: Swagger UI writes them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

static LIVE: LazyLock<Asset> = LazyLock::new(|| Asset::page(page(false).into_string(), POLICY));
static SANDBOX: LazyLock<Asset> = LazyLock::new(|| Asset::page(page(true).into_string(), POLICY));

/// Registers the routes of the page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(to_docs).service(show_reference).service(to_reference);
}

#[get("/docs")]
async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

/// Leads from Swagger UI's own page, which knows nothing of the house, to ours.
#[get("/docs/index.html")]
async fn to_reference() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

#[get("/docs/")]
async fn show_reference(state: State, request: HttpRequest) -> HttpResponse {
    let page = if state.sandbox { &SANDBOX } else { &LIVE };
    page.answer(&request)
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
