//! The algorithms of the profile: SHA-256, and ECDSA over P-256 with SHA-256 (ETSI TS 119 312).

use der::asn1::AnyRef;
use der::oid::ObjectIdentifier;
use der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_EC_PUBLIC_KEY, ID_SHA_256, SECP_256_R_1};
use ring::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef, SubjectPublicKeyInfoOwned};

/// How the two numbers of an ECDSA signature are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `ECDSA-Sig-Value`, DER (RFC 3279): CMS and X.509.
    Asn1,
    /// r‖s, 64 bytes (RFC 7518, section 3.4): JWS.
    Fixed,
}

/// SHA-256 of `bytes`.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}

/// Whether `signature` over `message` was made by the owner of the P-256 `point` (uncompressed, 65 bytes).
pub(super) fn verify(point: &[u8], encoding: Encoding, message: &[u8], signature: &[u8]) -> bool {
    match encoding {
        Encoding::Asn1 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
        Encoding::Fixed => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
    }
    .is_ok()
}

/// `id-sha256`, parameters absent (RFC 5754, section 2).
pub(super) const fn sha256_identifier() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None }
}

/// `ecdsa-with-SHA256`, parameters absent (RFC 5754, section 3.3).
pub(super) const fn ecdsa_identifier() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None }
}

/// Whether this names SHA-256. NULL parameters must be accepted (RFC 5754, section 2), no others.
pub(super) fn is_sha256(algorithm: AlgorithmIdentifierRef<'_>) -> bool {
    algorithm.oid == ID_SHA_256 && algorithm.parameters.is_none_or(AnyRef::is_null)
}

/// Whether this names ECDSA with SHA-256. Parameters must be absent.
pub(super) fn is_ecdsa_sha256(algorithm: AlgorithmIdentifierRef<'_>) -> bool {
    algorithm.oid == ECDSA_WITH_SHA_256 && algorithm.parameters.is_none()
}

/// The point of a P-256 public key; `None` for a key of any other kind.
pub(super) fn p256_point(key: &SubjectPublicKeyInfoOwned) -> Option<&[u8]> {
    let curve: ObjectIdentifier = key.algorithm.parameters.as_ref()?.decode_as().ok()?;
    if key.algorithm.oid != ID_EC_PUBLIC_KEY || curve != SECP_256_R_1 {
        return None;
    }
    key.subject_public_key.as_bytes()
}
