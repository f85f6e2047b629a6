//! The content of a certificate: the signed canonical JSON (RFC 8785), which every reader relies on. A change of
//! meaning needs a new [`VERSION`].

use crate::text::Bilingual;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use data_encoding::HEXLOWER;
use serde::Serialize;

use super::finding::Finding;
use super::subject::{Holder, Subject};
use crate::error::{Error, Result};
use crate::registry::{CriminalRecord, CriminalRecordEntry};

/// Version of this structure.
pub const VERSION: &str = "1";
/// Media type of the signed bytes.
pub const MEDIA_TYPE: &str = "application/json";

/// The laws that give the certificate its force.
const LEGAL_BASIS: &[&str] = &["Legea nr. 290/2004, art. 28", "Legea nr. 3/2023", "Legea nr. 204/2025"];
const TEST_NOTICE: &str = "Document de test, fără valoare juridică. Test document, no legal value.";

/// The reason for which a certificate is valid.
#[derive(Debug, Clone, Serialize)]
pub struct Reason<'a> {
    /// Its code in the published list.
    pub code: &'a str,
    /// Its label.
    pub label: Bilingual,
    /// The applicant's own words, if the list asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
}

/// The data for a new certificate.
pub struct Facts<'a> {
    /// The service that issues it.
    pub service: &'a str,
    /// The holder.
    pub subject: &'a Subject,
    /// The criminal record.
    pub record: &'a CriminalRecord,
    /// Registration number of the certificate that this one replaces.
    pub corrects: Option<&'a str>,
    /// The reason.
    pub reason: Reason<'a>,
    /// The issuing unit.
    pub issuing_unit: &'a str,
    /// URL of the public verification.
    pub verification_url: &'a str,
    /// Whether the document must be marked as a test.
    pub is_test: bool,
}

impl Facts<'_> {
    /// Returns the finding.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding::of(self.record)
    }
}

/// Numbers and dates of a certificate.
pub struct Marks<'a> {
    /// Registration number.
    pub registration_number: &'a str,
    /// Control code as printed.
    pub control_code: &'a str,
    /// The time of issue.
    pub issued_at: DateTime<Utc>,
    /// The day of issue, as a civil date in Europe/Bucharest.
    pub issued_on: NaiveDate,
    /// Last day of validity.
    pub valid_until: NaiveDate,
}

#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'static str>,
    registration_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<&'a str>,
    issued_at: String,
    issued_on: NaiveDate,
    valid_until: NaiveDate,
    issuing_unit: &'a str,
    holder: Holder<'a>,
    reason: &'a Reason<'a>,
    finding: Finding,
    finding_text: Bilingual,
    entries: &'a [CriminalRecordEntry],
    register: RegisterAnswer,
    legal_basis: &'static [&'static str],
    verification: Verification<'a>,
}

#[derive(Serialize)]
struct RegisterAnswer {
    asked_at: String,
    sha256: String,
}

#[derive(Serialize)]
struct Verification<'a> {
    url: &'a str,
    control_code: &'a str,
}

/// Returns the bytes to sign.
///
/// # Errors
/// `register_record_unreadable` if the register has unreadable entries; otherwise only if the canonical form cannot be
/// written, which is a bug of ours.
pub fn canonical(facts: &Facts<'_>, marks: &Marks<'_>) -> Result<Vec<u8>> {
    let payload = Payload {
        kind: facts.service,
        version: VERSION,
        notice: facts.is_test.then_some(TEST_NOTICE),
        registration_number: marks.registration_number,
        corrects: facts.corrects,
        issued_at: rfc3339(marks.issued_at),
        issued_on: marks.issued_on,
        valid_until: marks.valid_until,
        issuing_unit: facts.issuing_unit,
        holder: facts.subject.holder(),
        reason: &facts.reason,
        finding: facts.finding(),
        finding_text: Subject::finding_text(facts.finding()),
        entries: facts.record.entries()?,
        register: RegisterAnswer {
            asked_at: rfc3339(facts.record.asked_at),
            sha256: HEXLOWER.encode(&facts.record.digest),
        },
        legal_basis: LEGAL_BASIS,
        verification: Verification { url: facts.verification_url, control_code: marks.control_code },
    };
    serde_json_canonicalizer::to_vec(&payload).map_err(Error::internal)
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
