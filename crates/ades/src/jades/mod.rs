//! JAdES: JSON Advanced Electronic Signatures, detached (ETSI TS 119 182-1, RFC 7515, RFC 7797), at the baseline levels
//! B-B and B-T.
//!
//! B-B is a compact JWS `header..signature` with `b64: false`: the signature covers the stored payload, byte for byte.
//! The signing time is in `iat`, which TS 119 182-1 prefers since version 1.2.1 and stock JOSE libraries
//! accept; `sigT` would have to be in `crit`, and they refuse that.
//!
//! A time-stamp needs a place that the signature does not cover, which the compact form lacks: B-T is the same
//! signature in the flattened JSON serialization (RFC 7515, section 7.2.2), with the token under `etsiU` / `sigTst`.

mod extend;
mod header;
mod json;
mod read;
mod sign;

use data_encoding::BASE64;

use crate::malformed::Malformed;

pub use extend::{add_signature_timestamp, signature_value};
pub(super) use read::{is_sound, read};
pub use sign::Signer;

/// What a signature value covers: the encoded header, a dot, and the payload as it is (RFC 7797, section 3).
fn signing_input(header: &str, payload: &[u8]) -> Vec<u8> {
    [header.as_bytes(), b".", payload].concat()
}

/// Decodes padded base64 (RFC 4648, section 4). The library also decodes several encodings in a row (`QQ==QQ==`), which
/// would give one value several texts: padding is accepted at the end alone.
fn decode_base64(text: &str) -> Result<Vec<u8>, Malformed> {
    if text.trim_end_matches('=').contains('=') {
        return Err(Malformed::Jws);
    }
    BASE64.decode(text.as_bytes()).map_err(|_| Malformed::Jws)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_text_in_base64() {
        assert_eq!(decode_base64("AQID").unwrap(), [1, 2, 3]);
        assert_eq!(decode_base64("AQI=").unwrap(), [1, 2]);
        assert_eq!(decode_base64("AQ==").unwrap(), [1]);
        assert!(decode_base64("").unwrap().is_empty());
        for other in [
            "AQ", "AQ=", "AQI", "AQ===", "AQ==AQ==", "AQ==AQID", "AQID====", "=", "====", "AR==", "AQJ=",
            "AQ ==", "AQID\n", "AQI-", "AQI_",
        ] {
            assert!(matches!(decode_base64(other), Err(Malformed::Jws)), "{other:?}");
        }
    }
}
