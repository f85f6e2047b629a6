//! The protocol of the remote registers, version 1. One POST for each query, so that no CNP or CUI appears in a URL or
//! an access log. The answer repeats its subject, and its `Content-Digest` (RFC 9530) covers its exact bytes.
//!
//! `openapi/registry.json` is generated from these types.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{CivilStatus, Company, CriminalRecordEntry};
use crate::person::{Cnp, Cui};
use crate::text::Rule;
use crate::time::civil_date;

/// The path for criminal records.
pub const CRIMINAL_RECORDS_PATH: &str = "/v1/criminal-records/query";
/// The path for civil status.
pub const CIVIL_STATUS_PATH: &str = "/v1/civil-status/query";
/// The path for criminal records of legal persons.
pub const COMPANY_CRIMINAL_RECORDS_PATH: &str = "/v1/company-criminal-records/query";
/// The path for legal persons.
pub const COMPANIES_PATH: &str = "/v1/companies/query";
/// The header with the digest of the answer's body.
pub const CONTENT_DIGEST: &str = "content-digest";

/// A query about a natural person.
#[derive(Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// Chosen by the client, new for each query; the answer repeats it.
    pub query_id: Uuid,
    /// Personal numeric code.
    #[schema(min_length = 13, max_length = 13, pattern = "^[1-9][0-9]{12}$", example = "1800101221144")]
    pub cnp: String,
}

/// The criminal record of a person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CriminalRecordAnswer {
    /// The query's id.
    pub query_id: Uuid,
    /// The subject of the answer.
    #[schema(value_type = String, min_length = 13, max_length = 13, example = "1800101221144")]
    pub cnp: Cnp,
    /// When the register was queried.
    pub answered_at: DateTime<Utc>,
    /// The entries in force, as certificates print them. An empty list, never null or absent, means that the person has
    /// no entries.
    pub entries: Vec<CriminalRecordEntry>,
}

/// The civil status of a person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CivilStatusAnswer {
    /// The query's id.
    pub query_id: Uuid,
    /// The subject of the answer.
    #[schema(value_type = String, min_length = 13, max_length = 13, example = "1800101221144")]
    pub cnp: Cnp,
    /// When the register was queried.
    pub answered_at: DateTime<Utc>,
    /// The person; null, but never absent, if the register does not know them.
    #[serde(deserialize_with = "present")]
    pub person: Option<CivilStatus>,
}

/// A query about a legal person.
#[derive(Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyQuery {
    /// Chosen by the client, new for each query; the answer repeats it.
    pub query_id: Uuid,
    /// Fiscal code, digits only.
    #[schema(min_length = 2, max_length = 10, pattern = "^[1-9][0-9]{1,9}$", example = "12345674")]
    pub cui: String,
}

/// The criminal record of a legal person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CompanyCriminalRecordAnswer {
    /// The query's id.
    pub query_id: Uuid,
    /// The subject of the answer.
    #[schema(value_type = String, min_length = 2, max_length = 10, example = "12345674")]
    pub cui: Cui,
    /// When the register was queried.
    pub answered_at: DateTime<Utc>,
    /// The entries in force, as certificates print them. An empty list, never null or absent, means that the legal
    /// person has no entries.
    pub entries: Vec<CriminalRecordEntry>,
}

/// The company register's data about a legal person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CompanyAnswer {
    /// The query's id.
    pub query_id: Uuid,
    /// The subject of the answer.
    #[schema(value_type = String, min_length = 2, max_length = 10, example = "12345674")]
    pub cui: Cui,
    /// When the register was queried.
    pub answered_at: DateTime<Utc>,
    /// The legal person; null, but never absent, if the register does not know it.
    #[serde(deserialize_with = "present")]
    pub company: Option<Company>,
}

/// Deserializes a member that may be null but not absent: an answer that lost it says nothing about anybody.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A query or an answer, with its id and subject.
pub trait Message {
    /// Returns the id, which the answer repeats.
    fn query_id(&self) -> Uuid;
    /// Returns the CNP or CUI.
    fn subject(&self) -> &str;
}

macro_rules! message {
    ($($name:ident $subject:ident;)*) => {$(
        impl Message for $name {
            fn query_id(&self) -> Uuid {
                self.query_id
            }

            fn subject(&self) -> &str {
                self.$subject.as_str()
            }
        }
    )*};
}

message! {
    PersonQuery cnp;
    CriminalRecordAnswer cnp;
    CivilStatusAnswer cnp;
    CompanyQuery cui;
    CompanyCriminalRecordAnswer cui;
    CompanyAnswer cui;
}

/// A member of an answer, and the rule that it breaks.
pub type Broken = (&'static str, &'static Rule);

/// Refuses an answer from a cache or a stale copy, or with a wrong clock.
const ANSWERED_AT: Rule = Rule::new(
    "answered_at",
    "The answer must carry the time at which the register was asked",
    "Răspunsul trebuie să poarte momentul la care a fost interogat registrul",
);
/// The accepted difference between both sides' clocks.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// An answer whose plausibility can be checked.
pub trait Answer: Message {
    /// Returns when the register was queried.
    fn answered_at(&self) -> DateTime<Utc>;

    /// Checks what the answer says about its subject, as of `now`.
    ///
    /// # Errors
    /// The member, and the rule that it breaks.
    fn check_subject(&self, now: DateTime<Utc>) -> Result<(), Broken>;

    /// Checks the whole answer, as of `now`.
    ///
    /// # Errors
    /// The member, and the rule that it breaks.
    fn check(&self, now: DateTime<Utc>) -> Result<(), Broken> {
        if (now - self.answered_at()).abs() > CLOCKS_DIFFER {
            return Err(("answered_at", &ANSWERED_AT));
        }
        self.check_subject(now + CLOCKS_DIFFER)
    }
}

fn check_entries(entries: &[CriminalRecordEntry], now: DateTime<Utc>) -> Result<(), Broken> {
    let today = civil_date::today(now);
    entries.iter().try_for_each(|entry| entry.check(today)).map_err(|rule| ("entries", rule))
}

impl Answer for CriminalRecordAnswer {
    fn answered_at(&self) -> DateTime<Utc> {
        self.answered_at
    }

    fn check_subject(&self, now: DateTime<Utc>) -> Result<(), Broken> {
        check_entries(&self.entries, now)
    }
}

impl Answer for CompanyCriminalRecordAnswer {
    fn answered_at(&self) -> DateTime<Utc> {
        self.answered_at
    }

    fn check_subject(&self, now: DateTime<Utc>) -> Result<(), Broken> {
        check_entries(&self.entries, now)
    }
}

impl Answer for CivilStatusAnswer {
    fn answered_at(&self) -> DateTime<Utc> {
        self.answered_at
    }

    fn check_subject(&self, now: DateTime<Utc>) -> Result<(), Broken> {
        let check = |person: &CivilStatus| person.check(&self.cnp, now);
        self.person.as_ref().map_or(Ok(()), check).map_err(|rule| ("person", rule))
    }
}

impl Answer for CompanyAnswer {
    fn answered_at(&self) -> DateTime<Utc> {
        self.answered_at
    }

    fn check_subject(&self, now: DateTime<Utc>) -> Result<(), Broken> {
        self.company.as_ref().map_or(Ok(()), |company| company.check(now)).map_err(|rule| ("company", rule))
    }
}

/// Computes the SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// Returns the value of `Content-Digest` for a body.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64.encode(&sha256(body)))
}
