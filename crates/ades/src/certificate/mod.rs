//! X.509 certificates (RFC 5280): strict decoding, what a certificate may be used for, paths to trust anchors.
//!
//! Two crates read X.509 here, each for what the other cannot do. `x509-cert` owns what it decodes and encodes it again:
//! [`Certificate::from_der`] refuses bytes that it would write differently, and names, serial numbers and extensions go
//! into CMS, OCSP and certificate requests as its types. `x509-parser` reads the QC statements of `qualification.rs` from
//! the raw bytes of their extension, which `x509-cert` has no type for. A certificate reaches it only after the strict
//! decoding, so the two cannot disagree about where an extension begins.

mod fitness;
mod links;
pub(crate) mod path;

pub(super) use fitness::Purpose;
pub use fitness::Unfit;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use der::oid::AssociatedOid;
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use thiserror::Error;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};
use x509_cert::time::Time;

use super::algorithm::{self, Encoding, PublicKey, Scheme};

/// A certificate whose encoding is exactly DER.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    fingerprint: [u8; 32],
    fields: x509_cert::Certificate,
}

/// Why bytes are not a certificate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Not PEM.
    #[error("not a PEM certificate")]
    Pem(#[source] pem::PemError),
    /// PEM of something else, with this label.
    #[error("not a PEM certificate: found {0}")]
    Label(String),
    /// No PEM in the text.
    #[error("not a PEM certificate: found nothing")]
    Empty,
    /// The bytes do not decode.
    #[error("not an X.509 certificate")]
    Der(#[from] der::Error),
    /// The bytes decode, but DER would write them differently.
    #[error("the certificate is not in canonical DER")]
    NotCanonical,
    /// The signed and the unsigned mention of the issuer's algorithm differ (RFC 5280, section 4.1.1.2).
    #[error("the certificate names two different signature algorithms")]
    Algorithms,
}

impl Certificate {
    /// Decodes one certificate.
    ///
    /// # Errors
    /// Refuses what is not canonical DER, so that equal certificates are equal bytes.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let fields = x509_cert::Certificate::from_der(der)?;
        if fields.to_der()? != der {
            return Err(CertificateError::NotCanonical);
        }
        if fields.signature_algorithm() != fields.tbs_certificate().signature() {
            return Err(CertificateError::Algorithms);
        }
        Ok(Self { der: der.to_vec(), fingerprint: algorithm::sha256(der), fields })
    }

    /// Decodes the certificates of a PEM file, in order.
    ///
    /// # Errors
    /// When a block is not a certificate, or there is none.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        let blocks = pem::parse_many(text).map_err(CertificateError::Pem)?;
        if let Some(block) = blocks.iter().find(|block| block.tag() != "CERTIFICATE") {
            return Err(CertificateError::Label(block.tag().to_owned()));
        }
        if blocks.is_empty() {
            return Err(CertificateError::Empty);
        }
        blocks.iter().map(|block| Self::from_der(block.contents())).collect()
    }

    /// The DER encoding.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The PEM encoding (RFC 7468).
    #[must_use]
    pub fn to_pem(&self) -> String {
        let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        pem::encode_config(&pem::Pem::new("CERTIFICATE", self.der()), config)
    }

    /// The decoded fields.
    pub(crate) fn fields(&self) -> &x509_cert::TbsCertificate {
        self.fields.tbs_certificate()
    }

    /// The subject as text (RFC 4514).
    #[must_use]
    pub fn subject(&self) -> String {
        self.fields().subject().to_string()
    }

    /// The issuer as text (RFC 4514).
    #[must_use]
    pub fn issuer(&self) -> String {
        self.fields().issuer().to_string()
    }

    /// The serial number in lower-case hexadecimal.
    #[must_use]
    pub fn serial(&self) -> String {
        HEXLOWER.encode(self.serial_bytes())
    }

    /// The serial number, big-endian, as it is encoded.
    #[must_use]
    pub fn serial_bytes(&self) -> &[u8] {
        self.fields().serial_number().as_bytes()
    }

    /// SHA-256 of the DER encoding.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The first moment of validity.
    #[must_use]
    pub fn not_before(&self) -> DateTime<Utc> {
        moment(self.fields().validity().not_before)
    }

    /// The last second of validity.
    #[must_use]
    pub fn not_after(&self) -> DateTime<Utc> {
        moment(self.fields().validity().not_after)
    }

    /// Whether `at` lies within the validity period, both ends included (RFC 5280, section 4.1.2.5).
    #[must_use]
    pub fn is_valid_at(&self, at: DateTime<Utc>) -> bool {
        self.not_before() <= at && at <= self.not_after()
    }

    /// Whether subject and issuer are the same, as in a root certificate.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.fields().subject() == self.fields().issuer()
    }

    /// The public key.
    pub(super) fn public_key(&self) -> Result<PublicKey<'_>, Unfit> {
        PublicKey::of(self.fields().subject_public_key_info()).ok_or(Unfit::PublicKey)
    }

    /// The JOSE name (RFC 7518) of the algorithm that its key signs with; for RSA that of PKCS#1 v1.5.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        self.public_key().map_or("unknown", PublicKey::jws)
    }

    /// Whether `issuer` issued this certificate: names chain, key identifiers agree where both are given, the signature
    /// verifies. Does not check what the issuer was allowed to do ([`Certificate::check_authority`]).
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        self.names(issuer) && self.is_signed_by(issuer) == Some(true)
    }

    /// Whether this certificate claims to be issued by `issuer`. Cheap: verifies no signature.
    pub(super) fn names(&self, issuer: &Self) -> bool {
        self.fields().issuer() == issuer.fields().subject() && self.key_identifiers_agree(issuer)
    }

    /// Whether `issuer` signed this; `None` if the algorithm is not accepted.
    pub(super) fn is_signed_by(&self, issuer: &Self) -> Option<bool> {
        let scheme = Scheme::named(self.fields.signature_algorithm().owned_to_ref())?;
        let signature = self.fields.signature().as_bytes()?;
        let signed = self.fields().to_der().ok()?;
        Some(issuer.public_key().ok()?.verify(scheme, Encoding::Asn1, &signed, signature))
    }

    fn key_identifiers_agree(&self, issuer: &Self) -> bool {
        let authority = self.extension::<AuthorityKeyIdentifier>().ok().flatten();
        let subject = issuer.extension::<SubjectKeyIdentifier>().ok().flatten();
        match (authority.and_then(|authority| authority.key_identifier), subject) {
            (Some(wanted), Some(found)) => wanted == found.0,
            _ => true,
        }
    }

    /// The extension, if present; an error if it is repeated (RFC 5280, section 4.2).
    pub(super) fn extension<'a, T: AssociatedOid + Decode<'a, Error = der::Error>>(
        &'a self,
    ) -> Result<Option<T>, Unfit> {
        let found = self.fields().get_extension::<T>().map_err(|_| Unfit::Extensions)?;
        Ok(found.map(|(_critical, extension)| extension))
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject())
            .field("serial", &self.serial())
            .finish()
    }
}

/// Converts an ASN.1 time. ASN.1 times end with the year 9999, so the fallback is never used.
pub(super) fn moment(time: Time) -> DateTime<Utc> {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or(DateTime::UNIX_EPOCH)
}
