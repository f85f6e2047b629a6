//! What all pages of the sample front end share.

use std::sync::LazyLock;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpResponse, get};
use maud::{Markup, html};

use crate::sandbox::locale::Locale;
use crate::sandbox::page::{self, Site};

const SCRIPT: &str = include_str!("pages.js");

/// Own styles and own script alone; the script calls the API of this host.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src '{}'; script-src 'self'; connect-src 'self'; img-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        page::style_hash()
    )
});

/// The front end, which is nobody's.
const SITE: Site = Site {
    name: "cazier",
    title: "cazier (sandbox)",
    kind: ("Mediu de test", "Test environment"),
    warning: (
        "Persoane, registre și certificate inventate. Nu scrieți date adevărate.",
        "Invented persons, registers and certificates. Don't type real data.",
    ),
};

/// Serves the script of all pages (`GET /sandbox/pages.js`).
#[get("/sandbox/pages.js")]
pub(super) async fn get_script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(SCRIPT)
}

/// Answers with a page.
pub(super) fn respond(locale: Locale, title: &str, body: &Markup) -> HttpResponse {
    let corner = html! { nav { a href="/" { (locale.pick("Prima pagină", "Start page")) } } };
    let body = html! {
        h1 { (title) }
        noscript { p.error { (locale.pick("Pagina are nevoie de JavaScript.", "This page needs JavaScript.")) } }
        (body)
        script src="/sandbox/pages.js" {}
    };
    HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(page::page(&SITE, locale, title, &corner, &body).into_string())
}
