//! What development authorities publish about revocation: CRLs and OCSP responses, fresh at every call.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use der::asn1::{Any, BitString, GeneralizedTime, Null, OctetString};
use der::{Decode, Encode};
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlNumber, SubjectKeyIdentifier};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Time;
use x509_cert::{AlgorithmIdentifier, Version};

use super::{AuthorityKey, DevelopmentPki, DevelopmentPkiError};
use crate::algorithm::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::revocation::{
    BasicOcspResponse, CertId, CertStatus, ID_PKIX_OCSP_BASIC, OcspRequest, OcspResponse, ResponseBytes,
    ResponseData, ResponseStatus, RevokedInfo, SingleResponse,
};

/// How long a CRL or an OCSP response is in force.
const IN_FORCE: TimeDelta = TimeDelta::hours(24);

/// A revoked certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Serial number, big-endian.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: DateTime<Utc>,
}

/// Signs CRLs and OCSP responses with the keys of a development hierarchy.
#[derive(Debug)]
pub struct Publisher {
    root: AuthorityKey,
    issuing: AuthorityKey,
    responder: AuthorityKey,
}

impl Publisher {
    /// Loads the keys of a hierarchy.
    ///
    /// # Errors
    /// When they cannot be read or do not belong together.
    pub fn new(pki: &DevelopmentPki) -> Result<Self, DevelopmentPkiError> {
        let load = |key: &str, certificate: &str| {
            let chain = Certificate::all_from_pem(certificate)?;
            AuthorityKey::from_pem(key, chain.first())
        };
        Ok(Self {
            root: load(&pki.root_key_pem, &pki.root_pem)?,
            issuing: load(&pki.issuing_key_pem, &pki.issuing_pem)?,
            responder: load(&pki.responder_key_pem, &pki.responder_pem)?,
        })
    }

    /// The root's CRL, about the issuing CA; DER.
    ///
    /// # Errors
    /// When it cannot be encoded or signed.
    pub fn root_crl(&self, now: DateTime<Utc>, revoked: &[Revoked]) -> Result<Vec<u8>, DevelopmentPkiError> {
        crl(&self.root, now, revoked)
    }

    /// The issuing CA's CRL, about seals and the time-stamp authority; DER.
    ///
    /// # Errors
    /// When it cannot be encoded or signed.
    pub fn issuing_crl(
        &self,
        now: DateTime<Utc>,
        revoked: &[Revoked],
    ) -> Result<Vec<u8>, DevelopmentPkiError> {
        crl(&self.issuing, now, revoked)
    }

    /// Answers an `application/ocsp-request` about certificates of the issuing CA with an
    /// `application/ocsp-response`, signed by the responder that this CA delegated.
    ///
    /// # Errors
    /// When the answer cannot be encoded or signed.
    pub fn ocsp(
        &self,
        request: &[u8],
        now: DateTime<Utc>,
        revoked: &[Revoked],
    ) -> Result<Vec<u8>, DevelopmentPkiError> {
        let Ok(request) = OcspRequest::from_der(request) else {
            let response_status = ResponseStatus::MalformedRequest;
            return Ok(OcspResponse { response_status, response_bytes: None }.to_der()?);
        };
        let questions = request.tbs_request.request_list.into_iter();
        let answers = questions.map(|question| self.answer(question.req_cert, now, revoked));
        let data = ResponseData {
            version: None,
            responder_id: by_name(self.responder.certificate())?,
            produced_at: generalized(now)?,
            responses: answers.collect::<Result<_, _>>()?,
            response_extensions: request.tbs_request.request_extensions,
        };
        let response = BasicOcspResponse {
            signature: BitString::from_bytes(&self.responder.sign(&data.to_der()?)?)?,
            signature_algorithm: algorithm()?,
            certs: Some(vec![Any::from_der(self.responder.certificate().der())?]),
            tbs_response_data: data,
        };
        let response = OctetString::new(response.to_der()?)?;
        let bytes = ResponseBytes { response_type: ID_PKIX_OCSP_BASIC, response };
        let response_status = ResponseStatus::Successful;
        Ok(OcspResponse { response_status, response_bytes: Some(bytes) }.to_der()?)
    }

    fn answer(
        &self,
        cert_id: CertId,
        now: DateTime<Utc>,
        revoked: &[Revoked],
    ) -> Result<SingleResponse, DevelopmentPkiError> {
        let found = revoked.iter().find(|revoked| revoked.serial == cert_id.serial());
        let cert_status = match found {
            _ if !cert_id.is_of(self.issuing.certificate()) => CertStatus::Unknown(Null),
            Some(revoked) => CertStatus::Revoked(RevokedInfo {
                revocation_time: generalized(revoked.at)?,
                revocation_reason: None,
            }),
            None => CertStatus::Good(Null),
        };
        Ok(SingleResponse {
            cert_id,
            cert_status,
            this_update: generalized(now)?,
            next_update: Some(generalized(now + IN_FORCE)?),
            single_extensions: None,
        })
    }
}

fn crl(key: &AuthorityKey, now: DateTime<Utc>, revoked: &[Revoked]) -> Result<Vec<u8>, DevelopmentPkiError> {
    let entry = |revoked: &Revoked| {
        Ok(RevokedCert {
            serial_number: SerialNumber::<Rfc5280>::new(&revoked.serial)?,
            revocation_date: Time::from(generalized(revoked.at)?.to_date_time()),
            crl_entry_extensions: None,
        })
    };
    let entries = revoked.iter().map(entry).collect::<Result<Vec<_>, DevelopmentPkiError>>()?;
    let list = TbsCertList {
        version: Version::V2,
        signature: algorithm()?,
        issuer: key.certificate().fields().subject().clone(),
        this_update: Time::from(generalized(now)?.to_date_time()),
        next_update: Some(Time::from(generalized(now + IN_FORCE)?.to_date_time())),
        revoked_certificates: (!entries.is_empty()).then_some(entries),
        crl_extensions: Some(vec![key_identifier(key.certificate())?, number(now)?]),
    };
    let signature = BitString::from_bytes(&key.sign(&list.to_der()?)?)?;
    let list =
        CertificateList { signature_algorithm: list.signature.clone(), tbs_cert_list: list, signature };
    Ok(list.to_der()?)
}

fn algorithm() -> der::Result<AlgorithmIdentifier> {
    SignatureAlgorithm::EcdsaP256Sha256.identifier()
}

/// `ResponderID`, by name.
fn by_name(certificate: &Certificate) -> der::Result<Any> {
    let tag = der::Tag::ContextSpecific { constructed: true, number: der::TagNumber(1) };
    Any::new(tag, certificate.fields().subject().to_der()?)
}

fn key_identifier(authority: &Certificate) -> Result<Extension, DevelopmentPkiError> {
    let subject = authority.extension::<SubjectKeyIdentifier>()?;
    let identifier = AuthorityKeyIdentifier {
        key_identifier: subject.map(|subject| subject.0),
        ..AuthorityKeyIdentifier::default()
    };
    extension::<AuthorityKeyIdentifier>(&identifier)
}

/// CRLs are numbered by the second.
fn number(now: DateTime<Utc>) -> Result<Extension, DevelopmentPkiError> {
    let seconds = u64::try_from(now.timestamp()).map_err(|_| DevelopmentPkiError::Time)?;
    extension::<CrlNumber>(&CrlNumber(der::asn1::Uint::new(&seconds.to_be_bytes())?))
}

fn extension<T: der::oid::AssociatedOid + Encode>(value: &T) -> Result<Extension, DevelopmentPkiError> {
    let extn_value = OctetString::new(value.to_der()?)?;
    Ok(Extension { extn_id: T::OID, critical: false, extn_value })
}

fn generalized(time: DateTime<Utc>) -> Result<GeneralizedTime, DevelopmentPkiError> {
    let seconds = u64::try_from(time.timestamp()).map_err(|_| DevelopmentPkiError::Time)?;
    Ok(GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))?)
}
