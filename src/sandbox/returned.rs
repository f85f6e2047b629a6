//! A stand-in for a front end: where a person's browser may come back to after the simulated Ghișeul.

use std::collections::BTreeMap;

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpResponse, get, web};

use crate::http::Locale;

/// `GET /sandbox/returned`: shows what came along.
#[get("/sandbox/returned")]
pub(super) async fn show_returned(
    query: web::Query<BTreeMap<String, String>>,
    locale: Locale,
) -> HttpResponse {
    let title = locale.pick("V-ați întors la Hub (mediu de test)", "Back at the Hub (test environment)");
    let rows: String = query.iter().map(|(name, value)| row(name, value)).collect();
    let lang = locale.as_str();
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title></head><body><main><h1>{title}</h1><dl>{rows}</dl>\
         </main></body></html>"
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .content_type("text/html; charset=utf-8")
        .body(page)
}

fn row(name: &str, value: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(value))
}
