//! Wire types of passwords.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::password::{NewPassword, Password};
use crate::person::Email;
use crate::text::Opaque;

/// Asks for a mail that resets the password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana.popescu@example.ro"}))]
pub(crate) struct RequestPasswordResetRequest {
    /// The account's address.
    pub(crate) email: Email,
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
#[schema(example = json!({
    "token": "czp_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "password": "patru cai albi pe deal"
}))]
pub(crate) struct ResetPasswordRequest {
    /// The token from the mailed link (after `token=`).
    pub(crate) token: Opaque<1, 128>,
    /// 10 to 128 characters, of any kind; no leaked or easily guessed password, none made of the name or address.
    pub(crate) password: NewPassword,
}

/// Changes the password of a logged-in user.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "current_password": "trei cai albi pe deal",
    "password": "patru cai albi pe deal"
}))]
pub(crate) struct ChangePasswordRequest {
    /// The current password, unless a proof of presence of the last five minutes stands for it.
    pub(crate) current_password: Option<Password>,
    /// 10 to 128 characters, of any kind; no leaked or easily guessed password, none made of the name or address.
    pub(crate) password: NewPassword,
}
