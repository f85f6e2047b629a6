//! What a strict reader finds in a signature file, before anyone asks whom to trust.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::certificate::{Certificate, CertificateError};
use super::verdict::Format;

/// A larger signature file is refused unread.
pub const MAX_SIGNATURE_BYTES: usize = 64 * 1024;

/// More certificates in one signature are refused: a path has five at most, the root included.
pub(super) const MAX_CERTIFICATES: usize = 6;

/// Why a signature file cannot be judged at all: `FORMAT_FAILURE` in the words of EN 319 102-1.
#[derive(Debug, Error)]
pub enum Malformed {
    /// Larger than [`MAX_SIGNATURE_BYTES`].
    #[error("the signature is larger than {MAX_SIGNATURE_BYTES} bytes")]
    TooLarge,
    /// Not the ASN.1 structure that it should be.
    #[error("not a CMS signature: {0}")]
    Der(#[from] der::Error),
    /// It decodes, but DER would write it differently.
    #[error("not in canonical DER")]
    NotCanonical,
    /// Not `header..signature` in base64url, or a header that is not the JSON it should be.
    #[error("not a compact JWS with a detached payload")]
    Jws,
    /// Something is there that the profile leaves out, or the other way round.
    #[error("outside of the profile: {0}")]
    Profile(&'static str),
    /// Other algorithms than SHA-256 and ECDSA P-256.
    #[error("only SHA-256 with ECDSA over P-256 is accepted")]
    Algorithm,
    /// A certificate in it does not decode.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// None of the certificates in it is the signer's.
    #[error("the signer's certificate is not in the signature")]
    NoSigner,
}

/// The facts that need no trust anchor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The payload is the one whose digest was signed.
    pub(super) intact: bool,
    /// The signature value fits the signer's public key and the bytes it covers.
    pub(super) signature_valid: bool,
    /// The signed reference to the signer's certificate (ESS, x5t#S256) fits that certificate.
    pub(super) signer_matches_attribute: bool,
    /// The signer's claim.
    pub(super) signing_time: DateTime<Utc>,
}

impl Facts {
    /// Whether every fact speaks for the signature.
    pub(super) fn all_good(&self) -> bool {
        self.intact && self.signature_valid && self.signer_matches_attribute
    }
}

/// A signature file, read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) format: Format,
    pub(super) facts: Facts,
    pub(super) signer: Certificate,
    /// The other certificates in the file.
    pub(super) carried: Vec<Certificate>,
}

/// Decodes the certificates that a file carries: no more of them than are allowed, and none twice.
pub(super) fn decode_certificates(encoded: &[impl AsRef<[u8]>]) -> Result<Vec<Certificate>, Malformed> {
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
