//! Fetching evidence from the addresses that certificates name.

use std::time::Duration;

use chrono::{DateTime, Utc};
use der::Encode;
use der::asn1::OctetString;
use der::oid::db::rfc6960::ID_PKIX_OCSP_NONCE;
use reqwest::header::CONTENT_TYPE;
use ring::rand::{SecureRandom, SystemRandom};
use thiserror::Error;
use x509_cert::ext::Extension;

use super::evidence::{MAX_CRL_BYTES, MAX_OCSP_BYTES};
use super::ocsp_structure::{OcspRequest, Request, TbsRequest};
use super::{CertId, Evidence, Status, status};
use crate::certificate::Certificate;
use crate::http::{self, HttpError};
use crate::malformed::Malformed;

/// Addresses of each kind that are tried, of those that a certificate names.
const MAX_ADDRESSES: usize = 2;

/// Why there is no evidence.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The HTTP client cannot be set up.
    #[error("revocation cannot be asked about")]
    Setup(#[source] HttpError),
    /// None of the addresses answered with evidence that counts.
    #[error("no evidence about {subject}")]
    Unknown {
        /// Subject of the certificate (RFC 4514).
        subject: String,
        /// What went wrong at the last address.
        #[source]
        why: EvidenceError,
    },
}

/// Why an address gave no evidence that counts.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// The certificate names no address that can be asked.
    #[error("it names no place that can be asked")]
    NoAddress,
    /// The random generator failed.
    #[error("no random numbers")]
    Random,
    /// The OCSP request could not be encoded.
    #[error("the question cannot be encoded")]
    Encoding(#[from] der::Error),
    /// The server gave no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The answer is neither a CRL nor an OCSP response.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The nonce is that of another request.
    #[error("the answer is to another question")]
    Nonce,
    /// The OCSP response is stale, about another certificate, or signed by nobody whom the issuer delegated.
    #[error("the answer is stale, or of nobody responsible")]
    Response,
    /// The CRL is stale, about other certificates, or not signed by the issuer.
    #[error("the list is stale, or of nobody responsible")]
    List,
}

/// Asks OCSP responders, then fetches CRLs. Needs the feature `online`.
///
/// Call it for certificates that lead to a trust anchor ([`crate::Verifier::links`]), and no others: it calls the
/// addresses that they name.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
}

impl Client {
    /// Every request ends after `deadline`.
    ///
    /// # Errors
    /// When HTTP cannot be set up.
    pub fn new(deadline: Duration) -> Result<Self, FetchError> {
        Ok(Self { http: http::client(deadline).map_err(FetchError::Setup)? })
    }

    /// Fetches evidence about each certificate of a path, given with its issuer. Skips certificates whose issuer
    /// publishes nothing.
    ///
    /// # Errors
    /// When no address gives evidence that covers `now`, for one of them.
    pub async fn gather(
        &self,
        links: &[(&Certificate, &Certificate)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Evidence>, FetchError> {
        let mut found: Vec<Evidence> = Vec::new();
        for (certificate, issuer) in links {
            let known: Vec<&Evidence> = found.iter().collect();
            if status(certificate, issuer, &known, now, now) == Status::Unknown {
                found.push(self.fetch(certificate, issuer, now).await?);
            }
        }
        Ok(found)
    }

    /// Fetches evidence about `certificate` of `issuer` that covers `now`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fetch(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        now: DateTime<Utc>,
    ) -> Result<Evidence, FetchError> {
        let mut why = EvidenceError::NoAddress;
        let counts = |evidence: &Evidence| {
            let known = status(certificate, issuer, &[evidence], now, now);
            matches!(known, Status::Good | Status::Revoked(_))
        };
        for url in certificate.ocsp_urls().iter().take(MAX_ADDRESSES) {
            match self.ask(url, certificate, issuer).await {
                Ok(evidence) if counts(&evidence) => return Ok(evidence),
                Ok(_) => why = EvidenceError::Response,
                Err(error) => why = error,
            }
        }
        for url in certificate.crl_urls().iter().take(MAX_ADDRESSES) {
            match self.list(url).await {
                Ok(evidence) if counts(&evidence) => return Ok(evidence),
                Ok(_) => why = EvidenceError::List,
                Err(error) => why = error,
            }
        }
        Err(FetchError::Unknown { subject: certificate.subject(), why })
    }

    /// Asks a responder. It may leave our nonce out (RFC 9654, section 2.1), but not change it.
    async fn ask(
        &self,
        url: &str,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Evidence, EvidenceError> {
        let mut nonce = [0; 32];
        SystemRandom::new().fill(&mut nonce).map_err(|_| EvidenceError::Random)?;
        let question = question(certificate, issuer, &nonce)?;
        let request = self.http.post(url).header(CONTENT_TYPE, "application/ocsp-request").body(question);
        let answer = http::fetch(request, MAX_OCSP_BYTES).await?;
        let evidence = Evidence::from_ocsp(&answer)?;
        if evidence.nonce().is_some_and(|answered| answered != nonce) {
            return Err(EvidenceError::Nonce);
        }
        Ok(evidence)
    }

    async fn list(&self, url: &str) -> Result<Evidence, EvidenceError> {
        let list = http::fetch(self.http.get(url), MAX_CRL_BYTES).await?;
        Ok(Evidence::from_bytes(&list)?)
    }
}

fn question(certificate: &Certificate, issuer: &Certificate, nonce: &[u8]) -> der::Result<Vec<u8>> {
    let nonce = Extension {
        extn_id: ID_PKIX_OCSP_NONCE,
        critical: false,
        extn_value: OctetString::new(OctetString::new(nonce)?.to_der()?)?,
    };
    let request = Request { req_cert: CertId::of(certificate, issuer)? };
    let tbs_request = TbsRequest { request_list: vec![request], request_extensions: Some(vec![nonce]) };
    OcspRequest { tbs_request }.to_der()
}
