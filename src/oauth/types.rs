//! Wire types of what a person granted, and of what a client learns of a person.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::grant_store::GrantRow;
use crate::clients::Scope;
use crate::http::Locale;

/// What you granted a client.
#[derive(Serialize, ToSchema)]
#[schema(as = Grant)]
pub(crate) struct GrantResponse {
    /// UUIDv7.
    id: Uuid,
    /// The client's id.
    #[schema(example = "city-hall")]
    client_id: String,
    /// The client's name.
    #[schema(example = "Portalul orașului")]
    client_name: String,
    /// What it may do.
    scopes: Vec<Scope>,
    /// When you granted it something for the first time.
    created_at: DateTime<Utc>,
    /// When you granted it something last.
    granted_at: DateTime<Utc>,
}

impl GrantResponse {
    pub(super) fn of(row: GrantRow) -> Self {
        Self {
            id: row.id,
            scopes: Scope::all_in(row.scopes()),
            client_id: row.client_id,
            client_name: row.client_name,
            created_at: row.created_at,
            granted_at: row.granted_at,
        }
    }
}

/// What you granted.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPage {
    /// The grants, newest first.
    pub(crate) items: Vec<GrantResponse>,
    /// For the next page; null on the last.
    #[schema(example = "AZAAAAAAcACAAAAAAAAAAA")]
    pub(crate) next_cursor: Option<String>,
}

/// What the token's scopes tell of its person (OpenID Connect Core, section 5.3).
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct UserInfo {
    /// The account's id: the person, for this service.
    pub(crate) sub: Uuid,
    /// By the scope `profile`: the address, if it was confirmed; its domain in ASCII (RFC 5322, RFC 5890).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ana.popescu@example.ro")]
    pub(crate) email: Option<String>,
    /// By the scope `profile`: whether there is a confirmed address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_verified: Option<bool>,
    /// By the scope `profile`: the phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+40712345678")]
    pub(crate) phone_number: Option<String>,
    /// By the scope `profile`: the language of the mails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) locale: Option<Locale>,
    /// By the scope `identity`: whether the identity was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity_verified: Option<bool>,
    /// By the scope `identity`: the given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ana")]
    pub(crate) given_name: Option<String>,
    /// By the scope `identity`: the family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Popescu")]
    pub(crate) family_name: Option<String>,
    /// By the scope `identity`: the day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) birthdate: Option<NaiveDate>,
    /// By the scope `identity`: the CNP.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2880514121171")]
    pub(crate) cnp: Option<String>,
}
