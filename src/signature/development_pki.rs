//! A certificate hierarchy for development and tests: root CA → issuing CA → seal.
//!
//! Every name says what it is, both the CA below the root and the seal assert a policy that RFC 7229 reserves
//! for tests, and no statement of qualification (EN 319 412-5) is ever made. [`is_development`] knows it again,
//! so that a live service can refuse it.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use der::Encode;
use der::asn1::ObjectIdentifier;
use der::oid::AssociatedOid;
use der::oid::db::rfc4519::ORGANIZATION_NAME;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DistinguishedName, DnType, IsCa,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, date_time_ymd,
};
use thiserror::Error;
use x509_cert::ext::pkix::CertificatePolicies;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::name::DirectoryString;

use super::certificate::Certificate;

/// `id-TEST-certPolicyOne` (RFC 7229): for tests, and for nothing else.
const TEST_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.13.1");

/// `O=` of every certificate of a development hierarchy.
const ORGANIZATION: &str = "cazier development";

const DAY: Duration = Duration::from_hours(24);
const SEAL_LIFETIME: Duration = DAY.saturating_mul(365);
const AUTHORITY_LIFETIME: Duration = DAY.saturating_mul(3652);

/// Certificates begin a little earlier than now: clocks of different machines differ.
const BACKDATED: Duration = Duration::from_hours(1);

/// A fresh hierarchy, as texts for whoever writes them to files.
#[derive(Clone)]
pub struct DevelopmentPki {
    /// The root's certificate: the trust anchor of tests.
    pub root_pem: String,
    /// The issuing CA's certificate.
    pub issuing_pem: String,
    /// The seal's certificate, then the issuing CA's.
    pub seal_chain_pem: String,
    /// The seal's private key, PKCS#8. The keys of the authorities are not kept.
    pub seal_key_pem: String,
}

/// Why no hierarchy was made.
#[derive(Debug, Error)]
pub enum DevelopmentPkiError {
    /// A key or a certificate could not be made.
    #[error("could not make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// An extension could not be encoded.
    #[error("could not encode an extension: {0}")]
    Encoding(#[from] der::Error),
    /// A validity period cannot begin before 1970.
    #[error("the time lies before 1970")]
    Time,
}

/// Makes a hierarchy with new keys: the CAs valid for ten years from `now`, the seal for one.
///
/// # Errors
/// When the random generator fails, or `now` lies before 1970.
pub fn create(now: DateTime<Utc>) -> Result<DevelopmentPki, DevelopmentPkiError> {
    let root = CertifiedIssuer::self_signed(authority("TEST root CA", 1, now)?, new_key()?)?;
    let mut issuing = authority("TEST issuing CA", 0, now)?;
    issuing.custom_extensions.push(test_policy()?);
    let issuing = CertifiedIssuer::signed_by(issuing, new_key()?, &root)?;
    let seal_key = new_key()?;
    let seal = seal(now)?.signed_by(&seal_key, &issuing)?;
    Ok(DevelopmentPki {
        root_pem: root.pem(),
        issuing_pem: issuing.pem(),
        seal_chain_pem: seal.pem() + &issuing.pem(),
        seal_key_pem: seal_key.serialize_pem(),
    })
}

/// Whether `certificate` belongs to any development hierarchy: by its names, or by the test policy.
#[must_use]
pub fn is_development(certificate: &Certificate) -> bool {
    let fields = certificate.fields();
    let named = [fields.subject(), fields.issuer()].into_iter().any(|name| {
        let found = name.by_oid::<DirectoryString>(ORGANIZATION_NAME);
        found.ok().flatten().is_some_and(|organization| organization.value() == ORGANIZATION)
    });
    let policies = certificate.extension::<CertificatePolicies>().ok().flatten();
    named
        || policies
            .is_some_and(|policies| policies.0.iter().any(|policy| policy.policy_identifier == TEST_POLICY))
}

impl fmt::Debug for DevelopmentPki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevelopmentPki").field("seal_key_pem", &"[redacted]").finish_non_exhaustive()
    }
}

fn authority(
    name: &str,
    path_length: u8,
    now: DateTime<Utc>,
) -> Result<CertificateParams, DevelopmentPkiError> {
    let mut params = params(name, now, AUTHORITY_LIFETIME)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

/// No extended key usage: OpenSSL takes one for documents alone as unsuitable.
fn seal(now: DateTime<Utc>) -> Result<CertificateParams, DevelopmentPkiError> {
    let mut params = params("TEST seal – not valid in law", now, SEAL_LIFETIME)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    params.custom_extensions.push(test_policy()?);
    Ok(params)
}

fn params(
    name: &str,
    now: DateTime<Utc>,
    lifetime: Duration,
) -> Result<CertificateParams, DevelopmentPkiError> {
    let since_1970 = u64::try_from(now.timestamp()).map_err(|_| DevelopmentPkiError::Time)?;
    let now = date_time_ymd(1970, 1, 1) + Duration::from_secs(since_1970);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, ORGANIZATION);
    params.distinguished_name.push(DnType::CommonName, format!("cazier {name}"));
    params.not_before = now - BACKDATED;
    params.not_after = now + lifetime;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn new_key() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
}

fn test_policy() -> der::Result<CustomExtension> {
    let policy = PolicyInformation { policy_identifier: TEST_POLICY, policy_qualifiers: None };
    let arcs: Vec<u64> = CertificatePolicies::OID.arcs().map(u64::from).collect();
    Ok(CustomExtension::from_oid_content(&arcs, CertificatePolicies(vec![policy]).to_der()?))
}
