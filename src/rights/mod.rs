//! A person's rights over their data (GDPR, chapter III).
//!
//! | File | What lives there |
//! | --- | --- |
//! | `access_log`, `action` | who looked at the person's data or changed it, and in which words that is told |
//! | `deletion`, `kept` | the end of an account; what law keeps of it |
//! | `export` | everything about the person in one document |

mod access_log;
mod action;
mod deletion;
mod export;
mod handlers;
mod kept;
mod mails;
mod types;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(handlers::list_accesses).service(handlers::export_data).service(handlers::delete_account);
}
