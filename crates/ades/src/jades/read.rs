//! Reading JAdES strictly.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;

use super::header::Header;
use super::json::{Flattened, Unprotected};
use super::{decode_base64, signing_input};
use crate::algorithm::{Encoding, Scheme};
use crate::carried::decode_certificates;
use crate::certificate::Certificate;
use crate::limits::MAX_SIGNATURE_BYTES;
use crate::malformed::Malformed;
use crate::reading::Format;
use crate::reading::{Facts, Reading};

/// Reads a detached signature and checks it over `payload` with the public key of the certificate that it carries.
pub(crate) fn read(signature: &[u8], payload: &[u8]) -> Result<Reading, Malformed> {
    let jws = Jws::decode(signature)?;
    let encoded = jws.header.x5c.iter().map(|text| decode_base64(text)).collect::<Result<Vec<_>, _>>()?;
    let mut carried = decode_certificates(&encoded)?;
    if carried.is_empty() {
        return Err(Malformed::NoSigner);
    }
    // The signer's comes first (RFC 7515, section 4.1.6).
    let signer = carried.remove(0);
    let timestamps = jws.unprotected.as_ref().map(Unprotected::timestamps).transpose()?;
    Ok(Reading {
        format: Format::Jades,
        facts: jws.check(payload, &signer)?,
        signer,
        carried,
        evidence: Vec::new(),
        timestamps: timestamps.unwrap_or_default(),
        timestamped: jws.encoded_value.into_bytes(),
    })
}

/// Whether this is a sound signature over `payload` by the owner of `signer`, carrying that certificate.
pub(crate) fn is_sound(signature: &[u8], payload: &[u8], signer: &Certificate) -> Result<bool, Malformed> {
    let jws = Jws::decode(signature)?;
    let leaf = jws.header.x5c.first().ok_or(Malformed::NoSigner)?;
    Ok(decode_base64(leaf)? == signer.der() && jws.check(payload, signer)?.all_good())
}

/// A JWS without its payload.
pub(super) struct Jws {
    pub(super) encoded_header: String,
    pub(super) encoded_value: String,
    pub(super) unprotected: Option<Unprotected>,
    header: Header,
    scheme: Scheme,
    value: Vec<u8>,
}

impl Jws {
    /// Compact (`header..value`), or flattened JSON.
    pub(super) fn decode(signature: &[u8]) -> Result<Self, Malformed> {
        if signature.len() > MAX_SIGNATURE_BYTES {
            return Err(Malformed::TooLarge);
        }
        let flattened = if signature.first() == Some(&b'{') {
            serde_json::from_slice(signature).map_err(|_| Malformed::Jws)?
        } else {
            compact(signature)?
        };
        let Flattened { protected, signature, header: unprotected } = flattened;
        let value = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| Malformed::Jws)?;
        let header = header(&protected)?;
        let scheme = Scheme::of_jws(&header.alg).ok_or(Malformed::Algorithm)?;
        Ok(Self { encoded_header: protected, encoded_value: signature, unprotected, header, scheme, value })
    }

    fn check(&self, payload: &[u8], signer: &Certificate) -> Result<Facts, Malformed> {
        let key = signer.public_key().map_err(|_| Malformed::Algorithm)?;
        let covered = signing_input(&self.encoded_header, payload);
        let signature_valid = key.verify(self.scheme, Encoding::Fixed, &covered, &self.value);
        Ok(Facts {
            intact: signature_valid,
            signature_valid,
            signer_matches_attribute: self.header.x5t_s256 == BASE64URL_NOPAD.encode(&signer.fingerprint()),
            signing_time: signing_time(self.header.iat)?,
        })
    }
}

fn compact(signature: &[u8]) -> Result<Flattened, Malformed> {
    let text = std::str::from_utf8(signature).map_err(|_| Malformed::Jws)?;
    let (header, value) = text.split_once("..").ok_or(Malformed::Jws)?;
    Ok(Flattened { protected: header.to_owned(), signature: value.to_owned(), header: None })
}

fn header(encoded: &str) -> Result<Header, Malformed> {
    let json = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| Malformed::Jws)?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| Malformed::Jws)?;
    if header.b64 || header.crit != ["b64"] {
        return Err(Malformed::Profile("the payload must be unencoded: b64 false, and critical"));
    }
    Ok(header)
}

fn signing_time(iat: i64) -> Result<DateTime<Utc>, Malformed> {
    DateTime::from_timestamp(iat, 0).ok_or(Malformed::Profile("iat"))
}
