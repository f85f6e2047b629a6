//! A simulated Ghișeul.ro: an OpenID Provider that identifies a person by bank card and 3-D Secure.
//!
//! Ghișeul's own protocol is not public; this models it as OpenID Connect Core 1.0, authorization code flow, with
//! mandatory PKCE (RFC 7636, S256), `state`, `nonce`, signed ID tokens (ES256) and the issuer in each answer (RFC
//! 9207).
//!
//! | Path | What it does |
//! | --- | --- |
//! | `/.well-known/openid-configuration`, `/jwks` | metadata and public key |
//! | `/authorize` | begins a flow, or answers at once if `login_hint` gives the outcome |
//! | `/flows/{flow}` | the pages: login, consent and card, 3-D Secure code |
//! | `/` | a portal for logged-in persons, with the button that hands them over |
//! | `/handoff` | hands over at once, as `login_hint` says, or returns the assertion as JSON |
//! | `/token` | exchanges a code, once and within a minute, for an ID token |
//!
//! # Automation
//! `login_hint=<person id>:<outcome>` skips the pages; see [`Outcome`] and [`Flaw`]. `login_hint=<person id>` only
//! preselects the person on the login page. `/handoff` takes the same hint; see [`HandoffOutcome`].
//!
//! `POST /sandbox/outages` with `ghiseul` takes all of it away.
//!
//! # Failures
//! A person who is not identified comes back with `error=access_denied`; `error_description` is one of the stable codes
//! `abandoned`, `card_refused` and `three_d_secure_failed`.

mod assertion;
mod authorize;
mod claims;
mod client_auth;
mod error;
mod expiring;
mod flaw;
mod flow;
mod handoff;
mod handover;
mod keys;
mod login_hint;
mod metadata;
mod newcomer;
mod pages;
mod portal;
mod provider;
mod random;
mod redirect;
mod rules;
mod settings;
mod steps;
mod token;
mod token_request;
mod visit;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use chrono::TimeDelta;

pub use assertion::HandoffOutcome;
pub use claims::ACR_CARD_3DS;
pub use error::SimulatorError;
pub use flaw::Flaw;
pub use flow::{CARD_FAILING_3DS, CARD_REFUSED, CARD_WORKING, PASSWORD};
pub use login_hint::Outcome;
pub use provider::{Client, GhiseulSimulator};
pub use settings::provider_settings;

use super::misbehaviour;
use super::outages::Outside;

/// The lifetime of an ID token or an assertion.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// Mounts the simulator's routes below the path of its issuer.
///
/// Several workers share one simulator: create the `Data` once, outside the app's factory.
pub fn configure(simulator: web::Data<GhiseulSimulator>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let as_switched = |request: ServiceRequest, next: Next<BoxBody>| {
            misbehaviour::apply(Outside::Ghiseul, request, next)
        };
        let at =
            |path: &str| web::resource(format!("{}{path}", simulator.base_path())).wrap(from_fn(as_switched));
        config
            .service(at("/.well-known/openid-configuration").route(web::get().to(metadata::configuration)))
            .service(at("/jwks").route(web::get().to(metadata::jwks)))
            .service(
                at("/").route(web::get().to(portal::show_portal)).route(web::post().to(portal::take_portal)),
            )
            .service(at("/handoff").route(web::get().to(handoff::hand_over)))
            .service(at("/authorize").route(web::get().to(authorize::authorize)))
            .service(at("/token").route(web::post().to(token::exchange_code)))
            .service(
                at("/flows/{flow}")
                    .route(web::get().to(steps::show_step))
                    .route(web::post().to(steps::take_step)),
            )
            .app_data(simulator);
    }
}

#[cfg(test)]
mod tests;
