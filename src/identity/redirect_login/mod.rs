//! Log-in by redirect: whoever an identity provider proves is logged in to the account of that person, which is made
//! when there is none.
//!
//! It begins here, like a verification but without an account ([`start`]), or at the provider, which sends the browser
//! with a signed assertion ([`handoff`]). Either way the browser carries a one-time code to the front end, and the
//! front end exchanges it for a session ([`exchange`]).
//!
//! What keeps a stranger out: a state or an assertion works once; a handoff comes from a page of the provider alone
//! (`Origin`), so that no other site can log somebody in to an account that is not theirs; a code works once, within a
//! minute, in the browser that was given it, for the front end that it was made for.

mod exchange;
mod grant;
mod handlers;
mod handoff;
mod start;
mod store;
mod types;

pub(super) use start::answered;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_redirect_login)
        .service(handlers::receive_handoff)
        .service(handlers::exchange_session_code);
}
