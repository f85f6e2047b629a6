//! Mandates: who represents which legal person. A person with a proved identity requests one. It is confirmed once, by
//! the company register if that lists them, otherwise by an officer. It ends when its holder or an officer ends it, or
//! when the register that confirmed it no longer lists the holder at the next application.
//!
//! ```text
//! pending ─┬─> confirmed ──> ended (a listed representative begins at confirmed)
//!          ├─> refused
//!          └─> ended
//! ```
//!
//! | File | What lives there |
//! | --- | --- |
//! | `request` | requesting a mandate |
//! | `company` | the legal person, as stored with a mandate; the keyed hash of a CUI |
//! | `in_force` | the mandate in force, for applications |
//! | `ending` | the one function that ends mandates |
//! | `interest` | conflicts of interest |
//! | `export` | mandates in the export of everything about a person |
//! | `review` | officers: the queue, the claim, the decision, the end |

mod company;
mod ending;
pub(crate) mod export;
mod handlers;
mod in_force;
mod interest;
mod mails;
mod request;
mod review;
pub(crate) mod store;
mod types;
mod view;

pub(crate) use company::{CompanyShown, company_index};
pub(crate) use ending::{end_by_register, end_of_holder, end_of_impostor};
pub(crate) use in_force::{Authority, in_force, of_application};
pub(crate) use interest::{not_a_company_of_ones_own, not_named};
pub(crate) use store::Impostor;
pub(crate) use types::{MandateCapacity, MandateConfirmer, MandateEndedBy, MandateResponse};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(request::create_mandate)
        .service(handlers::list_mandates)
        .service(handlers::get_mandate)
        .service(handlers::end_mandate)
        .configure(review::configure);
}
