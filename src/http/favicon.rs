//! The icon of every page.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, routes, web};

const ICON: &str = include_str!("favicon.svg");

/// Registers the route of the icon.
pub(crate) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get_favicon);
}

/// Serves the icon, also where browsers look for it if an answer names none.
#[routes]
#[get("/favicon.svg")]
#[get("/favicon.ico")]
async fn get_favicon() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .content_type("image/svg+xml")
        .body(ICON)
}
