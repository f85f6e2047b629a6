//! Making CAdES signatures.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use der::oid::db::rfc5911::{ID_DATA, ID_SIGNING_TIME};
use mime::Mime;
use x509_cert::time::Time;

use super::MIME_TYPE;
use crate::cms::{Template, attribute};
use crate::key::{SignError, SigningKey};

/// Makes detached CAdES B-B signatures with one key.
#[derive(Debug)]
pub struct Signer {
    key: Arc<SigningKey>,
    template: Template,
}

impl Signer {
    /// Encodes the parts that stay the same.
    ///
    /// # Errors
    /// When a certificate's fields cannot be encoded.
    pub fn new(key: Arc<SigningKey>) -> Result<Self, SignError> {
        let template = Template::new(ID_DATA, key.algorithm(), key.leaf(), key.chain())?;
        Ok(Self { key, template })
    }

    /// Signs `payload`; returns a CMS `ContentInfo` (DER) without the payload.
    ///
    /// # Errors
    /// When the signing time is not within the years 1970 to 9999, or the key refuses.
    pub fn sign_detached(
        &self,
        payload: &[u8],
        mime_type: &Mime,
        signing_time: DateTime<Utc>,
    ) -> Result<Vec<u8>, SignError> {
        let attributes = [
            attribute(ID_SIGNING_TIME, &asn1_time(signing_time)?)?,
            attribute(MIME_TYPE, &mime_type.as_ref().to_owned())?,
        ];
        let digest = self.key.algorithm().digest().of(payload);
        self.template.write(None, &digest, &attributes, |message| self.sign(message))
    }

    /// Signs `payload` without `signing-time` and `mime-type`, as a PDF signature must (EN 319 142-1, clause 6.3):
    /// there the time is in the signature dictionary.
    ///
    /// # Errors
    /// When the key refuses.
    pub fn sign_for_pdf(&self, payload: &[u8]) -> Result<Vec<u8>, SignError> {
        let digest = self.key.algorithm().digest().of(payload);
        self.template.write(None, &digest, &[], |message| self.sign(message))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.key.sign_asn1(message)?.as_ref().to_vec())
    }
}

/// UTCTime through 2049, GeneralizedTime after it (RFC 5652, section 11.3); whole seconds.
fn asn1_time(time: DateTime<Utc>) -> Result<Time, SignError> {
    let seconds = u64::try_from(time.timestamp()).map_err(|_| SignError::Time)?;
    let time = der::DateTime::from_unix_duration(Duration::from_secs(seconds));
    time.map(Time::from).map_err(|_| SignError::Time)
}
