//! The outcome of a verification, derived in one place for numbers and for files.

use chrono::NaiveDate;

use crate::certificates::CertificateStatus;
use crate::certificates::binding::Bound;
use crate::error::Result;
use crate::text::coded;

coded! {
    /// The outcome in one word.
    #[schema(as = VerificationOutcome)]
    pub(crate) enum Outcome in "certificate_checks.outcome" {
        /// Issued by this service, to this holder, and still valid.
        Valid = "valid",
        /// Issued by this service, to this holder; its validity is over.
        Expired = "expired",
        /// Issued by this service, to this holder, and revoked.
        Revoked = "revoked",
        /// Issued by this service, to this holder, and replaced by a corrected certificate: ask the holder for that one.
        Superseded = "superseded",
        /// No certificate has this number with this CNP, CUI or code, or its holder has another name.
        NoMatch = "no_match",
    }
}

impl Outcome {
    /// Derives the outcome of a certificate on a day.
    ///
    /// # Errors
    /// `certificate_unreadable` if its end has an unknown kind: such a certificate is never valid.
    pub(super) fn of(row: &Bound, today: NaiveDate) -> Result<Self> {
        Ok(match CertificateStatus::of(row.end()?, row.valid_until, today) {
            CertificateStatus::Valid => Self::Valid,
            CertificateStatus::Expired => Self::Expired,
            CertificateStatus::Revoked => Self::Revoked,
            CertificateStatus::Superseded => Self::Superseded,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_end_is_never_valid() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let mut row = Bound {
            id: uuid::Uuid::nil(),
            registration_number: String::new(),
            person_index: vec![],
            control_code_index: vec![],
            service: String::new(),
            reason: String::new(),
            finding: String::new(),
            issued_on: day,
            valid_until: day,
            signer_fingerprint: vec![],
            ended_as: None,
            ended_at: None,
            end_reason: None,
            superseded_by: None,
            facts_mac: None,
            status_mac: None,
            extract: None,
            logged_as: None,
        };
        assert_eq!(Outcome::of(&row, day).unwrap(), Outcome::Valid);
        for (end, outcome) in [("revoked", Outcome::Revoked), ("superseded", Outcome::Superseded)] {
            row.ended_as = Some(end.to_owned());
            assert_eq!(Outcome::of(&row, day).unwrap(), outcome);
        }
        for end in ["", "REVOKED", "suspended"] {
            row.ended_as = Some(end.to_owned());
            assert!(Outcome::of(&row, day).is_err(), "{end}");
        }
    }
}
