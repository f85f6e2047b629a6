//! Services: the certificates on offer, the reasons for one, the phases of the roll-out, the validity.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `catalogue` | the services and their names, which are also the titles of documents |
//! | `reasons` | the reasons for a certificate |
//! | `phases` | the phases of the roll-out |
//! | `validity` | how long a certificate is valid |

mod catalogue;
mod handlers;
mod phases;
mod reasons;
mod types;
pub mod validity;

pub use catalogue::Service;
pub use phases::Phase;
pub(crate) use reasons::reason_of_code;
pub use reasons::{REASONS, REASONS_VERSION, Reason, find_reason};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(handlers::list_services).service(handlers::list_reasons);
}
