//! Proof of identity, by redirect through an identity provider (OpenID Connect) or at a counter, and log-in by
//! redirect.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `provider` | our client of one provider: discovery, tokens, the person in them (claim names: `config::identity_providers`) |
//! | `start`, `callback` | a verification of the logged-in account: the way out, the way back |
//! | `redirect_login` | log-in by redirect, begun here or at the provider, and its one-time code |
//! | `counter` | a verification by an officer |
//! | `status`, `retention` | how a verification ends; how long rows are kept |
//! | `export`, `deletion` | proofs in the export of everything about a person; what becomes of them with the account |
//! | `answer`, `browser` | shared by both redirects: the provider's answer, the binding to the browser |

mod answer;
pub(crate) mod browser;
mod callback;
pub(crate) mod counter;
pub(crate) mod deletion;
pub(crate) mod export;
mod handlers;
mod mails;
pub mod provider;
mod redirect_login;
mod retention;
mod start;
mod status;
mod store;
mod types;

#[cfg(test)]
pub(crate) use counter::claim_doors;
#[cfg(test)]
pub(crate) use provider::provider_doors;
pub use provider::{IdentityProvider, IdentityProviders};
pub(crate) use redirect_login::log_in_page;
pub(crate) use retention::RETENTION;
pub use retention::seen_documents;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room; fixed names before parameters in the same place.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::list_identity_methods)
        .service(handlers::create_identity_verification)
        .service(handlers::complete_identity_verification)
        .service(handlers::get_identity_verification)
        .configure(redirect_login::configure)
        .configure(counter::configure);
}
