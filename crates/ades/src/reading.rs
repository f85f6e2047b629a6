//! What a strict reader finds in a signature file, before anyone asks whom to trust.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::asic::ContainerError;
use crate::certificate::{Certificate, CertificateError};
use crate::outcome::{Outcome, SubIndication};
use crate::pades::PdfError;
use crate::revocation::Evidence;
use crate::timestamp::Token;
use crate::validation::Format;

/// A larger signature file is refused unread. One with time-stamp and revocation data has about 10 KiB.
pub const MAX_SIGNATURE_BYTES: usize = 512 * 1024;

/// More certificates in one signature are refused: a path has five at most, the root included; at level B-LT there is
/// another path for the time-stamp.
pub(crate) const MAX_CERTIFICATES: usize = 10;

/// More revocation data in one signature is refused: there is one piece for each certificate, and to find out that one
/// is false costs a verifier a signature.
pub(crate) const MAX_EVIDENCE: usize = MAX_CERTIFICATES;

/// More time-stamps on one signature are refused.
pub(crate) const MAX_TIMESTAMPS: usize = 3;

/// Why a signature file cannot be judged at all.
#[derive(Debug, Error)]
pub enum Malformed {
    /// Larger than [`MAX_SIGNATURE_BYTES`], or a part larger than such a part may be.
    #[error("it is too large")]
    TooLarge,
    /// Not the ASN.1 structure that it should be.
    #[error("not the ASN.1 structure that it should be: {0}")]
    Der(#[from] der::Error),
    /// It decodes, but DER would write it differently.
    #[error("not in canonical DER")]
    NotCanonical,
    /// Not CMS, and neither a compact JWS nor one in JSON, or a header that is not the JSON it should be.
    #[error("neither CMS (DER or PEM) nor a JWS with a detached payload")]
    Jws,
    /// Something is there that the profile leaves out, or the other way round.
    #[error("outside of the profile: {0}")]
    Profile(&'static str),
    /// Not a container of the profile.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Not a PDF with one signature over all of it.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// Other algorithms than those that are accepted.
    #[error("an algorithm, or the length of a key, is not accepted")]
    Algorithm,
    /// A certificate in it does not decode.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// None of the certificates in it is the signer's.
    #[error("the signer's certificate is not in it")]
    NoSigner,
}

impl Malformed {
    /// The same in the words of EN 319 102-1.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Algorithm => Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure),
            Self::NoSigner => Outcome::Indeterminate(SubIndication::NoSigningCertificateFound),
            _ => Outcome::TotalFailed(SubIndication::FormatFailure),
        }
    }
}

/// The facts that need no trust anchor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// The payload is the one whose digest was signed.
    pub(crate) intact: bool,
    /// The signature value fits the signer's public key and the bytes it covers.
    pub(crate) signature_valid: bool,
    /// The signed reference to the signer's certificate (ESS, x5t#S256) fits that certificate.
    pub(crate) signer_matches_attribute: bool,
    /// The signer's claim.
    pub(crate) signing_time: DateTime<Utc>,
}

impl Facts {
    /// Whether every fact speaks for the signature.
    pub(crate) fn all_good(&self) -> bool {
        self.intact && self.signature_valid && self.signer_matches_attribute
    }
}

/// A signature file, read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) format: Format,
    pub(crate) facts: Facts,
    pub(crate) signer: Certificate,
    /// The other certificates in the file.
    pub(crate) carried: Vec<Certificate>,
    /// The revocation data in it.
    pub(crate) evidence: Vec<Evidence>,
    /// The time-stamps in it.
    pub(crate) timestamps: Vec<Token>,
    /// What those must cover.
    pub(crate) timestamped: Vec<u8>,
}

impl Reading {
    /// Whether the file holds a certificate, so that nobody needs to know it already.
    pub(crate) fn carries(&self, certificate: &Certificate) -> bool {
        let tokens = self.timestamps.iter().flat_map(|token| token.carried.iter().chain([&token.signer]));
        self.carried.iter().chain([&self.signer]).chain(tokens).any(|one| one == certificate)
    }
}

/// Decodes the certificates that a file carries: no more of them than are allowed, and none twice.
pub(crate) fn decode_certificates(encoded: &[impl AsRef<[u8]>]) -> Result<Vec<Certificate>, Malformed> {
    if encoded.len() > MAX_CERTIFICATES {
        return Err(Malformed::Profile("too many certificates"));
    }
    let mut certificates: Vec<Certificate> = Vec::with_capacity(encoded.len());
    for der in encoded {
        let certificate = Certificate::from_der(der.as_ref())?;
        if certificates.contains(&certificate) {
            return Err(Malformed::Profile("a certificate is repeated"));
        }
        certificates.push(certificate);
    }
    Ok(certificates)
}
