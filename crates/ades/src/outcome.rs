//! Outcomes and their names (ETSI EN 319 102-1, clause 5.1.3).

use std::fmt;

/// The outcome of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every check of this profile passed.
    TotalPassed,
    /// The signature is broken, or was made when its certificate was not in force.
    TotalFailed(SubIndication),
    /// Nothing is broken, but not everything that is needed could be established.
    Indeterminate(SubIndication),
}

/// Why a signature did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubIndication {
    /// The file is not a signature of the profile.
    FormatFailure,
    /// The payload is not the one that was signed.
    HashFailure,
    /// The signature value does not verify.
    SigCryptoFailure,
    /// The signer's certificate is missing, or the signed reference names another.
    NoSigningCertificateFound,
    /// No path to a trust anchor.
    NoCertificateChainFound,
    /// An algorithm or a key length is not accepted.
    CryptoConstraintsFailure,
    /// The file holds an unused part: a certificate, a time-stamp, revocation data.
    SigConstraintsFailure,
    /// Signed after the certificate expired, by the signer's own claim.
    Expired,
    /// Signed before the certificate was valid, by the signer's own claim.
    NotYetValid,
    /// The certificate is not in its validity period, and no proof says that the signature existed when it was.
    OutOfBoundsNoPoe,
    /// Signed after the certificate was revoked, by the signer's own claim.
    Revoked,
    /// The certificate was revoked, and no proof says that the signature existed before.
    RevokedNoPoe,
    /// A CA certificate was revoked, and no proof says that the signature existed before.
    RevokedCaNoPoe,
    /// Whether a certificate was revoked cannot be checked now.
    TryLater,
}

impl Outcome {
    /// `TOTAL-PASSED`, `TOTAL-FAILED` or `INDETERMINATE`.
    #[must_use]
    pub fn indication(self) -> &'static str {
        match self {
            Self::TotalPassed => "TOTAL-PASSED",
            Self::TotalFailed(_) => "TOTAL-FAILED",
            Self::Indeterminate(_) => "INDETERMINATE",
        }
    }

    /// Why the signature did not pass.
    #[must_use]
    pub fn sub_indication(self) -> Option<SubIndication> {
        match self {
            Self::TotalPassed => None,
            Self::TotalFailed(why) | Self::Indeterminate(why) => Some(why),
        }
    }
}

impl SubIndication {
    /// The name in the standard.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::CryptoConstraintsFailure => "CRYPTO_CONSTRAINTS_FAILURE",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::Expired => "EXPIRED",
            Self::NotYetValid => "NOT_YET_VALID",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::Revoked => "REVOKED",
            Self::RevokedNoPoe => "REVOKED_NO_POE",
            Self::RevokedCaNoPoe => "REVOKED_CA_NO_POE",
            Self::TryLater => "TRY_LATER",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub_indication() {
            Some(why) => write!(f, "{} / {}", self.indication(), why.as_str()),
            None => f.write_str(self.indication()),
        }
    }
}
