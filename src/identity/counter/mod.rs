//! Proof of identity at a counter: a person claims an identity and gets a code; an officer compares the claim with a
//! document and certifies or rejects, once and with the second factor; the same office can undo within a day.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `claim`, `activation_code` | the person's side: the claim, the code |
//! | `desk`, `undo`, `view` | the officer's side: open, decide, undo, list |
//! | `lost_factor` | a person who has lost their second factor |
//! | `ownership` | one person, one account: how a person moves between accounts |

pub(super) mod activation_code;
pub(super) mod claim;
mod desk;
mod handlers;
mod lost_factor;
mod mails;
mod ownership;
pub(crate) mod store;
pub(super) mod types;
mod undo;
mod view;

#[cfg(test)]
pub(crate) use claim::doors as claim_doors;

use chrono::TimeDelta;
use utoipa_actix_web::service_config::ServiceConfig;

/// The method's name in accounts and verifications.
pub(crate) const METHOD: &str = "counter";
/// How long an opened verification can be decided. Later it must be opened again: the person has left.
const DECIDE_WITHIN: TimeDelta = TimeDelta::hours(1);
/// How long the deciding office may undo.
pub(crate) const UNDO_WITHIN: TimeDelta = TimeDelta::hours(24);

/// Registers the routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::open_counter_verification)
        .service(handlers::decide_counter_verification)
        .service(handlers::undo_counter_verification)
        .service(handlers::list_counter_decisions)
        .service(handlers::reset_counter_second_factor);
}
