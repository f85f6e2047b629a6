//! A time-stamp authority for development and tests.

use std::time::Duration;

use chrono::{DateTime, Utc};
use der::asn1::{AnyRef, GeneralizedTime, Int};
use der::oid::db::rfc3161::ID_CT_TST_INFO;
use der::oid::db::rfc5911::ID_SIGNING_TIME;
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use ring::rand::{SecureRandom, SystemRandom};
use x509_cert::time::Time;

use super::exchange::{GRANTED, PkiStatusInfo, REJECTION, TimeStampReq, TimeStampResp};
use super::tst_info::{Accuracy, TstInfo};
use crate::algorithm::{Digest, SignatureAlgorithm};
use crate::certificate::{Certificate, Purpose};
use crate::cms::{Template, attribute};
use crate::development_pki::{AuthorityKey, DevelopmentPkiError};
use crate::realm::TEST_POLICY;

/// Answers requests with the key of a development hierarchy. It takes the time from its caller.
#[derive(Debug)]
pub struct DevelopmentAuthority {
    key: AuthorityKey,
    template: Template,
}

impl DevelopmentAuthority {
    /// Loads a P-256 key (PKCS#8) and its chain, both PEM, leaf first.
    ///
    /// # Errors
    /// When they cannot be read, do not belong together, or the certificate is not for time-stamps.
    pub fn new(key_pem: &str, chain_pem: &str) -> Result<Self, DevelopmentPkiError> {
        let chain = Certificate::all_from_pem(chain_pem)?;
        let key = AuthorityKey::from_pem(key_pem, chain.first())?;
        key.certificate().check(Purpose::Timestamp)?;
        let algorithm = SignatureAlgorithm::EcdsaP256Sha256;
        let template = Template::new(ID_CT_TST_INFO, algorithm, key.certificate(), chain.iter())?;
        Ok(Self { key, template })
    }

    /// Answers an `application/timestamp-query` with an `application/timestamp-reply`: a token, or a refusal of what
    /// cannot be read or uses another hash than is accepted.
    ///
    /// # Errors
    /// When the answer cannot be encoded or signed.
    pub fn respond(&self, query: &[u8], now: DateTime<Utc>) -> Result<Vec<u8>, DevelopmentPkiError> {
        let request = TimeStampReq::from_der(query).ok().filter(is_acceptable);
        let token = request.map(|request| self.token(request, now)).transpose()?;
        let token = token.as_deref().map(AnyRef::from_der).transpose()?;
        let status = if token.is_some() { GRANTED[0] } else { REJECTION };
        let status = PkiStatusInfo { status, status_string: None, fail_info: None };
        Ok(TimeStampResp { status, time_stamp_token: token }.to_der()?)
    }

    fn token(&self, request: TimeStampReq, now: DateTime<Utc>) -> Result<Vec<u8>, DevelopmentPkiError> {
        let seconds = u64::try_from(now.timestamp()).map_err(|_| DevelopmentPkiError::Time)?;
        let time = GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))?;
        let encoded = time.to_der()?;
        let info = TstInfo {
            version: 1,
            policy: request.req_policy.unwrap_or(TEST_POLICY),
            message_imprint: request.message_imprint,
            serial_number: serial_number()?,
            gen_time: AnyRef::from_der(&encoded)?,
            accuracy: Some(Accuracy { seconds: Some(1), millis: None, micros: None }),
            ordering: false,
            nonce: request.nonce,
            tsa: None,
            extensions: None,
        };
        let content = info.to_der()?;
        let signing_time = attribute(ID_SIGNING_TIME, &Time::from(time.to_date_time()))?;
        let digest = Digest::Sha256.of(&content);
        self.template.write(Some(&content), &digest, &[signing_time], |message| self.key.sign(message))
    }
}

/// No extension is understood, and the imprint must be as long as its hash says.
fn is_acceptable(request: &TimeStampReq) -> bool {
    let imprint = &request.message_imprint;
    let digest = Digest::named(imprint.hash_algorithm.owned_to_ref());
    let fits =
        digest.is_some_and(|digest| usize::from(digest.length()) == imprint.hashed_message.as_bytes().len());
    request.version == 1 && request.extensions.is_none() && fits
}

fn serial_number() -> Result<Int, DevelopmentPkiError> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| DevelopmentPkiError::Random)?;
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(Int::new(&bytes)?)
}
