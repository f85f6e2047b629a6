//! Lists of revoked certificates (RFC 5280, section 5): complete ones, of the issuer itself.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use der::oid::AssociatedOid;
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use x509_cert::crl::{CertificateList, TbsCertList};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, CrlNumber, IssuingDistributionPoint};
use x509_cert::ext::{Extension, Extensions};

use super::Answer;
use crate::signature::algorithm::{Encoding, Scheme};
use crate::signature::certificate::{Certificate, moment};
use crate::signature::reading::Malformed;

/// Critical extensions that are understood; a list with any other does not count. Partial lists (delta, indirect)
/// name themselves by one.
const UNDERSTOOD: [ObjectIdentifier; 3] =
    [IssuingDistributionPoint::OID, CrlNumber::OID, AuthorityKeyIdentifier::OID];

/// A list whose encoding is exactly DER.
#[derive(Debug, Clone)]
pub(super) struct Crl {
    list: CertificateList,
    signed: Vec<u8>,
    /// By whom it was first asked whether they signed it, and what was found: it is asked again and again.
    asked: OnceLock<([u8; 32], Option<bool>)>,
}

impl Crl {
    pub(super) fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let list = CertificateList::from_der(der)?;
        if list.to_der()? != der || list.signature_algorithm != list.tbs_cert_list.signature {
            return Err(Malformed::NotCanonical);
        }
        Ok(Self { signed: list.tbs_cert_list.to_der()?, list, asked: OnceLock::new() })
    }

    pub(super) fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Answer> {
        let list = &self.list.tbs_cert_list;
        let concerns = list.issuer == *certificate.fields().issuer() && covers(list, certificate)?;
        if !concerns || !issuer.may_sign_crls() || !self.is_signed_by(issuer)? {
            return None;
        }
        Some(Answer {
            revoked_at: revoked_at(list, certificate)?,
            this_update: moment(list.this_update),
            next_update: list.next_update.map(moment),
        })
    }

    fn is_signed_by(&self, issuer: &Certificate) -> Option<bool> {
        let (first, found) = self.asked.get_or_init(|| (issuer.fingerprint(), self.verify(issuer)));
        if *first == issuer.fingerprint() { *found } else { self.verify(issuer) }
    }

    fn verify(&self, issuer: &Certificate) -> Option<bool> {
        let scheme = Scheme::named(self.list.signature_algorithm.owned_to_ref())?;
        let key = issuer.public_key().ok()?;
        Some(key.verify(scheme, Encoding::Asn1, &self.signed, self.list.signature.as_bytes()?))
    }
}

/// Whether the list is complete for certificates of this kind.
fn covers(list: &TbsCertList, certificate: &Certificate) -> Option<bool> {
    if critical(list.crl_extensions.as_ref()).any(|extension| !UNDERSTOOD.contains(&extension.extn_id)) {
        return Some(false);
    }
    let mut extensions = list.crl_extensions.iter().flatten();
    let Some(point) = extensions.find(|extension| extension.extn_id == IssuingDistributionPoint::OID) else {
        return Some(true);
    };
    let point = IssuingDistributionPoint::from_der(point.extn_value.as_bytes()).ok()?;
    let is_authority = certificate.extension::<BasicConstraints>().ok()?.is_some_and(|basic| basic.ca);
    let left_out = if is_authority { point.only_contains_user_certs } else { point.only_contains_ca_certs };
    let partial =
        point.only_some_reasons.is_some() || point.indirect_crl || point.only_contains_attribute_certs;
    Some(!left_out && !partial)
}

/// `None` when an entry has a critical extension, which could change whom it is about.
fn revoked_at(list: &TbsCertList, certificate: &Certificate) -> Option<Option<DateTime<Utc>>> {
    let mut entries = list.revoked_certificates.iter().flatten();
    if entries.clone().any(|entry| critical(entry.crl_entry_extensions.as_ref()).next().is_some()) {
        return None;
    }
    let entry = entries.find(|entry| entry.serial_number == *certificate.fields().serial_number());
    Some(entry.map(|entry| moment(entry.revocation_date)))
}

fn critical(extensions: Option<&Extensions>) -> impl Iterator<Item = &Extension> {
    extensions.into_iter().flatten().filter(|extension| extension.critical)
}
