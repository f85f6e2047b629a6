//! Why a strict reader refuses a file.

use thiserror::Error;

use crate::asic::ContainerError;
use crate::certificate::CertificateError;
use crate::outcome::{Outcome, SubIndication};
use crate::pades::PdfError;

/// Why a signature file cannot be judged at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Larger than [`crate::MAX_SIGNATURE_BYTES`], or a part is larger than allowed.
    #[error("it is too large")]
    TooLarge,
    /// Not the expected ASN.1 structure.
    #[error("not the ASN.1 structure that it should be")]
    Der(#[from] der::Error),
    /// Decodes, but DER would write it differently.
    #[error("not in canonical DER")]
    NotCanonical,
    /// Not CMS, and neither a compact JWS nor one in JSON, or a header that is not the JSON it should be.
    #[error("neither CMS (DER or PEM) nor a JWS with a detached payload")]
    Jws,
    /// A part that the profile excludes is present, or one that it demands is missing: this one.
    #[error("outside of the profile: {0}")]
    Profile(&'static str),
    /// Not a container of the profile.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Not a PDF with one signature over all of it.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// An algorithm or a key length that is not accepted.
    #[error("an algorithm, or the length of a key, is not accepted")]
    Algorithm,
    /// A certificate in it does not decode.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// None of the carried certificates is the signer's.
    #[error("the signer's certificate is not in it")]
    NoSigner,
}

impl Malformed {
    /// The outcome in terms of EN 319 102-1.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Algorithm => Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure),
            Self::NoSigner => Outcome::Indeterminate(SubIndication::NoSigningCertificateFound),
            _ => Outcome::TotalFailed(SubIndication::FormatFailure),
        }
    }
}
