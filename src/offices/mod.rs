//! The ministry's offices with a public counter: location, services, and since when they certify identities.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `import` | offices from a CSV file |

mod handlers;
pub mod import;
pub mod store;
mod types;

pub use store::Office;
pub use types::OfficeKind;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(handlers::list_counters);
}
