//! Wire types of changes of addresses.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::accounts::passwords::Password;
use crate::person::Email;
use crate::text::{Opaque, Rule};

pub(super) const FIRST_ADDRESS: Rule = Rule::new(
    "first_address",
    "The account has no address yet: set its first one by `PATCH /v1/accounts/me`",
    "Contul nu are încă o adresă: indicați prima adresă prin `PATCH /v1/accounts/me`",
);
pub(super) const SAME_ADDRESS: Rule =
    Rule::new("same_address", "This is the account's address", "Aceasta este adresa contului");

/// Asks for another address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeEmailRequest {
    /// The new address.
    #[schema(value_type = String, format = Email, max_length = 254, example = "ana.ionescu@example.ro")]
    pub(crate) email: Email,
    /// The account's password, unless a proof of presence of the last five minutes stands for it.
    #[schema(value_type = Option<String>, format = Password, min_length = 1, max_length = 128, example = "trei cai albi pe deal")]
    pub(crate) current_password: Option<Password>,
}

/// A change of address that waits.
#[derive(Serialize, ToSchema)]
#[schema(as = EmailChange)]
pub(crate) struct EmailChangeResponse {
    /// The new address.
    #[schema(example = "ana.ionescu@example.ro")]
    pub(crate) email: String,
    /// When it was asked for.
    pub(crate) requested_at: DateTime<Utc>,
    /// From then on it is the account's address, if it is confirmed and nobody has stopped it.
    pub(crate) effective_at: DateTime<Utc>,
    /// When the link mailed to it was followed.
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
}

/// Stops a change of address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StopEmailChangeRequest {
    /// The token from the mailed link (after `token=`).
    #[schema(value_type = String, min_length = 1, max_length = 128, example = "czk_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) token: Opaque<1, 128>,
}
