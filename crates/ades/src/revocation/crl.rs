//! CRLs (RFC 5280, section 5): of the issuer itself, and complete, not delta CRLs.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use der::oid::AssociatedOid;
use der::oid::db::rfc5280::ID_CE_DELTA_CRL_INDICATOR;
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use x509_cert::crl::{CertificateList, TbsCertList};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlNumber};
use x509_cert::ext::{Extension, Extensions};

use super::Answer;
use super::issuing_point::{ID_CE_ISSUING_DISTRIBUTION_POINT, Scope, scope};
use crate::algorithm::{Encoding, Scheme};
use crate::certificate::{Certificate, moment};
use crate::malformed::Malformed;

/// Critical extensions that are understood; a CRL with any other does not count.
const UNDERSTOOD: [ObjectIdentifier; 3] =
    [ID_CE_ISSUING_DISTRIBUTION_POINT, CrlNumber::OID, AuthorityKeyIdentifier::OID];

/// A CRL whose encoding is exactly DER.
#[derive(Debug, Clone)]
pub(super) struct Crl {
    list: CertificateList,
    signed: Vec<u8>,
    /// The first issuer whose signature was checked, by fingerprint, and the result: the check is repeated often.
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
        if list.issuer != *certificate.fields().issuer() || !is_understood(list) {
            return None;
        }
        let scope = scope(list, certificate);
        if scope == Scope::Elsewhere || !issuer.may_sign_crls() || !self.is_signed_by(issuer)? {
            return None;
        }
        let revoked_at = revoked_at(list, certificate)?;
        if scope == Scope::SomeReasons && revoked_at.is_none() {
            return None;
        }
        Some(Answer {
            revoked_at,
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

/// Whether no extension changes what the entries mean. Delta CRLs are refused by their indicator, even where it is not
/// critical as it must be (RFC 5280, section 5.2.4).
fn is_understood(list: &TbsCertList) -> bool {
    let mut extensions = list.crl_extensions.iter().flatten();
    let is_delta = extensions.any(|extension| extension.extn_id == ID_CE_DELTA_CRL_INDICATOR);
    !is_delta
        && critical(list.crl_extensions.as_ref()).all(|extension| UNDERSTOOD.contains(&extension.extn_id))
}

/// The earliest revocation, if several entries name the certificate. `None` if any entry has a critical extension, which
/// could change whom it is about.
fn revoked_at(list: &TbsCertList, certificate: &Certificate) -> Option<Option<DateTime<Utc>>> {
    let entries = list.revoked_certificates.iter().flatten();
    if entries.clone().any(|entry| critical(entry.crl_entry_extensions.as_ref()).next().is_some()) {
        return None;
    }
    let about = entries.filter(|entry| entry.serial_number == *certificate.fields().serial_number());
    Some(about.map(|entry| moment(entry.revocation_date)).min())
}

fn critical(extensions: Option<&Extensions>) -> impl Iterator<Item = &Extension> {
    extensions.into_iter().flatten().filter(|extension| extension.critical)
}
