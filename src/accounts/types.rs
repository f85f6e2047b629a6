//! Wire types of accounts and sessions.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::passwords::password::{NewPassword, Password};
use super::role::Role;
use super::second_factor::recovery_code::RecoveryCode;
use super::second_factor::totp::TotpCode;
use crate::http::Locale;
use crate::person::{Email, Phone};
use crate::text::Opaque;

/// Asks for an account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ana.popescu@example.ro",
    "password": "trei cai albi pe deal",
    "phone": "+40712345678"
}))]
pub(crate) struct CreateAccountRequest {
    /// The address for the confirmation and for logging in.
    pub(crate) email: Email,
    /// 10 to 128 characters, of any kind; no leaked or easily guessed password, none made of the name or address.
    pub(crate) password: NewPassword,
    /// E.164, Romanian or foreign.
    pub(crate) phone: Option<Phone>,
    /// Language of the mails; by default, that of the request.
    pub(crate) locale: Option<Locale>,
}

/// What was done with a registration; the same for every address.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConfirmationStatus {
    /// A mail is on its way to the owner of the address.
    ConfirmationSent,
}

/// The same for every address.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConfirmationSent {
    /// A mail was sent to the address.
    pub(crate) status: ConfirmationStatus,
}

/// The token from the mail, which proves that it was received.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "czc_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "password": "trei cai albi pe deal"
}))]
pub(crate) struct ConfirmEmailRequest {
    /// The token from the mailed link (after `token=`).
    pub(crate) token: Opaque<1, 128>,
    /// The password of the registration: the account opens only if it matches. Required for a registration, and for nothing
    /// else.
    pub(crate) password: Option<Password>,
}

/// Changes your account; members that are left out stay as they are.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "phone": "+40712345678",
    "current_password": "trei cai albi pe deal"
}))]
pub(crate) struct UpdateAccountRequest {
    /// E.164, Romanian or foreign; null removes the number.
    #[serde(default, deserialize_with = "present")]
    pub(crate) phone: Option<Option<Phone>>,
    /// For an account without one: we mail it a link, which confirms it when its owner, logged in, follows it.
    pub(crate) email: Option<Email>,
    /// With `email` or `phone`: the account's password, unless a proof of presence of the last five minutes stands for it.
    pub(crate) current_password: Option<Password>,
    /// Language of the mails.
    pub(crate) locale: Option<Locale>,
}

/// Distinguishes null from an absent field.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Phone>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// The address, an internationalized domain in Unicode; null for an account created by redirect, until its owner
    /// confirms one.
    #[schema(example = "ana.popescu@example.ro")]
    pub(crate) email: Option<String>,
    /// Whether the account has a confirmed address.
    pub(crate) email_confirmed: bool,
    /// E.164.
    #[schema(example = "+40712345678")]
    pub(crate) phone: Option<String>,
    /// Language of the mails.
    pub(crate) locale: Locale,
    /// Its role.
    pub(crate) role: Role,
    /// Whether the account has a password to log in with.
    pub(crate) password_set: bool,
    /// The identity of its owner.
    pub(crate) identity: IdentityResponse,
    /// When the address was confirmed, or the person first logged in by redirect.
    pub(crate) created_at: DateTime<Utc>,
}

/// Whether the identity of an account's owner was proved.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdentityStatus {
    /// Not yet, or no longer.
    Unverified,
    /// Proved.
    Verified,
}

/// Whether and how the identity of an account's owner was proved.
#[derive(Serialize, ToSchema)]
#[schema(as = Identity)]
pub(crate) struct IdentityResponse {
    /// Whether the identity was proved.
    pub(crate) status: IdentityStatus,
    /// `counter`, or the name of the identity provider.
    #[schema(example = "ghiseul")]
    pub(crate) method: Option<String>,
    /// When it was proved.
    pub(crate) verified_at: Option<DateTime<Utc>>,
    /// The proved person.
    pub(crate) person: Option<PersonResponse>,
}

/// A proved person.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonResponse {
    /// Personal numeric code.
    #[schema(example = "1800101221144")]
    pub(crate) cnp: String,
    /// Family name.
    #[schema(example = "Popescu")]
    pub(crate) family_name: String,
    /// Given names.
    #[schema(example = "Ana Maria")]
    pub(crate) given_name: String,
    /// Date of birth.
    pub(crate) birth_date: NaiveDate,
}

/// A log-in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ana.popescu@example.ro",
    "password": "trei cai albi pe deal"
}))]
pub(crate) struct CreateSessionRequest {
    /// The account's address.
    pub(crate) email: Email,
    /// The account's password.
    pub(crate) password: Password,
    /// The code shown by the authenticator app, if the account has a second factor.
    pub(crate) totp: Option<TotpCode>,
    /// Alternatively, one of the recovery codes.
    pub(crate) recovery_code: Option<RecoveryCode>,
}

/// Asks for new tokens.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "czr_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct RefreshSessionRequest {
    /// The current refresh token; it works once.
    pub(crate) refresh_token: Opaque<1, 128>,
}

/// How an access token is shown (RFC 6750).
#[derive(Serialize, ToSchema)]
pub(crate) enum TokenType {
    /// As `Authorization: Bearer`.
    Bearer,
}

/// Tokens of a session (names as in RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
#[schema(as = SessionTokens)]
pub(crate) struct SessionTokensResponse {
    /// For `Authorization: Bearer`.
    #[schema(example = "cza_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) access_token: String,
    /// Always `Bearer`.
    pub(crate) token_type: TokenType,
    /// Lifetime of the access token, in seconds.
    #[schema(example = 900)]
    pub(crate) expires_in: i64,
    /// For the next refresh; works once.
    #[schema(example = "czr_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) refresh_token: String,
    /// Lifetime of the refresh token, in seconds.
    #[schema(example = 1_209_600)]
    pub(crate) refresh_expires_in: i64,
}

/// An open session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// When the person logged in.
    pub(crate) created_at: DateTime<Utc>,
    /// When its tokens were last refreshed.
    pub(crate) refreshed_at: DateTime<Utc>,
    /// When it ends at the latest, however often it is refreshed.
    pub(crate) ends_at: DateTime<Utc>,
    /// When the second factor was last verified in it.
    pub(crate) second_factor_at: Option<DateTime<Utc>>,
    /// Whether it is the session of this request.
    pub(crate) current: bool,
}

/// A page of sessions, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionPage {
    /// The sessions.
    pub(crate) items: Vec<SessionResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}
