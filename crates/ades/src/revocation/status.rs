//! Whether a certificate was revoked at a time.

use chrono::{DateTime, Utc};

use super::{Answer, Evidence};
use crate::certificate::Certificate;
use crate::limits::CLOCK_SKEW;

/// What is known of a certificate at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its issuer says, at that time or later, that it is not revoked, or was revoked after that time.
    Good,
    /// It was revoked, and no later than at that time.
    Revoked(DateTime<Utc>),
    /// Its issuer publishes revocation, and there is no evidence that tells about that time.
    Unknown,
    /// Its issuer names no place where revocation would be published.
    NotPublished,
}

/// What `evidence` says of `certificate` of `issuer` at `at`. `now` is when the question is asked: evidence from later
/// than that is not believed.
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
    // Bad news does not age, whatever other evidence says.
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

/// Whether an answer is about that time: given at it or later, or in force at it. Issuers forget certificates that
/// expired, so that silence about one says nothing.
fn tells_about(answer: &Answer, certificate: &Certificate, at: DateTime<Utc>) -> bool {
    let until = answer.next_update.unwrap_or(answer.this_update);
    until + CLOCK_SKEW >= at && answer.this_update <= certificate.not_after()
}
