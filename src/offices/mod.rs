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

use crate::text::Rule;

/// The letters are not those of a county.
pub(crate) const COUNTY: Rule = Rule::new(
    "county_unknown",
    "The county is given by the letters of its number plates, like CJ or B",
    "Județul se indică prin literele de pe plăcuțele de înmatriculare, de exemplu CJ sau B",
);

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(handlers::list_counters);
}
