//! Whether a certificate can be relied on: how it ended, and why.

use chrono::NaiveDate;

use crate::text::coded;

coded! {
    /// Whether a certificate can be relied on.
    pub(crate) enum CertificateStatus {
        /// Issued, and not expired.
        Valid = "valid",
        /// Its validity is over.
        Expired = "expired",
        /// Revoked before its expiry.
        Revoked = "revoked",
        /// Replaced by a corrected certificate.
        Superseded = "superseded",
    }
}

impl CertificateStatus {
    /// Derives the status. A certificate is valid to the end of its last day in Romania; a revocation or correction
    /// before that counts forever.
    pub(crate) fn of(ended_as: Option<CertificateEnd>, valid_until: NaiveDate, today: NaiveDate) -> Self {
        match ended_as {
            Some(CertificateEnd::Superseded) => Self::Superseded,
            Some(CertificateEnd::Revoked) => Self::Revoked,
            None if today > valid_until => Self::Expired,
            None => Self::Valid,
        }
    }
}

coded! {
    /// How a certificate ended before its time.
    pub(crate) enum CertificateEnd in "certificates.ended_as" {
        /// Revoked.
        Revoked = "revoked",
        /// Replaced by a corrected certificate.
        Superseded = "superseded",
    }
}

coded! {
    /// Why a certificate is revoked.
    pub(crate) enum RevocationReason in "certificates.end_reason" {
        /// It states something false.
        WrongData = "wrong_data",
        /// It is about another person.
        WrongPerson = "wrong_person",
        /// It was obtained by deceit.
        Fraud = "fraud",
        /// A court ordered it.
        CourtDecision = "court_decision",
    }
}
