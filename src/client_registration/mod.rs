//! Operators register clients: by their commands, and by endpoints.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `change` | the three changes, each with its event in the audit log: add, rotate the secret, remove |

mod change;
mod handlers;
mod types;

pub use change::{Change, add, remove, rotate_secret};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_client)
        .service(handlers::list_clients)
        .service(handlers::rotate_client_secret)
        .service(handlers::delete_client);
}
