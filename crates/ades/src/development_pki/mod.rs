//! A certificate hierarchy for development and tests: root CA → issuing CA → seal, time-stamp authority, OCSP
//! responder. What its authorities publish about revocation is signed by [`Publisher`].
//!
//! Every name says what it is, both the CA below the root and the seal assert a policy that RFC 7229 reserves
//! for tests, and no statement of qualification (EN 319 412-5) is ever made. [`is_development`] knows it again,
//! so that a live service can refuse it.

mod authority_key;
mod publisher;

pub(crate) use authority_key::AuthorityKey;
pub use publisher::{Publisher, Revoked};

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use der::Encode;
use der::asn1::{Ia5String, Null, ObjectIdentifier};
use der::oid::AssociatedOid;
use der::oid::db::rfc4519::ORGANIZATION_NAME;
use der::oid::db::rfc5280::{ID_AD_OCSP, ID_KP_OCSP_SIGNING, ID_KP_TIME_STAMPING};
use der::oid::db::rfc6960::ID_PKIX_OCSP_NOCHECK;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CrlDistributionPoint, CustomExtension,
    DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, date_time_ymd,
};
use thiserror::Error;
use x509_cert::ext::pkix::AccessDescription;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::name::{DirectoryString, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CertificatePolicies, ExtendedKeyUsage};

use crate::certificate::Certificate;

/// `id-TEST-certPolicyOne` (RFC 7229): for tests, and for nothing else.
pub(crate) const TEST_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.13.1");

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
    /// The seal's private key, PKCS#8.
    pub seal_key_pem: String,
    /// The time-stamp authority's certificate, then the issuing CA's.
    pub timestamp_chain_pem: String,
    /// The time-stamp authority's private key, PKCS#8.
    pub timestamp_key_pem: String,
    /// The certificate of the responder that answers for the issuing CA.
    pub responder_pem: String,
    /// That responder's private key, PKCS#8.
    pub responder_key_pem: String,
    /// The root's private key, PKCS#8: its lists of revoked certificates are signed with it.
    pub root_key_pem: String,
    /// The issuing CA's private key, PKCS#8.
    pub issuing_key_pem: String,
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
    /// A key of an authority cannot be read, is not that of its certificate, or cannot sign.
    #[error("a key cannot be used with its certificate")]
    Key,
}

/// Makes a hierarchy with new keys: the CAs valid for ten years from `now`, the others for one. It publishes nothing.
///
/// # Errors
/// When the random generator fails, or `now` lies before 1970.
pub fn create(now: DateTime<Utc>) -> Result<DevelopmentPki, DevelopmentPkiError> {
    create_publishing(now, None)
}

/// The same, with addresses of revocation below `address` (such as `http://127.0.0.1:8090/pki`) in its certificates:
/// `root.crl`, `issuing.crl` and `ocsp`.
///
/// # Errors
/// When the random generator fails, or `now` lies before 1970.
pub fn create_publishing(
    now: DateTime<Utc>,
    address: Option<&str>,
) -> Result<DevelopmentPki, DevelopmentPkiError> {
    let root = CertifiedIssuer::self_signed(authority("TEST root CA", 1, now)?, new_key()?)?;
    let mut issuing = authority("TEST issuing CA", 0, now)?;
    issuing.custom_extensions.push(test_policy()?);
    publish(&mut issuing, address, "root.crl", None)?;
    let issuing = CertifiedIssuer::signed_by(issuing, new_key()?, &root)?;
    let issue = |mut params: CertificateParams| {
        let key = new_key()?;
        params.custom_extensions.push(test_policy()?);
        Ok::<_, DevelopmentPkiError>((params.signed_by(&key, &issuing)?.pem(), key.serialize_pem()))
    };
    let (mut seal, mut timestamp) = (seal(now)?, timestamp_authority(now)?);
    publish(&mut seal, address, "issuing.crl", Some("ocsp"))?;
    publish(&mut timestamp, address, "issuing.crl", Some("ocsp"))?;
    let ((seal, seal_key_pem), (timestamp, timestamp_key_pem)) = (issue(seal)?, issue(timestamp)?);
    let (responder_pem, responder_key_pem) = issue(responder(now)?)?;
    Ok(DevelopmentPki {
        root_pem: root.pem(),
        issuing_pem: issuing.pem(),
        seal_chain_pem: seal + &issuing.pem(),
        seal_key_pem,
        timestamp_chain_pem: timestamp + &issuing.pem(),
        timestamp_key_pem,
        responder_pem,
        responder_key_pem,
        root_key_pem: root.key().serialize_pem(),
        issuing_key_pem: issuing.key().serialize_pem(),
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
    Ok(params)
}

/// The extended key usage must be critical (RFC 3161, section 2.3), which rcgen cannot write by itself.
fn timestamp_authority(now: DateTime<Utc>) -> Result<CertificateParams, DevelopmentPkiError> {
    let mut params = params("TEST time-stamp authority", now, SEAL_LIFETIME)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let mut purpose = extension(&ExtendedKeyUsage(vec![ID_KP_TIME_STAMPING]))?;
    purpose.set_criticality(true);
    params.custom_extensions.push(purpose);
    Ok(params)
}

/// Needs no check of its own: asking about who answers would never end (RFC 6960, section 4.2.2.2.1).
fn responder(now: DateTime<Utc>) -> Result<CertificateParams, DevelopmentPkiError> {
    let mut params = params("TEST OCSP responder", now, SEAL_LIFETIME)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.custom_extensions.push(extension(&ExtendedKeyUsage(vec![ID_KP_OCSP_SIGNING]))?);
    let arcs: Vec<u64> = ID_PKIX_OCSP_NOCHECK.arcs().map(u64::from).collect();
    params.custom_extensions.push(CustomExtension::from_oid_content(&arcs, Null.to_der()?));
    Ok(params)
}

/// Says where revocation is published.
fn publish(
    params: &mut CertificateParams,
    address: Option<&str>,
    list: &str,
    responder: Option<&str>,
) -> Result<(), DevelopmentPkiError> {
    let Some(address) = address else { return Ok(()) };
    params.crl_distribution_points.push(CrlDistributionPoint { uris: vec![format!("{address}/{list}")] });
    if let Some(responder) = responder {
        let url = Ia5String::new(&format!("{address}/{responder}"))?;
        let access = AccessDescription {
            access_method: ID_AD_OCSP,
            access_location: GeneralName::UniformResourceIdentifier(url),
        };
        params.custom_extensions.push(extension(&AuthorityInfoAccessSyntax(vec![access]))?);
    }
    Ok(())
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
    extension(&CertificatePolicies(vec![policy]))
}

fn extension<T: AssociatedOid + Encode>(value: &T) -> der::Result<CustomExtension> {
    let arcs: Vec<u64> = T::OID.arcs().map(u64::from).collect();
    Ok(CustomExtension::from_oid_content(&arcs, value.to_der()?))
}
