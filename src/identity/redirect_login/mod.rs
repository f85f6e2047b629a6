//! Log-in by redirect: the person proved by an identity provider is logged in to their account, which is created if
//! there is none.
//!
//! It begins here, like a verification but without an account ([`start`]), or at the provider, which sends the browser
//! with a signed assertion ([`handoff`]). Either way the browser carries a one-time code to the front end, and the
//! front end exchanges it for a session ([`exchange`]).
//!
//! On the Hub's own log-in page, where a registered client sent the person, the code leads back to that page ([`log_in_page`]).
//!
//! A logged-in owner can take the same way to prove to be present ([`presence`]).
//!
//! Guards against strangers: a state or an assertion works once; a handoff must come from a page of the provider
//! (`Origin`), so that no other site can log somebody in to an account that is not theirs; a code works once, within a
//! minute, in the browser that received it, for the front end that it was issued to.

mod exchange;
mod grant;
mod handlers;
mod handoff;
pub(crate) mod log_in_page;
mod lost_factor;
mod presence;
mod start;
mod store;
mod types;

pub(super) use start::answered;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_redirect_login)
        .service(handlers::receive_handoff)
        .service(handlers::exchange_session_code)
        .service(handlers::create_presence_redirect)
        .service(handlers::prove_presence)
        .service(handlers::reset_second_factor);
}
