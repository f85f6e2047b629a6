//! What all pages of the sample front end share.

use actix_web::{HttpResponse, get};

const SCRIPT: &str = include_str!("pages.js");

/// Serves the script of all pages (`GET /sandbox/pages.js`).
#[get("/sandbox/pages.js")]
pub(super) async fn get_script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(SCRIPT)
}
