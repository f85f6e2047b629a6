//! What goes over the wire about passwords.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::accounts::store::Account;
use crate::accounts::types::is_email;
use crate::accounts::view;
use crate::error::Error;
use crate::http::validation::broken;
use crate::person::Keyring;
use crate::rule::Rule;

const PASSWORD_LENGTH: Rule = Rule::new(
    "password_length",
    "A password has 10 to 128 characters",
    "O parolă are între 10 și 128 de caractere",
);

/// NIST SP 800-63B: length is what counts; no rule about kinds of characters.
pub(crate) fn is_password(value: &str) -> Result<(), ValidationError> {
    let fits = (10..=128).contains(&value.chars().count()) && !value.contains('\0');
    if fits { Ok(()) } else { Err(broken(&PASSWORD_LENGTH)) }
}

const PASSWORD_IS_EMAIL: Rule = Rule::new(
    "password_is_email",
    "The password must not be the e-mail address",
    "Parola nu poate fi adresa de e-mail",
);

/// The rule between a password and the address it is for.
pub(crate) fn password_rule(password: &str, email: &str) -> Option<&'static Rule> {
    password.eq_ignore_ascii_case(email).then_some(&PASSWORD_IS_EMAIL)
}

/// The same for the address of an account.
pub(super) fn refuse_address(keyring: &Keyring, account: &Account, password: &str) -> Result<(), Error> {
    let email = view::email(keyring, account)?.unwrap_or_default();
    password_rule(password, &email).map_or(Ok(()), |rule| Err(Error::invalid("/password", rule)))
}

/// A wish to replace a forgotten password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestPasswordResetRequest {
    /// The account's address.
    #[validate(custom(function = "is_email"))]
    #[schema(format = Email, max_length = 254, example = "ana.popescu@example.ro")]
    pub(crate) email: String,
}

/// The same for every address.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetSent {
    /// If the address has an account, a mail is on its way to its owner.
    #[schema(example = "reset_sent")]
    pub(crate) status: &'static str,
}

/// The new password, with the proof that the mail was received.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPasswordRequest {
    /// What stood behind `token=` in the mailed link.
    #[validate(length(min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128, example = "czp_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) token: String,
    /// 10 to 128 characters, of any kind.
    #[validate(custom(function = "is_password"))]
    #[schema(format = Password, min_length = 10, max_length = 128, example = "patru cai albi pe deal")]
    pub(crate) password: String,
}

/// A new password for who is logged in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePasswordRequest {
    /// The password so far; left out when the account has none yet.
    #[validate(length(min = 1, max = 128))]
    #[schema(format = Password, min_length = 1, max_length = 128, example = "trei cai albi pe deal")]
    pub(crate) current_password: Option<String>,
    /// 10 to 128 characters, of any kind.
    #[validate(custom(function = "is_password"))]
    #[schema(format = Password, min_length = 10, max_length = 128, example = "patru cai albi pe deal")]
    pub(crate) password: String,
}
