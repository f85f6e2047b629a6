//! The protocol of the remote registers, version 1: one POST a question, so that no CNP and no CUI stands in a URL or in
//! a log of addresses; the answer repeats whom it is about, and its `Content-Digest` (RFC 9530) is over its very bytes.
//!
//! `openapi/registry.json` is made from these types.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CivilStatus, Company, CriminalRecordEntry};
use crate::person::{Cnp, Cui};
use crate::text::Rule;
use crate::time::civil_date;

/// Where criminal records are asked for.
pub const CRIMINAL_RECORDS_PATH: &str = "/v1/criminal-records/query";
/// Where civil status is asked for.
pub const CIVIL_STATUS_PATH: &str = "/v1/civil-status/query";
/// Where criminal records of legal persons are asked for.
pub const COMPANY_CRIMINAL_RECORDS_PATH: &str = "/v1/company-criminal-records/query";
/// Where legal persons are asked for.
pub const COMPANIES_PATH: &str = "/v1/companies/query";
/// The header with the digest of an answer.
pub const CONTENT_DIGEST: &str = "content-digest";

/// A question about a natural person.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// Made by the asker, new for each question; the answer repeats it.
    pub query_id: Uuid,
    /// Personal numeric code.
    #[schema(min_length = 13, max_length = 13, pattern = "^[1-9][0-9]{12}$", example = "1800101221144")]
    pub cnp: String,
}

/// What the criminal-record register holds on a person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CriminalRecordAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(value_type = String, min_length = 13, max_length = 13, example = "1800101221144")]
    pub cnp: Cnp,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The entries in force, as certificates print them; an empty list, never null or absent, means that the person is not
    /// entered.
    pub entries: Vec<CriminalRecordEntry>,
}

/// What the population register holds on a person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CivilStatusAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(value_type = String, min_length = 13, max_length = 13, example = "1800101221144")]
    pub cnp: Cnp,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The person; null, and never absent, when the register does not know them.
    #[serde(deserialize_with = "present")]
    pub person: Option<CivilStatus>,
}

/// A question about a legal person.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyQuery {
    /// Made by the asker, new for each question; the answer repeats it.
    pub query_id: Uuid,
    /// Fiscal code, digits alone.
    #[schema(min_length = 2, max_length = 10, pattern = "^[1-9][0-9]{1,9}$", example = "12345674")]
    pub cui: String,
}

/// What the criminal-record register holds on a legal person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CompanyCriminalRecordAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(value_type = String, min_length = 2, max_length = 10, example = "12345674")]
    pub cui: Cui,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The entries in force, as certificates print them; an empty list, never null or absent, means that the legal person is
    /// not entered.
    pub entries: Vec<CriminalRecordEntry>,
}

/// What the company register holds on a legal person.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CompanyAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(value_type = String, min_length = 2, max_length = 10, example = "12345674")]
    pub cui: Cui,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The legal person; null, and never absent, when the register does not know it.
    #[serde(deserialize_with = "present")]
    pub company: Option<Company>,
}

/// Reads a member that is null only where it is there: an answer that lost it says nothing about anybody.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A question or an answer: its id, and whom it is about.
pub trait Message {
    /// The id that an answer repeats.
    fn query_id(&self) -> Uuid;
    /// CNP or CUI.
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

/// An answer from a cache or a copy that stood still, or of a clock that nobody set.
const ANSWERED_AT: Rule = Rule::new(
    "answered_at",
    "An answer is of the moment at which the register was asked",
    "Un răspuns este din momentul întrebării",
);
/// How far the clocks of both sides may be apart.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// An answer, which must be one that can be true.
pub trait Answer: Message {
    /// When the register looked.
    fn answered_at(&self) -> DateTime<Utc>;

    /// Holds what it says of its subject against the moment.
    ///
    /// # Errors
    /// The member, and the rule that it breaks.
    fn check_subject(&self, now: DateTime<Utc>) -> Result<(), Broken>;

    /// Holds all of it against the moment.
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

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// The value of `Content-Digest` for a body.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha256(body)))
}
