//! Passwords: hashing, resetting a forgotten one by mail, setting and changing.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `password` | a password, and the rules for a new one |
//! | `listed` `context` | the list of leaked and easily guessed passwords; words that are known of the owner |
//! | `hash` `hashers` `memory` `fair_queue` | Argon2id, on few threads with memory of their own; senders wait in turn |
//! | `change` `reset` | setting and changing; a mailed link for a forgotten one |
//! | `renewal` | hashes with older parameters are renewed at log-in |

mod change;
mod context;
mod fair_queue;
mod handlers;
pub(crate) mod hash;
mod hashers;
mod listed;
mod mails;
mod memory;
pub(super) mod password;
pub(super) mod renewal;
mod reset;
pub(crate) mod store;
mod types;

pub(crate) use context::Owner;
pub(crate) use password::{NewPassword, Password};
pub use reset::ResetJob;
pub(crate) use reset::invitation;

use utoipa_actix_web::service_config::ServiceConfig;

use super::store::Account;
use super::view;
use crate::error::{Error, Result};
use crate::person::{Email, Keyring, ProvedPerson};

/// Registers the routes of this room.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::request_password_reset)
        .service(handlers::reset_password)
        .service(handlers::change_password);
}

/// Takes the new password of an account.
///
/// # Errors
/// `password_is_email`, `password_from_context`, at the field of the request.
fn chosen(keyring: &Keyring, account: &Account, password: NewPassword) -> Result<Password> {
    let email = view::email(keyring, account)?.and_then(|email| Email::parse(&email).ok());
    let person = account.person.as_deref().map(|person| ProvedPerson::decrypt(keyring, account.id, person));
    let owner = Owner::new(email, person.transpose().map_err(Error::internal)?);
    password.chosen_by(&owner).map_err(|rule| Error::invalid("/password", rule))
}
