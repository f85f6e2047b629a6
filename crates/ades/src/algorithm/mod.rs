//! The algorithms that are accepted (ETSI TS 119 312), and the checks with them.
//!
//! | Accepted | With |
//! | --- | --- |
//! | SHA-256, SHA-384, SHA-512 | everything |
//! | ECDSA over P-256, P-384 | SHA-256, SHA-384 |
//! | RSA of 2048 to 8192 bits, PKCS#1 v1.5 and PSS | SHA-256, SHA-384, SHA-512 |
//! | Ed25519 (RFC 8410, RFC 8419) | its own hash |
//!
//! Nothing else: not SHA-1, not MD5, not shorter RSA. Other algorithms are refused before they are computed; the
//! outcome is `CRYPTO_CONSTRAINTS_FAILURE`.

mod digest;
mod public_key;
mod scheme;
mod signing;

pub use digest::Digest;
pub(super) use public_key::PublicKey;
pub(super) use scheme::{Encoding, Scheme};
pub use signing::SignatureAlgorithm;

/// SHA-256 of `bytes`.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}
