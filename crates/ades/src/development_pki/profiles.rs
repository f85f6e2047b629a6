//! The content of the certificates of a development hierarchy.

use std::time::Duration;

use chrono::{DateTime, Utc};
use der::Encode;
use der::asn1::{Ia5String, Null};
use der::oid::AssociatedOid;
use der::oid::db::rfc5280::{ID_AD_OCSP, ID_KP_OCSP_SIGNING, ID_KP_TIME_STAMPING};
use der::oid::db::rfc6960::ID_PKIX_OCSP_NOCHECK;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType,
    IsCa, KeyUsagePurpose, date_time_ymd,
};
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, CertificatePolicies, ExtendedKeyUsage,
};

use super::DevelopmentPkiError;
use crate::realm::{COMMON_NAME_INFIX, ORGANIZATION_SUFFIX, TEST_POLICY};

const DAY: Duration = Duration::from_hours(24);
const END_ENTITY_LIFETIME: Duration = DAY.saturating_mul(365);
const AUTHORITY_LIFETIME: Duration = DAY.saturating_mul(3652);

/// Certificates begin this long before now: clocks of different machines differ.
const BACKDATED: Duration = Duration::from_hours(1);

/// The certificates of one hierarchy.
pub(super) struct Profiles<'a> {
    /// What every name begins with.
    pub(super) name: &'a str,
    /// Address below which revocation is published.
    pub(super) revocation: Option<&'a str>,
    /// When they are issued.
    pub(super) now: DateTime<Utc>,
}

type Result<T = CertificateParams> = std::result::Result<T, DevelopmentPkiError>;

impl Profiles<'_> {
    pub(super) fn root(&self) -> Result {
        self.authority("root CA", 1)
    }

    pub(super) fn issuing(&self) -> Result {
        let mut params = self.authority("issuing CA", 0)?;
        self.publish_list(&mut params, "root.crl");
        Ok(params)
    }

    /// No extended key usage: OpenSSL takes one for document signing alone as unsuitable.
    pub(super) fn seal(&self) -> Result {
        let mut params = self.end_entity("seal – not valid in law")?;
        params.key_usages.push(KeyUsagePurpose::ContentCommitment);
        self.publish_both(&mut params)?;
        Ok(params)
    }

    /// The extended key usage must be critical (RFC 3161, section 2.3), which rcgen cannot write by itself.
    pub(super) fn timestamp_authority(&self) -> Result {
        let mut params = self.end_entity("time-stamp authority")?;
        let mut purpose = extension(&ExtendedKeyUsage(vec![ID_KP_TIME_STAMPING]))?;
        purpose.set_criticality(true);
        params.custom_extensions.push(purpose);
        self.publish_both(&mut params)?;
        Ok(params)
    }

    /// Declared to need no check of its own: asking about who answers would never end (RFC 6960, section 4.2.2.2.1).
    pub(super) fn responder(&self) -> Result {
        let mut params = self.end_entity("OCSP responder")?;
        params.custom_extensions.push(extension(&ExtendedKeyUsage(vec![ID_KP_OCSP_SIGNING]))?);
        let arcs: Vec<u64> = ID_PKIX_OCSP_NOCHECK.arcs().map(u64::from).collect();
        params.custom_extensions.push(CustomExtension::from_oid_content(&arcs, Null.to_der()?));
        Ok(params)
    }

    fn authority(&self, role: &str, path_length: u8) -> Result {
        let mut params = self.params(role, AUTHORITY_LIFETIME)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(params)
    }

    fn end_entity(&self, role: &str) -> Result {
        let mut params = self.params(role, END_ENTITY_LIFETIME)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        Ok(params)
    }

    fn params(&self, role: &str, lifetime: Duration) -> Result {
        let since_1970 = u64::try_from(self.now.timestamp()).map_err(|_| DevelopmentPkiError::Time)?;
        let now = date_time_ymd(1970, 1, 1) + Duration::from_secs(since_1970);
        let mut params = CertificateParams::default();
        params.distinguished_name = self.distinguished_name(role);
        params.not_before = now - BACKDATED;
        params.not_after = now + lifetime;
        params.use_authority_key_identifier_extension = true;
        let policy = PolicyInformation { policy_identifier: TEST_POLICY, policy_qualifiers: None };
        params.custom_extensions.push(extension(&CertificatePolicies(vec![policy]))?);
        Ok(params)
    }

    /// The names by which [`crate::is_development`] recognises a hierarchy.
    fn distinguished_name(&self, role: &str) -> DistinguishedName {
        let mut name = DistinguishedName::new();
        name.push(DnType::OrganizationName, format!("{}{ORGANIZATION_SUFFIX}", self.name));
        name.push(DnType::CommonName, format!("{}{COMMON_NAME_INFIX}{role}", self.name));
        name
    }

    fn publish_list(&self, params: &mut CertificateParams, list: &str) {
        let uris = self.revocation.map(|address| vec![format!("{address}/{list}")]);
        params.crl_distribution_points.extend(uris.map(|uris| CrlDistributionPoint { uris }));
    }

    /// The issuing CA's list, and its responder.
    fn publish_both(&self, params: &mut CertificateParams) -> Result<()> {
        self.publish_list(params, "issuing.crl");
        let Some(address) = self.revocation else { return Ok(()) };
        let url = Ia5String::new(&format!("{address}/ocsp"))?;
        let access = AccessDescription {
            access_method: ID_AD_OCSP,
            access_location: GeneralName::UniformResourceIdentifier(url),
        };
        params.custom_extensions.push(extension(&AuthorityInfoAccessSyntax(vec![access]))?);
        Ok(())
    }
}

fn extension<T: AssociatedOid + Encode>(value: &T) -> der::Result<CustomExtension> {
    let arcs: Vec<u64> = T::OID.arcs().map(u64::from).collect();
    Ok(CustomExtension::from_oid_content(&arcs, value.to_der()?))
}
