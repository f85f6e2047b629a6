//! The outcome of a verification, derived in one place for numbers and for files.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::certificates::binding::{Stored, unreadable};
use crate::error::Result;

/// The outcome in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VerificationOutcome)]
pub(crate) enum Outcome {
    /// Issued by this service, to this holder, and still valid.
    Valid,
    /// Issued by this service, to this holder; its validity is over.
    Expired,
    /// Issued by this service, to this holder, and revoked.
    Revoked,
    /// Issued by this service, to this holder, and replaced by a corrected certificate: ask the holder for that one.
    Superseded,
    /// No certificate has this number with this CNP, CUI or code, or its holder has another name.
    NoMatch,
}

impl Outcome {
    /// Derives the outcome of a certificate on a day.
    ///
    /// # Errors
    /// `certificate_unreadable` if its end has an unknown kind: such a certificate is never valid.
    pub(super) fn of(row: &Stored, today: NaiveDate) -> Result<Self> {
        match row.ended_as.as_deref() {
            Some("revoked") => Ok(Self::Revoked),
            Some("superseded") => Ok(Self::Superseded),
            Some(_) => Err(unreadable(row.id, "status")),
            None if today > row.valid_until => Ok(Self::Expired),
            None => Ok(Self::Valid),
        }
    }

    /// Returns the name on the wire.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::NoMatch => "no_match",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_end_is_never_valid() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let mut row = Stored {
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
            payload: vec![],
            ended_as: None,
            ended_at: None,
            end_reason: None,
            superseded_by: None,
            facts_mac: None,
            status_mac: None,
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
