//! Proof of identity by redirect through an identity provider (OpenID Connect) or once at a counter, and log-in by such
//! a redirect.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `provider` | our side of one provider: discovery, tokens, the person in them |
//! | `start`, `callback` | a verification of the account that is logged in: the way out, the way back |
//! | `redirect_login` | log-in by redirect, begun here or at the provider, and the one-time code that ends it |
//! | `counter` | a verification before an officer |
//! | `answer`, `browser` | what both share: the provider's answer, the browser that must end what it began |

mod answer;
mod browser;
mod callback;
pub(crate) mod counter;
mod handlers;
mod mails;
pub mod provider;
mod redirect_login;
mod start;
mod store;
mod types;

#[cfg(test)]
pub(crate) use counter::claim_doors;
#[cfg(test)]
pub(crate) use provider::provider_doors;
pub use provider::{IdentityProvider, IdentityProviders};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room. Fixed names stand before those with a parameter in their place.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::list_identity_methods)
        .service(handlers::create_identity_verification)
        .service(handlers::complete_identity_verification)
        .service(handlers::get_identity_verification)
        .configure(redirect_login::configure)
        .configure(counter::configure);
}
