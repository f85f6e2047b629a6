//! Operators register clients: by their commands, and by endpoints.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `change` | the changes, each with its event in the audit log: add, rotate the secret, set the keys, remove |
//! | `json_web_key` | public keys as clients' libraries write them |

mod change;
mod handlers;
mod json_web_key;
mod types;

pub use change::{Change, add, remove, rotate_secret, set_keys};
pub use json_web_key::{JsonWebKeySet, NamedKey};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_client)
        .service(handlers::list_clients)
        .service(handlers::rotate_client_secret)
        .service(handlers::set_client_keys)
        .service(handlers::delete_client);
}
