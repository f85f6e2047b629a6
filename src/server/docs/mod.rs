//! `/docs/`: the guides of `docs/guides` as pages of the running program, which need no scripts, and the reference. Nothing
//! comes from elsewhere.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `files` | styles and scripts |
//! | `guides` | the guides, in the order of the menu |
//! | `links` | where a link of the repository leads in the program: pages, operations, explanations of problems |
//! | `markdown` | a guide as HTML |
//! | `page` | the frame of all guides: menu, sections, the way on |
//! | `reference` | the contract, with requests to try |

mod files;
mod guides;
mod links;
mod markdown;
mod page;
mod reference;

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, web};
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};

use self::guides::GUIDES;
use self::links::Links;
use super::openapi;
use crate::error::{Code, Result};
use crate::http::asset::Asset;

/// The pages by the name in their URL; made when the first one is asked for.
static PAGES: LazyLock<HashMap<&str, Asset>> = LazyLock::new(|| {
    let links = Links::of(&openapi::contract());
    let documents: Vec<_> = GUIDES.iter().map(|guide| markdown::render(guide, &links)).collect();
    let page = |at: usize| {
        let html = page::page(&documents, at)?.into_string();
        Some((GUIDES.get(at)?.name, Asset::page(html, &POLICY)))
    };
    (0..GUIDES.len()).filter_map(page).collect()
});

/// The content security policy: nothing external, nothing inline but the style of diagrams.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hashes =
        guides::diagram_styles().map(|style| BASE64.encode(digest(&SHA256, style.as_bytes()).as_ref()));
    let styles: String = hashes.map(|hash| format!(" 'sha256-{hash}'")).collect();
    format!(
        "default-src 'none'; style-src 'self'{styles}; script-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

/// Registers the routes of the guides and of the reference.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    files::configure(routes);
    routes.service(to_guides).service(show_index).service(show_guide);
    reference::configure(routes);
}

#[get("/docs/guides")]
async fn to_guides() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/guides/")).finish()
}

#[get("/docs/guides/")]
async fn show_index(request: HttpRequest) -> Result<HttpResponse> {
    show("", &request)
}

#[get("/docs/guides/{name}")]
async fn show_guide(name: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    show(&name, &request)
}

/// Answers the page with this name, or that there is none.
fn show(name: &str, request: &HttpRequest) -> Result<HttpResponse> {
    let page = PAGES.get(name).ok_or(Code::NotFound)?;
    Ok(page.answer(request))
}
