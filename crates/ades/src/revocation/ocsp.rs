//! OCSP responses (RFC 6960): signed by the issuer, or by a responder that it delegated.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use der::asn1::GeneralizedTime;
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use x509_cert::time::Time;

use super::Answer;
use super::ocsp_structure::{
    BasicOcspResponse, CertStatus, ID_PKIX_OCSP_BASIC, OcspResponse, SingleResponse,
};
use crate::algorithm::{Encoding, Scheme};
use crate::certificate::{Certificate, moment};
use crate::malformed::Malformed;

/// An OCSP response whose encoding is exactly DER.
#[derive(Debug, Clone)]
pub(super) struct Ocsp {
    response: BasicOcspResponse,
    signed: Vec<u8>,
    responder: Option<Certificate>,
    /// The first issuer whose signature was checked, by fingerprint, and the result: the check is repeated often.
    asked: OnceLock<([u8; 32], Option<bool>)>,
}

impl Ocsp {
    pub(super) fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let outer = OcspResponse::from_der(der)?;
        if outer.to_der()? != der {
            return Err(Malformed::NotCanonical);
        }
        let bytes = outer.response_bytes.filter(|bytes| bytes.response_type == ID_PKIX_OCSP_BASIC);
        let bytes = bytes.ok_or(Malformed::Profile("an OCSP response without an answer"))?;
        let response = BasicOcspResponse::from_der(bytes.response.as_bytes())?;
        if response.to_der()? != bytes.response.as_bytes() {
            return Err(Malformed::NotCanonical);
        }
        let responder = match response.certs.as_deref().unwrap_or_default() {
            [] => None,
            [one] => Some(Certificate::from_der(&one.to_der()?)?),
            _ => return Err(Malformed::Profile("an OCSP response with more than one certificate")),
        };
        let signed = response.tbs_response_data.to_der()?;
        Ok(Self { signed, responder, response, asked: OnceLock::new() })
    }

    pub(super) fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Answer> {
        let responses = &self.response.tbs_response_data.responses;
        let singles: Vec<&SingleResponse> =
            responses.iter().filter(|single| single.cert_id.names(certificate, issuer)).collect();
        let mut extensions = singles.iter().filter_map(|single| single.single_extensions.as_ref()).flatten();
        let critical = extensions.any(|extension| extension.critical);
        if singles.is_empty() || critical || !self.is_signed_for(issuer)? {
            return None;
        }
        // Of several answers the worst counts: the earliest revocation, then good.
        let answers = singles.into_iter().filter_map(answer);
        answers.min_by_key(|answer| (answer.revoked_at.is_none(), answer.revoked_at))
    }

    /// The nonce: an OCTET STRING inside the extension's (RFC 9654, section 2.1).
    #[cfg(feature = "online")]
    pub(super) fn nonce(&self) -> Option<Vec<u8>> {
        use der::{asn1::OctetString, oid::db::rfc6960::ID_PKIX_OCSP_NONCE};
        let mut extensions = self.response.tbs_response_data.response_extensions.iter().flatten();
        let extension = extensions.find(|extension| extension.extn_id == ID_PKIX_OCSP_NONCE)?;
        Some(OctetString::from_der(extension.extn_value.as_bytes()).ok()?.into_bytes().into_vec())
    }

    /// Whether `issuer` signed the response, or a responder that it delegated.
    fn is_signed_for(&self, issuer: &Certificate) -> Option<bool> {
        let (first, found) = self.asked.get_or_init(|| (issuer.fingerprint(), self.verify_for(issuer)));
        if *first == issuer.fingerprint() { *found } else { self.verify_for(issuer) }
    }

    fn verify_for(&self, issuer: &Certificate) -> Option<bool> {
        let Some(responder) = &self.responder else { return self.is_signed_by(issuer) };
        let named = responder == issuer
            || responder.check_ocsp_responder().is_ok()
                && responder.is_valid_at(time(self.response.tbs_response_data.produced_at))
                && responder.is_issued_by(issuer);
        Some(named && self.is_signed_by(responder)?)
    }

    fn is_signed_by(&self, responder: &Certificate) -> Option<bool> {
        let scheme = Scheme::named(self.response.signature_algorithm.owned_to_ref())?;
        let key = responder.public_key().ok()?;
        Some(key.verify(scheme, Encoding::Asn1, &self.signed, self.response.signature.as_bytes()?))
    }
}

fn answer(single: &SingleResponse) -> Option<Answer> {
    let revoked_at = match single.cert_status {
        CertStatus::Good(_) => None,
        CertStatus::Revoked(info) => Some(time(info.revocation_time)),
        CertStatus::Unknown(_) => return None,
    };
    Some(Answer {
        revoked_at,
        this_update: time(single.this_update),
        next_update: single.next_update.map(time),
    })
}

fn time(time: GeneralizedTime) -> DateTime<Utc> {
    moment(Time::GeneralTime(time))
}
