//! Proof of identity: a redirect through Ghișeul.ro (OpenID Connect), later also a counter.

mod callback;
mod handlers;
pub mod provider;
mod start;
mod store;
mod types;

pub use provider::IdentityProvider;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_identity_verification)
        .service(handlers::complete_ghiseul_verification)
        .service(handlers::get_identity_verification);
}
