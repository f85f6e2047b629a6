//! The words of the standards in the contract.

use serde::Serialize;
use utoipa::ToSchema;

use ades::revocation::Status;
use ades::{Format, Outcome as Validation, SubIndication};

/// The result of validating a signature (ETSI EN 319 102-1, section 5.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SignatureIndication)]
pub(crate) enum Indication {
    /// Valid.
    #[serde(rename = "TOTAL-PASSED")]
    TotalPassed,
    /// Not valid.
    #[serde(rename = "TOTAL-FAILED")]
    TotalFailed,
    /// Undetermined.
    #[serde(rename = "INDETERMINATE")]
    Indeterminate,
}

impl From<Validation> for Indication {
    fn from(outcome: Validation) -> Self {
        match outcome {
            Validation::TotalPassed => Self::TotalPassed,
            Validation::TotalFailed(_) => Self::TotalFailed,
            Validation::Indeterminate(_) => Self::Indeterminate,
        }
    }
}

/// Why a signature did not pass (ETSI EN 319 102-1, section 5.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum SignatureSubIndication {
    /// The file is no signature of the profile.
    #[serde(rename = "FORMAT_FAILURE")]
    FormatFailure,
    /// The payload is not the one that was signed.
    #[serde(rename = "HASH_FAILURE")]
    HashFailure,
    /// The signature value does not verify.
    #[serde(rename = "SIG_CRYPTO_FAILURE")]
    SigCryptoFailure,
    /// The signer's certificate is not there, or the signed reference points at another.
    #[serde(rename = "NO_SIGNING_CERTIFICATE_FOUND")]
    NoSigningCertificateFound,
    /// No path to a trust anchor.
    #[serde(rename = "NO_CERTIFICATE_CHAIN_FOUND")]
    NoCertificateChainFound,
    /// An algorithm or a key length is not accepted.
    #[serde(rename = "CRYPTO_CONSTRAINTS_FAILURE")]
    CryptoConstraintsFailure,
    /// The file holds an unused part: a certificate, a time-stamp, revocation data.
    #[serde(rename = "SIG_CONSTRAINTS_FAILURE")]
    SigConstraintsFailure,
    /// By its claimed signing time, signed after the certificate expired.
    #[serde(rename = "EXPIRED")]
    Expired,
    /// By its claimed signing time, signed before the certificate was valid.
    #[serde(rename = "NOT_YET_VALID")]
    NotYetValid,
    /// The certificate is not in its validity period, and no proof says that the signature existed when it was.
    #[serde(rename = "OUT_OF_BOUNDS_NO_POE")]
    OutOfBoundsNoPoe,
    /// By its claimed signing time, signed after the certificate was revoked.
    #[serde(rename = "REVOKED")]
    Revoked,
    /// The certificate was revoked, and no proof says that the signature existed before.
    #[serde(rename = "REVOKED_NO_POE")]
    RevokedNoPoe,
    /// A CA certificate was revoked, and no proof says that the signature existed before.
    #[serde(rename = "REVOKED_CA_NO_POE")]
    RevokedCaNoPoe,
    /// Whether a certificate was revoked cannot be determined now.
    #[serde(rename = "TRY_LATER")]
    TryLater,
}

impl From<SubIndication> for SignatureSubIndication {
    fn from(why: SubIndication) -> Self {
        match why {
            SubIndication::FormatFailure => Self::FormatFailure,
            SubIndication::HashFailure => Self::HashFailure,
            SubIndication::SigCryptoFailure => Self::SigCryptoFailure,
            SubIndication::NoSigningCertificateFound => Self::NoSigningCertificateFound,
            SubIndication::NoCertificateChainFound => Self::NoCertificateChainFound,
            SubIndication::CryptoConstraintsFailure => Self::CryptoConstraintsFailure,
            SubIndication::SigConstraintsFailure => Self::SigConstraintsFailure,
            SubIndication::Expired => Self::Expired,
            SubIndication::NotYetValid => Self::NotYetValid,
            SubIndication::OutOfBoundsNoPoe => Self::OutOfBoundsNoPoe,
            SubIndication::Revoked => Self::Revoked,
            SubIndication::RevokedNoPoe => Self::RevokedNoPoe,
            SubIndication::RevokedCaNoPoe => Self::RevokedCaNoPoe,
            SubIndication::TryLater => Self::TryLater,
        }
    }
}

/// The format of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VerifiedFormat)]
pub(crate) enum FileFormat {
    /// CAdES: CMS.
    Cades,
    /// JAdES: JWS.
    Jades,
    /// PAdES: PDF.
    Pades,
    /// ASiC-E: a container.
    #[serde(rename = "asic-e")]
    Asic,
}

impl From<Format> for FileFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Cades => Self::Cades,
            Format::Jades => Self::Jades,
            Format::Pades => Self::Pades,
            Format::Asic => Self::Asic,
        }
    }
}

/// The revocation status of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevocationStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked,
    /// It cannot be determined now.
    Unknown,
    /// Its issuer publishes none.
    NotPublished,
}

impl From<&Status> for RevocationStatus {
    fn from(status: &Status) -> Self {
        match status {
            Status::Good => Self::Good,
            Status::Revoked(_) => Self::Revoked,
            Status::Unknown => Self::Unknown,
            Status::NotPublished => Self::NotPublished,
        }
    }
}
