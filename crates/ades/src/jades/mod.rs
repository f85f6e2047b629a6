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

pub use extend::{add_signature_timestamp, signature_value};
pub(super) use read::{is_sound, read};
pub use sign::Signer;

/// What a signature value covers: the encoded header, a dot, and the payload as it is (RFC 7797, section 3).
fn signing_input(header: &str, payload: &[u8]) -> Vec<u8> {
    [header.as_bytes(), b".", payload].concat()
}
