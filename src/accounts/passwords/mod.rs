//! Passwords: hashing, resetting a forgotten one by mail, setting and changing.

mod change;
mod handlers;
pub(crate) mod hash;
mod hashers;
mod mails;
mod memory;
mod password;
mod reset;
pub(crate) mod store;
mod types;

pub(crate) use password::Password;
pub use reset::ResetJob;
pub(crate) use reset::invitation;
pub(super) use types::{is_chosen, is_shown};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::request_password_reset)
        .service(handlers::reset_password)
        .service(handlers::change_password);
}
