//! Passwords: hashing, resetting a forgotten one by mail, setting and changing.

mod change;
mod fair_queue;
mod handlers;
pub(crate) mod hash;
mod hashers;
mod mails;
mod memory;
pub(super) mod password;
mod reset;
pub(crate) mod store;
mod types;

pub(crate) use password::{NewPassword, Password};
pub use reset::ResetJob;
pub(crate) use reset::invitation;

use utoipa_actix_web::service_config::ServiceConfig;

use super::store::Account;
use super::view;
use crate::error::{Error, Result};
use crate::person::{Email, Keyring};

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
/// `password_is_email`, at the field of the request.
fn chosen(keyring: &Keyring, account: &Account, password: NewPassword) -> Result<Password> {
    let email = view::email(keyring, account)?.and_then(|email| Email::parse(&email).ok());
    password.of(email.as_ref()).map_err(|rule| Error::invalid("/password", rule))
}
