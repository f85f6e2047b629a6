//! `CertID` (RFC 6960, section 4.1.1): how OCSP requests and responses name a certificate.

use der::asn1::OctetString;
use der::oid::db::rfc5912::{ID_SHA_1, ID_SHA_256};
use der::{Encode, Sequence};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use spki::AlgorithmIdentifierOwned;
use x509_cert::serial_number::SerialNumber;

use crate::certificate::Certificate;

/// A certificate, named by its serial number and hashes of its issuer's name and key.
///
/// ```text
/// CertID ::= SEQUENCE {
///   hashAlgorithm AlgorithmIdentifier,
///   issuerNameHash OCTET STRING,
///   issuerKeyHash OCTET STRING,
///   serialNumber CertificateSerialNumber }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct CertId {
    hash_algorithm: AlgorithmIdentifierOwned,
    issuer_name_hash: OctetString,
    issuer_key_hash: OctetString,
    serial_number: SerialNumber,
}

impl CertId {
    /// Names `certificate`, with SHA-1, because many responders know no other hash (RFC 5019, section 2.1.1). The hash
    /// proves nothing: the answer is signed with an accepted algorithm, by a key of the same issuer.
    #[cfg(any(feature = "online", test))]
    pub(crate) fn of(certificate: &Certificate, issuer: &Certificate) -> der::Result<Self> {
        let hash = &SHA1_FOR_LEGACY_USE_ONLY;
        let null = Some(der::Any::null());
        Ok(Self {
            hash_algorithm: AlgorithmIdentifierOwned { oid: ID_SHA_1, parameters: null },
            issuer_name_hash: OctetString::new(name_hash(hash, issuer)?)?,
            issuer_key_hash: OctetString::new(key_hash(hash, issuer))?,
            serial_number: certificate.fields().serial_number().clone(),
        })
    }

    /// Whether this names `certificate` of `issuer`.
    pub(crate) fn names(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.serial_number == *certificate.fields().serial_number() && self.is_of(issuer)
    }

    /// Whether this names a certificate of `issuer`.
    pub(crate) fn is_of(&self, issuer: &Certificate) -> bool {
        let hash = match self.hash_algorithm.oid {
            ID_SHA_1 => &SHA1_FOR_LEGACY_USE_ONLY,
            ID_SHA_256 => &SHA256,
            _ => return false,
        };
        name_hash(hash, issuer).is_ok_and(|name| name == self.issuer_name_hash.as_bytes())
            && key_hash(hash, issuer) == self.issuer_key_hash.as_bytes()
    }

    /// The serial number, big-endian.
    #[cfg(feature = "development-pki")]
    pub(crate) fn serial(&self) -> &[u8] {
        self.serial_number.as_bytes()
    }
}

fn name_hash(hash: &'static Algorithm, issuer: &Certificate) -> der::Result<Vec<u8>> {
    Ok(digest(hash, &issuer.fields().subject().to_der()?).as_ref().to_vec())
}

fn key_hash(hash: &'static Algorithm, issuer: &Certificate) -> Vec<u8> {
    let key = &issuer.fields().subject_public_key_info().subject_public_key;
    digest(hash, key.raw_bytes()).as_ref().to_vec()
}
