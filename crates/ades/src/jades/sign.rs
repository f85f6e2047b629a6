//! Making JAdES signatures. Most of the header is encoded once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use mime::Mime;

use super::header::{Constant, Variable};
use super::signing_input;
use crate::key::{SignError, SigningKey};

/// Makes detached JAdES B-B signatures with one key.
#[derive(Debug)]
pub struct Signer {
    key: Arc<SigningKey>,
    /// The head of the header in base64url: as many whole groups of three bytes as there are.
    encoded: String,
    /// The rest of the head, at most two bytes; the variable members continue from there.
    rest: Vec<u8>,
}

impl Signer {
    /// Encodes the members that all signatures share.
    ///
    /// # Errors
    /// When the header cannot be written as JSON.
    pub fn new(key: Arc<SigningKey>) -> Result<Self, SignError> {
        // The closing brace gives way to a comma.
        let mut head = serde_json::to_vec(&Constant::new(key.algorithm(), key.leaf(), key.chain()))?;
        head.pop();
        head.push(b',');
        let rest = head.split_off(head.len() - head.len() % 3);
        Ok(Self { encoded: BASE64URL_NOPAD.encode(&head), rest, key })
    }

    /// Signs `payload`; returns the compact JWS without the payload.
    ///
    /// # Errors
    /// When the time is before 1970, or the key refuses.
    pub fn sign_detached(
        &self,
        payload: &[u8],
        mime_type: &Mime,
        signing_time: DateTime<Utc>,
    ) -> Result<String, SignError> {
        let header = self.header(mime_type, signing_time)?;
        let signature = self.key.sign_fixed(&signing_input(&header, payload))?;
        Ok(format!("{header}..{}", BASE64URL_NOPAD.encode(signature.as_ref())))
    }

    /// The whole header in base64url.
    fn header(&self, mime_type: &Mime, signing_time: DateTime<Utc>) -> Result<String, SignError> {
        let iat = signing_time.timestamp();
        if iat < 0 {
            return Err(SignError::Time);
        }
        let variable = serde_json::to_vec(&Variable { cty: content_type(mime_type), iat })?;
        let members = variable.strip_prefix(b"{").unwrap_or(&variable);
        let mut header = self.encoded.clone();
        BASE64URL_NOPAD.encode_append(&[&self.rest, members].concat(), &mut header);
        Ok(header)
    }
}

/// A leading `application/` is left out where nothing is lost by it (RFC 7515, section 4.1.10).
fn content_type(mime_type: &Mime) -> &str {
    let whole = mime_type.as_ref();
    whole.strip_prefix("application/").filter(|rest| !rest.contains('/')).unwrap_or(whole)
}
