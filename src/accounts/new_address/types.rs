//! Wire types of changes of addresses.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::accounts::passwords::Password;
use crate::person::Email;
use crate::text::{At, Opaque, Rule};

pub(super) const FIRST_ADDRESS: Rule = Rule::new(
    "first_address",
    "The account has no address yet: set its first one by `PATCH /v1/accounts/me`",
    "Contul nu are încă o adresă: indicați prima adresă prin `PATCH /v1/accounts/me`",
);
pub(super) const SAME_ADDRESS: Rule =
    Rule::new("same_address", "This is the account's address", "Aceasta este adresa contului");

/// The rules of a change, besides those of its fields.
pub(super) const RULES: &[At] = &[("/email", FIRST_ADDRESS), ("/email", SAME_ADDRESS)];

/// Asks for another address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana.ionescu@example.ro", "current_password": "trei cai albi pe deal"}))]
pub(crate) struct ChangeEmailRequest {
    /// The new address.
    pub(crate) email: Email,
    /// The account's password, unless a proof of presence of the last five minutes stands for it.
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
#[schema(example = json!({"token": "czk_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct StopEmailChangeRequest {
    /// The token from the mailed link (after `token=`).
    pub(crate) token: Opaque<1, 128>,
}
