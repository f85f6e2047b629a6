//! The protocol of the remote registers, version 1: one POST a question, so that no CNP and no CUI stands in a URL or in
//! a log of addresses; the answer repeats whom it is about, and its `Content-Digest` (RFC 9530) is over its very bytes.
//!
//! `openapi/registry.json` is made from these types.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CivilStatus, Company, CriminalRecordEntry};

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
#[serde(deny_unknown_fields)]
pub struct CriminalRecordAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(example = "1800101221144")]
    pub cnp: String,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The entries in force, as certificates print them; none means that the person is not entered.
    pub entries: Vec<CriminalRecordEntry>,
}

/// What the population register holds on a person.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CivilStatusAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(example = "1800101221144")]
    pub cnp: String,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The person; null when the register does not know them.
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
#[serde(deny_unknown_fields)]
pub struct CompanyCriminalRecordAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(example = "12345674")]
    pub cui: String,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The entries in force, as certificates print them; none means that the legal person is not entered.
    pub entries: Vec<CriminalRecordEntry>,
}

/// What the company register holds on a legal person.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyAnswer {
    /// The question's own id.
    pub query_id: Uuid,
    /// Whom the answer is about.
    #[schema(example = "12345674")]
    pub cui: String,
    /// When the register looked.
    pub answered_at: DateTime<Utc>,
    /// The legal person; null when the register does not know it.
    pub company: Option<Company>,
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
                &self.$subject
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
