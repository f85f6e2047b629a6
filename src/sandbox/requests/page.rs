//! The request log as a page.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpRequest, HttpResponse, get, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::handlers::RequestsQuery;
use super::message::Message;
use super::ring::{Exchange, RequestLog};
use crate::http::Query;
use crate::sandbox::locale::Locale;
use crate::sandbox::page::{self, Site, is_asked_by_person};

const LOG: Site = Site {
    name: "Requests",
    title: "Requests (sandbox)",
    kind: ("Mediu de test", "Test environment"),
    warning: (
        "Cererile la care a răspuns acest nod, fără secrete; se păstrează cele mai noi.",
        "The requests that this node has answered, without secrets; the newest are kept.",
    ),
};

/// Shows the newest requests to a person (`GET /sandbox/requests`).
#[get("/sandbox/requests", guard = "is_asked_by_person")]
pub(in crate::sandbox) async fn show_requests(
    log: web::Data<RequestLog>,
    query: Query<RequestsQuery>,
    request: HttpRequest,
) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let exchanges = query.0.of(&log);
    let title = locale.pick("Cererile", "Requests");
    let body = html! {
        h1 { (title) }
        (filter(&query.0, locale))
        (statuses(&log, &query.0, locale))
        @if exchanges.is_empty() { p { (locale.pick("Nicio cerere.", "No requests.")) } }
        @for exchange in &exchanges { (shown(exchange, locale)) }
    };
    let policy = format!(
        "default-src 'none'; style-src '{}'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        page::style_hash()
    );
    let corner = html! { nav { a href="/sandbox" { (locale.pick("Prima pagină", "Start page")) } } };
    HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page::page(&LOG, locale, title, &corner, &body).into_string())
}

fn filter(query: &RequestsQuery, locale: Locale) -> Markup {
    html! {
        form method="get" {
            label for="path" { (locale.pick("Începutul căii", "Beginning of the path")) }
            input.short id="path" name="path" value=(query.path.as_deref().unwrap_or("/"));
            div.buttons { button type="submit" { (locale.pick("Filtrați", "Filter")) } }
        }
    }
}

/// Renders a link for each status among the kept requests, and one for all.
fn statuses(log: &RequestLog, query: &RequestsQuery, locale: Locale) -> Markup {
    let path = query.path.as_deref().unwrap_or("/");
    let path: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    html! {
        nav {
            a href={ "?path=" (path) } { (locale.pick("Toate", "All")) }
            @for status in log.statuses() {
                " · " a href={ "?path=" (path) "&status=" (status) } aria-current=[(query.status == Some(status)).then_some("true")] { (status) }
            }
        }
    }
}

fn shown(exchange: &Exchange, locale: Locale) -> Markup {
    html! {
        details {
            summary { code { (exchange.status) } " " code { (exchange.method) " " (exchange.path) } }
            p.hint { (exchange.at.format("%F %T UTC")) " · " code { (exchange.id) } }
            @if let Some(query) = &exchange.query { p { code { "?" (query) } } }
            (side(locale.pick("Cererea", "Request"), &exchange.request))
            (side(locale.pick("Răspunsul", "Answer"), &exchange.response))
        }
    }
}

fn side(title: &str, message: &Message) -> Markup {
    html! {
        h2 { (title) }
        dl { @for (name, value) in &message.headers { dt { (name) } dd { (value) } } }
        @if let Some(body) = &message.body {
            p.hint { (body.media_type) ", " (body.bytes) " B" }
            @if let Some(text) = &body.text { p.answer { code { (text) @if body.is_cut { " …" } } } }
        }
    }
}
