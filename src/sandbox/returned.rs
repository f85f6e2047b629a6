//! A stand-in for a front end: the page that a browser may come back to after the simulated Ghișeul.

use std::collections::BTreeMap;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpRequest, HttpResponse, get, web};
use maud::html;

use super::locale::Locale;
use super::page::{self, Site};

/// The imitated front end.
const FRONT_END: Site = Site {
    name: "Hub",
    title: "Hub (simulator)",
    kind: ("Mediu de test", "Test environment"),
    warning: (
        "Pagina ține locul unei interfețe și arată cu ce v-ați întors.",
        "This page stands in for a front end, and shows what you came back with.",
    ),
};

/// Shows the returned parameters (`GET /sandbox/returned`).
#[get("/sandbox/returned")]
pub(super) async fn show_returned(
    request: HttpRequest,
    query: web::Query<BTreeMap<String, String>>,
) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let title = locale.pick("V-ați întors la Hub", "Back at the Hub");
    let body = html! {
        h1 { (title) }
        @if query.is_empty() {
            p { (locale.pick("Adresa nu are parametri.", "The address has no parameters.")) }
        } @else {
            dl { @for (name, value) in query.iter() { dt { (name) } dd { (value) } } }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src '{}'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        page::style_hash()
    );
    HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page::page(&FRONT_END, locale, title, &html! {}, &body).into_string())
}
