//! Public figures: accounts, verified identities, applications and their outcomes, certificates and verifications, by
//! day and in total.
//!
//! A job counts each Romanian civil day once, after it is over, from rows that no longer change, and stores the public
//! figures; requests read only these.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `disclosure` | which counts are hidden because they are small, or would reveal a small one |
//! | `count` | the job |

mod count;
mod disclosure;
mod handlers;
mod store;
mod types;

pub use count::{CountDays, SCHEDULE, count_days, recount};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(handlers::get_statistics);
}
