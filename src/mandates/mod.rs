//! Mandates: who represents which legal person. Somebody whose identity is proved asks for one; it is confirmed once – by
//! the company register, when that names them, else by an officer – and ends when its holder or an officer ends it, or
//! when a register that confirmed it no longer names them at the next application.
//!
//! ```text
//! pending ─┬─> confirmed ──> ended        (a named representative begins at confirmed)
//!          ├─> refused
//!          └─> ended
//! ```
//!
//! | File | What lives there |
//! | --- | --- |
//! | `request` | asking for one |
//! | `company` | the legal person, as it is stored with a mandate; the keyed hash of a CUI |
//! | `in_force` | what an application needs: the mandate in force |
//! | `ending` | the one way in which a mandate ends |
//! | `interest` | nobody decides about themselves, or about a company of theirs |
//! | `review` | officers: the queue, the claim, the decision, the end |

mod company;
mod ending;
mod handlers;
mod in_force;
mod interest;
mod mails;
mod request;
mod review;
pub(crate) mod store;
mod types;

pub(crate) use company::{CompanyShown, company_index};
pub(crate) use ending::{Impostor, end_by_register, end_of_impostor};
pub(crate) use in_force::{Authority, in_force, of_application};
pub(crate) use interest::{not_a_company_of_ones_own, not_named};
pub(crate) use types::{Capacity, Confirmer};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(request::create_mandate)
        .service(handlers::list_mandates)
        .service(handlers::get_mandate)
        .service(handlers::end_mandate)
        .configure(review::configure);
}
