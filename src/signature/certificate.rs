//! X.509 certificates (RFC 5280): strict decoding, and what a certificate may be used for.

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use der::oid::AssociatedOid;
use der::oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_EMAIL_PROTECTION};
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use thiserror::Error;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage,
    SubjectKeyIdentifier,
};
use x509_cert::time::Time;

use super::algorithm::{self, Encoding};

/// `id-kp-documentSigning` (RFC 9336).
const ID_KP_DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");

/// Purposes of which a signer's certificate names one, if it names any.
const SIGNING_PURPOSES: [ObjectIdentifier; 3] =
    [ID_KP_DOCUMENT_SIGNING, ID_KP_EMAIL_PROTECTION, ANY_EXTENDED_KEY_USAGE];

/// Extensions that are understood here; any other one that is critical makes a certificate unfit.
/// Policies need no processing, because every policy is accepted (`user-initial-policy-set` is any-policy).
const UNDERSTOOD: [ObjectIdentifier; 4] =
    [BasicConstraints::OID, KeyUsage::OID, ExtendedKeyUsage::OID, CertificatePolicies::OID];

/// A certificate whose encoding is exactly DER.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    fingerprint: [u8; 32],
    fields: x509_cert::Certificate,
}

/// Why bytes are not a certificate.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// The text holds no PEM, or PEM of something else.
    #[error("not a PEM certificate: {0}")]
    Pem(String),
    /// The bytes do not decode.
    #[error("not an X.509 certificate: {0}")]
    Der(#[from] der::Error),
    /// The bytes decode, but DER would write them differently.
    #[error("the certificate is not in canonical DER")]
    NotCanonical,
    /// The signed and the unsigned mention of the issuer's algorithm differ (RFC 5280, section 4.1.1.2).
    #[error("the certificate names two different signature algorithms")]
    Algorithms,
}

/// Why a certificate may not be used as it was meant to be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unfit {
    /// An extension of the profile is there twice, or cannot be decoded.
    #[error("an extension of the certificate is repeated or broken")]
    Extensions,
    /// A critical extension that is not understood here.
    #[error("critical extension {0} is not understood")]
    Critical(ObjectIdentifier),
    /// A certificate authority must not seal documents.
    #[error("basicConstraints: it is a certificate authority")]
    IsAuthority,
    /// Issuing certificates needs `cA`.
    #[error("basicConstraints: it is not a certificate authority")]
    NotAuthority,
    /// `pathLenConstraint` is exceeded.
    #[error("basicConstraints: too many certificates below it")]
    PathLength,
    /// keyUsage lacks the bit that is needed.
    #[error("keyUsage lacks {0}")]
    KeyUsage(&'static str),
    /// extKeyUsage is there and leaves out the signing of documents.
    #[error("extKeyUsage does not allow the signing of documents")]
    ExtendedKeyUsage,
    /// Not a P-256 key.
    #[error("the public key is not P-256")]
    PublicKey,
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

    /// Decodes the certificates of a PEM file, in its order.
    ///
    /// # Errors
    /// When a block is not a certificate, or none is there.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        let blocks = pem::parse_many(text).map_err(|error| CertificateError::Pem(error.to_string()))?;
        if let Some(block) = blocks.iter().find(|block| block.tag() != "CERTIFICATE") {
            return Err(CertificateError::Pem(format!("found {}", block.tag())));
        }
        if blocks.is_empty() {
            return Err(CertificateError::Pem("found nothing".to_owned()));
        }
        blocks.iter().map(|block| Self::from_der(block.contents())).collect()
    }

    /// The DER encoding.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The same in PEM (RFC 7468).
    #[must_use]
    pub fn to_pem(&self) -> String {
        let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        pem::encode_config(&pem::Pem::new("CERTIFICATE", self.der()), config)
    }

    /// The decoded fields.
    #[must_use]
    pub fn fields(&self) -> &x509_cert::TbsCertificate {
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
        self.fields().serial_number().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
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

    /// Whether subject and issuer are the same, as in a root.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.fields().subject() == self.fields().issuer()
    }

    /// The P-256 public key, uncompressed.
    pub(super) fn point(&self) -> Result<&[u8], Unfit> {
        algorithm::p256_point(self.fields().subject_public_key_info()).ok_or(Unfit::PublicKey)
    }

    /// The algorithm of signatures by its key, as JOSE names it (RFC 7518).
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        if self.point().is_ok() { "ES256" } else { "unknown" }
    }

    /// Checks that this may sign documents: not a CA, and key usage as EN 319 412-2 and -3 ask.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn check_signer(&self) -> Result<(), Unfit> {
        self.check_extensions()?;
        if self.extension::<BasicConstraints>()?.is_some_and(|basic| basic.ca) {
            return Err(Unfit::IsAuthority);
        }
        let usage = self.extension::<KeyUsage>()?;
        if !usage.is_some_and(|usage| usage.digital_signature() || usage.non_repudiation()) {
            return Err(Unfit::KeyUsage("digitalSignature and nonRepudiation"));
        }
        match self.extension::<ExtendedKeyUsage>()? {
            Some(purposes) if !purposes.0.iter().any(|purpose| SIGNING_PURPOSES.contains(purpose)) => {
                Err(Unfit::ExtendedKeyUsage)
            }
            _ => self.point().map(drop),
        }
    }

    /// Checks that this may issue certificates with `below` CA certificates between it and the signer's.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn check_authority(&self, below: usize) -> Result<(), Unfit> {
        self.check_extensions()?;
        let basic = self.extension::<BasicConstraints>()?.filter(|basic| basic.ca);
        let limit = basic.ok_or(Unfit::NotAuthority)?.path_len_constraint;
        if limit.is_some_and(|limit| usize::from(limit) < below) {
            return Err(Unfit::PathLength);
        }
        if !self.extension::<KeyUsage>()?.is_some_and(|usage| usage.key_cert_sign()) {
            return Err(Unfit::KeyUsage("keyCertSign"));
        }
        self.point().map(drop)
    }

    /// Whether `issuer` names and signed this: name chaining, key identifiers where both are given, signature.
    /// Says nothing of what the issuer was allowed to do.
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        self.fields().issuer() == issuer.fields().subject()
            && self.key_identifiers_agree(issuer)
            && self.is_signed_by(issuer).unwrap_or(false)
    }

    /// `None` when it cannot be told with the algorithms of the profile.
    fn is_signed_by(&self, issuer: &Self) -> Option<bool> {
        let signature = self.fields.signature().as_bytes()?;
        let signed = self.fields().to_der().ok()?;
        let point = issuer.point().ok()?;
        Some(
            algorithm::is_ecdsa_sha256(self.fields.signature_algorithm().owned_to_ref())
                && algorithm::verify(point, Encoding::Asn1, &signed, signature),
        )
    }

    fn key_identifiers_agree(&self, issuer: &Self) -> bool {
        let authority = self.extension::<AuthorityKeyIdentifier>().ok().flatten();
        let subject = issuer.extension::<SubjectKeyIdentifier>().ok().flatten();
        match (authority.and_then(|authority| authority.key_identifier), subject) {
            (Some(wanted), Some(found)) => wanted == found.0,
            _ => true,
        }
    }

    /// The extension, if there; refused when repeated (RFC 5280, section 4.2).
    pub(super) fn extension<'a, T: AssociatedOid + Decode<'a, Error = der::Error>>(
        &'a self,
    ) -> Result<Option<T>, Unfit> {
        let found = self.fields().get_extension::<T>().map_err(|_| Unfit::Extensions)?;
        Ok(found.map(|(_critical, extension)| extension))
    }

    fn check_extensions(&self) -> Result<(), Unfit> {
        let mut extensions = self.fields().extensions().into_iter().flatten();
        match extensions.find(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id)) {
            Some(extension) => Err(Unfit::Critical(extension.extn_id)),
            None => Ok(()),
        }
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

/// An ASN.1 time as chrono knows it. ASN.1 ends with the year 9999, so the fallback is never taken.
pub(super) fn moment(time: Time) -> DateTime<Utc> {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or(DateTime::UNIX_EPOCH)
}
