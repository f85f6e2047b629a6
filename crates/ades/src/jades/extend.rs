//! Raising a signature to a higher level.

use super::json::{Flattened, Unprotected};
use super::read::Jws;
use crate::malformed::Malformed;
use crate::timestamp::Token;

/// What a signature time-stamp covers: the signature value as it is written, in base64url (TS 119 182-1, clause
/// 5.3.4).
///
/// # Errors
/// When this is not a JWS of the profile.
pub fn signature_value(jws: &str) -> Result<Vec<u8>, Malformed> {
    Ok(Jws::decode(jws.as_bytes())?.encoded_value.into_bytes())
}

/// Adds a signature time-stamp: B-B becomes B-T, in the flattened JSON serialization.
///
/// # Errors
/// When this is not a JWS of the profile, it has a time-stamp already, or the token covers something else.
pub fn add_signature_timestamp(jws: &str, token: &Token) -> Result<String, Malformed> {
    let jws = Jws::decode(jws.as_bytes())?;
    if jws.unprotected.is_some() || !token.covers(jws.encoded_value.as_bytes()) {
        return Err(Malformed::Profile("it has a time-stamp already, or the new one is of something else"));
    }
    let header = Unprotected::with(token).map_err(|_| Malformed::Jws)?;
    let flattened =
        Flattened { protected: jws.encoded_header, signature: jws.encoded_value, header: Some(header) };
    serde_json::to_string(&flattened).map_err(|_| Malformed::Jws)
}
