//! Whether a certificate was revoked at a time.

use chrono::{DateTime, Utc};

use super::{Answer, Evidence};
use crate::certificate::Certificate;
use crate::limits::CLOCK_SKEW;

/// What is known about the revocation of a certificate at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The issuer says, at that time or later, that it was not revoked at that time.
    Good,
    /// It was revoked at this moment, which is not after that time.
    Revoked(DateTime<Utc>),
    /// The issuer publishes revocation, and no evidence covers that time.
    Unknown,
    /// The certificate names no address where revocation would be published.
    NotPublished,
}

/// Weighs what `evidence` says of `certificate` of `issuer` at `at`. Evidence from after `now` does not count.
#[must_use]
pub fn status(
    certificate: &Certificate,
    issuer: &Certificate,
    evidence: &[&Evidence],
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Status {
    let answers = evidence.iter().filter_map(|evidence| evidence.about(certificate, issuer));
    let answers: Vec<Answer> = answers.filter(|answer| answer.this_update <= now + CLOCK_SKEW).collect();
    // A revocation counts however old it is, whatever other evidence says.
    if let Some(revoked) = answers.iter().filter_map(|answer| answer.revoked_at).min()
        && revoked <= at
    {
        return Status::Revoked(revoked);
    }
    if answers.iter().any(|answer| tells_about(answer, certificate, at)) {
        Status::Good
    } else if certificate.publishes_revocation() {
        Status::Unknown
    } else {
        Status::NotPublished
    }
}

/// Whether an answer covers that time: given at it or later, or in force at it. Issuers drop expired certificates from
/// their CRLs, so that silence about one says nothing.
fn tells_about(answer: &Answer, certificate: &Certificate, at: DateTime<Utc>) -> bool {
    let until = answer.next_update.unwrap_or(answer.this_update);
    until + CLOCK_SKEW >= at && answer.this_update <= certificate.not_after()
}
