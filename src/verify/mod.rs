//! Public verification, by number (with CNP, CUI or control code, and the printed name) or by files; the signing keys.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `check` | from a number to its outcome |
//! | `ask`, `record` | the two statements of a check: looks the number up; logs the check (`certificate_checks`) |
//! | `logged` | whether the certificate is in the tamper-evident log as it is now |
//! | `method`, `outcome` | how it was checked; the result in one word |
//! | `handlers`, `types` | the endpoints; the answer and the JSON of the keys, field by field |
//! | `page` | the page `/verify`, for people; `page/seen` is its copy of the answer |
//! | `signature` | uploaded signature files |

mod ask;
mod check;
mod handlers;
mod logged;
mod method;
mod outcome;
pub(crate) mod page;
mod record;
pub mod signature;
mod types;

pub use ask::verify_statement;
pub use check::Checks;
pub(crate) use method::CheckMethod;
pub(crate) use outcome::Outcome;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::verify_certificate)
        .service(signature::verify_signature)
        .service(handlers::get_trust)
        .service(handlers::get_signed_trust);
}
