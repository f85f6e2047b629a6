//! Public verification: by registration number and CNP, or by registration number and control code; as JSON for
//! programs, as a page for people.

mod check;
mod handlers;
mod method;
mod name;
mod outcome;
pub(crate) mod page;
pub mod signature;
mod types;

pub use check::VERIFY_STATEMENT;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::verify_certificate)
        .service(signature::verify_signature)
        .service(handlers::get_trust)
        .service(handlers::get_signed_trust);
}
