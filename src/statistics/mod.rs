//! Public figures: how many accounts, verified identities, applications and their outcomes, certificates and
//! verifications there were, by day and in total. What the ministry announced after the first day, for every day.
//!
//! A job counts each Romanian civil day once, after it is over, from rows that do not change any more, and writes down
//! what everybody may see of it; a request reads that alone.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `disclosure` | which counts are too small to be shown, and which others would tell them |
//! | `count` | the job |

mod count;
mod disclosure;
mod handlers;
mod store;
mod types;

pub use count::{CountDays, SCHEDULE, count_days, recount};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(handlers::get_statistics);
}
