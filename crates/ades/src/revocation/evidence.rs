//! Revocation data as it was received, and what it says of one certificate.

use super::answer::Answer;
use super::crl::Crl;
use super::ocsp::Ocsp;
use crate::certificate::Certificate;
use crate::malformed::Malformed;

/// A larger CRL is refused.
pub(super) const MAX_CRL_BYTES: usize = 1024 * 1024;
/// A larger OCSP response is refused.
pub(super) const MAX_OCSP_BYTES: usize = 64 * 1024;

/// A CRL or an OCSP response. Until its signature is checked ([`super::status`], [`crate::Verifier`]), it proves nothing.
#[derive(Debug, Clone)]
pub struct Evidence {
    der: Vec<u8>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Crl(Box<Crl>),
    Ocsp(Box<Ocsp>),
}

impl Evidence {
    /// Reads a CRL (RFC 5280, section 5).
    ///
    /// # Errors
    /// When this is not a CRL in DER.
    pub fn from_crl(der: &[u8]) -> Result<Self, Malformed> {
        if der.len() > MAX_CRL_BYTES {
            return Err(Malformed::TooLarge);
        }
        Ok(Self { der: der.to_vec(), kind: Kind::Crl(Box::new(Crl::from_der(der)?)) })
    }

    /// Reads an OCSP response (RFC 6960).
    ///
    /// # Errors
    /// When this is not an OCSP response, or one without an answer, such as `tryLater`.
    pub fn from_ocsp(der: &[u8]) -> Result<Self, Malformed> {
        if der.len() > MAX_OCSP_BYTES {
            return Err(Malformed::TooLarge);
        }
        Ok(Self { der: der.to_vec(), kind: Kind::Ocsp(Box::new(Ocsp::from_der(der)?)) })
    }

    /// Reads either, in DER or PEM.
    ///
    /// # Errors
    /// When this is neither.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        if let Ok(block) = pem::parse(bytes)
            && block.tag() == "X509 CRL"
        {
            return Self::from_crl(block.contents());
        }
        Self::from_crl(bytes).or_else(|_| Self::from_ocsp(bytes))
    }

    /// The encoding as it was received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether this is an OCSP response.
    #[must_use]
    pub fn is_ocsp(&self) -> bool {
        matches!(self.kind, Kind::Ocsp(_))
    }

    /// What this says of `certificate` of `issuer`; `None` if it does not cover the certificate, or was signed neither
    /// by the issuer nor by a responder that the issuer delegated.
    pub(crate) fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Answer> {
        match &self.kind {
            Kind::Crl(crl) => crl.about(certificate, issuer),
            Kind::Ocsp(ocsp) => ocsp.about(certificate, issuer),
        }
    }

    /// The nonce of an OCSP response.
    #[cfg(feature = "online")]
    pub(super) fn nonce(&self) -> Option<Vec<u8>> {
        match &self.kind {
            Kind::Crl(_) => None,
            Kind::Ocsp(ocsp) => ocsp.nonce(),
        }
    }
}
