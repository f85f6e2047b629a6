//! The flattened JSON serialization (RFC 7515, section 7.2.2) and what JAdES puts into its unprotected header
//! (TS 119 182-1, clause 5.3). Repeated and unknown members are refused.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};

use super::decode_base64;
use crate::limits::MAX_TIMESTAMPS;
use crate::malformed::Malformed;
use crate::timestamp::Token;

/// A signature without its payload.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flattened {
    pub(super) protected: String,
    pub(super) signature: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<Unprotected>,
}

/// The unprotected header.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unprotected {
    /// Each a JSON object in base64url.
    #[serde(rename = "etsiU")]
    etsi_u: Vec<String>,
}

/// The only kind of object that is accepted in `etsiU`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureTimestamp {
    #[serde(rename = "sigTst")]
    sig_tst: Tokens,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    #[serde(rename = "tstTokens")]
    tst_tokens: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    /// DER in base64.
    val: String,
}

impl Unprotected {
    /// A header with one signature time-stamp.
    pub(super) fn with(token: &Token) -> serde_json::Result<Self> {
        let tokens = Tokens { tst_tokens: vec![Value { val: BASE64.encode(token.der()) }] };
        let json = serde_json::to_vec(&SignatureTimestamp { sig_tst: tokens })?;
        Ok(Self { etsi_u: vec![BASE64URL_NOPAD.encode(&json)] })
    }

    /// The time-stamps in it: at most [`MAX_TIMESTAMPS`], because each is a signature to check, and none twice.
    pub(super) fn timestamps(&self) -> Result<Vec<Token>, Malformed> {
        let stamps: Vec<SignatureTimestamp> = self
            .etsi_u
            .iter()
            .take(MAX_TIMESTAMPS + 1)
            .map(|encoded| stamp(encoded))
            .collect::<Result<_, _>>()?;
        let mut values: Vec<&str> = Vec::new();
        for stamp in &stamps {
            if stamp.sig_tst.tst_tokens.is_empty() {
                return Err(Malformed::Profile("an empty time-stamp"));
            }
            values.extend(stamp.sig_tst.tst_tokens.iter().map(|token| token.val.as_str()));
        }
        values.sort_unstable();
        if !(1..=MAX_TIMESTAMPS).contains(&values.len()) || !values.is_sorted_by(|one, next| one < next) {
            return Err(Malformed::Profile("number of time-stamps"));
        }
        values.into_iter().map(token).collect()
    }
}

/// A member of `etsiU`: JSON in base64url.
fn stamp(encoded: &str) -> Result<SignatureTimestamp, Malformed> {
    let json = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| Malformed::Jws)?;
    serde_json::from_slice(&json).map_err(|_| Malformed::Jws)
}

fn token(base64: &str) -> Result<Token, Malformed> {
    Token::from_der(&decode_base64(base64)?)
}
