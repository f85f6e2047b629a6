//! Applications: the services and their reasons, the prefilled form, and the step from a wish to a certificate.

mod apply;
mod handlers;
mod issue;
mod prefill;
pub mod services;
mod store;
mod types;

pub use issue::ISSUE_STATEMENT;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::list_services)
        .service(handlers::list_reasons)
        .service(handlers::get_prefill)
        .service(handlers::create_application)
        .service(handlers::list_applications)
        .service(handlers::get_application);
}
