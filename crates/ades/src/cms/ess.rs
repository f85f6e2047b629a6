//! ESS signing-certificate-v2 (RFC 5035): the signed reference to the signer's certificate, so that nobody can replace it
//! with another certificate of the same key.

use der::Sequence;
use der::asn1::OctetString;
use der::referenced::OwnedToRef;
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};
use x509_cert::serial_number::SerialNumber;

use crate::algorithm::Digest;
use crate::certificate::Certificate;

/// `SigningCertificateV2` (RFC 5035, section 3).
///
/// ```text
/// SigningCertificateV2 ::= SEQUENCE {
///   certs SEQUENCE OF ESSCertIDv2,
///   policies SEQUENCE OF PolicyInformation OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
    policies: Option<Vec<PolicyInformation>>,
}

/// `ESSCertIDv2` (RFC 5035, section 4). An absent hash algorithm means SHA-256.
///
/// ```text
/// ESSCertIDv2 ::= SEQUENCE {
///   hashAlgorithm AlgorithmIdentifier DEFAULT {algorithm id-sha256},
///   certHash OCTET STRING,
///   issuerSerial IssuerSerial OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct EssCertIdV2 {
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    issuer_serial: Option<IssuerSerial>,
}

/// `IssuerSerial` (RFC 5035, section 4).
///
/// ```text
/// IssuerSerial ::= SEQUENCE {
///   issuer GeneralNames,
///   serialNumber CertificateSerialNumber }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct IssuerSerial {
    issuer: GeneralNames,
    serial_number: SerialNumber,
}

impl SigningCertificateV2 {
    /// A reference to `certificate`.
    pub(crate) fn to(certificate: &Certificate) -> der::Result<Self> {
        let id = EssCertIdV2 {
            hash_algorithm: None,
            cert_hash: OctetString::new(certificate.fingerprint())?,
            issuer_serial: Some(IssuerSerial::of(certificate)),
        };
        Ok(Self { certs: vec![id], policies: None })
    }

    /// Whether this refers to `certificate` alone.
    pub(crate) fn refers_to(&self, certificate: &Certificate) -> bool {
        match self.certs.as_slice() {
            [id] => id.refers_to(certificate),
            _ => false,
        }
    }
}

impl EssCertIdV2 {
    fn refers_to(&self, certificate: &Certificate) -> bool {
        let digest = match &self.hash_algorithm {
            Some(identifier) => Digest::named(identifier.owned_to_ref()),
            None => Some(Digest::Sha256),
        };
        digest.is_some_and(|digest| self.cert_hash.as_bytes() == digest.of(certificate.der()))
            && self.issuer_serial.as_ref().is_none_or(|found| *found == IssuerSerial::of(certificate))
    }
}

impl IssuerSerial {
    fn of(certificate: &Certificate) -> Self {
        Self {
            issuer: vec![GeneralName::DirectoryName(certificate.fields().issuer().clone())],
            serial_number: certificate.fields().serial_number().clone(),
        }
    }
}
