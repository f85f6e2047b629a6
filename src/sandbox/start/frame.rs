//! The frame of the start page.

use std::sync::LazyLock;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpResponse, get};
use maud::{Markup, html};

use crate::sandbox::locale::Locale;
use crate::sandbox::page::{self, Site};

const SCRIPT: &str = include_str!("page.js");

/// Own styles and own script alone; the script calls the API of this host.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src '{}'; script-src 'self'; connect-src 'self'; img-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        page::style_hash()
    )
});

/// The sandbox itself.
const SITE: Site = Site {
    name: "cazier",
    title: "cazier (sandbox)",
    kind: ("Mediu de test", "Test environment"),
    warning: (
        "Persoane, registre și certificate inventate. Nu scrieți date adevărate.",
        "Invented persons, registers and certificates. Don't type real data.",
    ),
};

/// Serves the script (`GET /sandbox/start.js`).
#[get("/sandbox/start.js")]
pub(super) async fn get_script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(SCRIPT)
}

/// Answers with the page.
pub(super) fn respond(locale: Locale, title: &str, body: &Markup) -> HttpResponse {
    let corner = html! { nav { a href="/" { (locale.pick("Interfața", "Front end")) } } };
    let body = html! {
        h1 { (title) }
        noscript { p.error { (locale.pick("Pagina are nevoie de JavaScript.", "This page needs JavaScript.")) } }
        (body)
        script src="/sandbox/start.js" {}
    };
    HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(page::page(&SITE, locale, title, &corner, &body).into_string())
}
