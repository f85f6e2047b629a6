//! Fetching evidence from where certificates say that it is.

use std::time::Duration;

use chrono::{DateTime, Utc};
use der::Encode;
use der::asn1::OctetString;
use der::oid::db::rfc6960::ID_PKIX_OCSP_NONCE;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect;
use ring::rand::{SecureRandom, SystemRandom};
use thiserror::Error;
use x509_cert::ext::Extension;

use super::evidence::{MAX_CRL_BYTES, MAX_OCSP_BYTES};
use super::ocsp_structure::{OcspRequest, Request, TbsRequest};
use super::{CertId, Evidence, Status, status};
use crate::certificate::Certificate;
use crate::http;

/// Of the addresses that a certificate names, so many are tried of each kind.
const TRIED: usize = 2;

/// Why there is no evidence.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The client could not be set up, or a question not be written.
    #[error("revocation cannot be asked about: {0}")]
    Setup(String),
    /// None of the places answered with evidence that counts.
    #[error("no evidence about {subject}: {why}")]
    Unknown {
        /// The certificate asked about.
        subject: String,
        /// What went wrong at the last place.
        why: String,
    },
}

/// Asks responders, then fetches lists. Call it for certificates that a trust anchor vouches for, and no others.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
}

impl Client {
    /// Every request has ended, one way or the other, after `deadline`.
    ///
    /// # Errors
    /// When HTTP cannot be set up.
    pub fn new(deadline: Duration) -> Result<Self, FetchError> {
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).timeout(deadline).build();
        Ok(Self { http: http.map_err(|error| FetchError::Setup(error.to_string()))? })
    }

    /// Fetches evidence about each certificate of a path, given with its issuer. Nothing is asked about certificates
    /// whose issuer publishes nothing.
    ///
    /// # Errors
    /// When there is none that tells about `now` for one of them.
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

    /// Fetches evidence about `certificate` of `issuer` that tells about `now`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fetch(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        now: DateTime<Utc>,
    ) -> Result<Evidence, FetchError> {
        let mut why = String::from("it names no place that can be asked");
        let counts = |evidence: &Evidence| {
            let known = status(certificate, issuer, &[evidence], now, now);
            matches!(known, Status::Good | Status::Revoked(_))
        };
        for url in certificate.ocsp_urls().iter().take(TRIED) {
            match self.ask(url, certificate, issuer).await {
                Ok(evidence) if counts(&evidence) => return Ok(evidence),
                Ok(_) => why = "the answer is stale, or of nobody responsible".into(),
                Err(error) => why = error,
            }
        }
        for url in certificate.crl_urls().iter().take(TRIED) {
            match self.list(url).await {
                Ok(evidence) if counts(&evidence) => return Ok(evidence),
                Ok(_) => why = "the list is stale, or of nobody responsible".into(),
                Err(error) => why = error,
            }
        }
        Err(FetchError::Unknown { subject: certificate.subject(), why })
    }

    /// Asks a responder. A nonce is sent; a responder may leave it out (RFC 9654, section 2.1), but not change it.
    async fn ask(
        &self,
        url: &str,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Evidence, String> {
        let mut nonce = [0; 32];
        SystemRandom::new().fill(&mut nonce).map_err(|_| "no random numbers".to_owned())?;
        let question = question(certificate, issuer, &nonce).map_err(|error| error.to_string())?;
        let request = self.http.post(url).header(CONTENT_TYPE, "application/ocsp-request").body(question);
        let answer = http::fetch(request, MAX_OCSP_BYTES).await?;
        let evidence = Evidence::from_ocsp(&answer).map_err(|error| error.to_string())?;
        if evidence.nonce().is_some_and(|answered| answered != nonce) {
            return Err("the answer is to another question".into());
        }
        Ok(evidence)
    }

    async fn list(&self, url: &str) -> Result<Evidence, String> {
        let list = http::fetch(self.http.get(url), MAX_CRL_BYTES).await?;
        Evidence::from_bytes(&list).map_err(|error| error.to_string())
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
