//! Wire types of passwords.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::Password;
use crate::accounts::store::Account;
use crate::accounts::types::is_email;
use crate::accounts::view;
use crate::error::Error;
use crate::http::validation::broken;
use crate::person::{Email, Keyring};

/// Validates a field with a new password.
pub(crate) fn is_chosen(value: &str) -> Result<(), ValidationError> {
    Password::choose(value).map(drop).map_err(broken)
}

/// Validates a field with a password to be verified.
pub(crate) fn is_shown(value: &str) -> Result<(), ValidationError> {
    Password::show(value).map(drop).map_err(broken)
}

/// Parses the new password of an account.
///
/// # Errors
/// The broken rule, at the field of the request; also if the password is the account's address.
pub(super) fn chosen(keyring: &Keyring, account: &Account, text: &str) -> Result<Password, Error> {
    let invalid = |rule| Error::invalid("/password", rule);
    let password = Password::choose(text).map_err(invalid)?;
    let email = view::email(keyring, account)?.and_then(|email| Email::parse(&email).ok());
    email.map_or(Ok(()), |email| password.refuse_address(&email)).map_err(invalid)?;
    Ok(password)
}

/// Asks for a mail that resets the password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestPasswordResetRequest {
    /// The account's address.
    #[validate(custom(function = "is_email"))]
    #[schema(format = Email, max_length = 254, example = "ana.popescu@example.ro")]
    pub(crate) email: String,
}

/// What was done with a wish for a new password; the same for every address.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResetStatus {
    /// If the address has an account, a mail was sent to its owner.
    ResetSent,
}

/// The same for every address.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetSent {
    /// If the address has an account, a mail was sent to its owner.
    pub(crate) status: ResetStatus,
}

/// A new password, with the token from the mail.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPasswordRequest {
    /// The token from the mailed link (after `token=`).
    #[validate(length(min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128, example = "czp_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) token: String,
    /// 10 to 128 characters, of any kind.
    #[validate(custom(function = "is_chosen"))]
    #[schema(format = Password, min_length = 10, max_length = 128, example = "patru cai albi pe deal")]
    pub(crate) password: String,
}

/// Changes the password of a logged-in user.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePasswordRequest {
    /// The current password; leave it out if the account has none yet.
    #[validate(custom(function = "is_shown"))]
    #[schema(format = Password, min_length = 1, max_length = 128, example = "trei cai albi pe deal")]
    pub(crate) current_password: Option<String>,
    /// 10 to 128 characters, of any kind.
    #[validate(custom(function = "is_chosen"))]
    #[schema(format = Password, min_length = 10, max_length = 128, example = "patru cai albi pe deal")]
    pub(crate) password: String,
}
