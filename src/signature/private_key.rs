//! What holds a private key and signs with it: a file ([`super::FileKey`]) or a device ([`super::TokenKey`]).

use der::asn1::UintRef;
use der::{Encode, Sequence};
use ring::digest::{Digest, SHA256, SHA384, digest};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, EcdsaVerificationAlgorithm, UnparsedPublicKey,
};

use super::key::SignError;

/// The curve of a key, and with it the hash that ECDSA takes (ETSI TS 119 312).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256, with SHA-256.
    P256,
    /// NIST P-384, with SHA-384.
    P384,
}

impl Curve {
    /// The hash that is signed.
    pub(super) fn digest(self, message: &[u8]) -> Digest {
        match self {
            Self::P256 => digest(&SHA256, message),
            Self::P384 => digest(&SHA384, message),
        }
    }

    /// Octets of an uncompressed point.
    pub(super) const fn point_length(self) -> usize {
        match self {
            Self::P256 => 65,
            Self::P384 => 97,
        }
    }

    /// The curve of an uncompressed point, by its length.
    pub(super) fn of_point(point: &[u8]) -> Option<Self> {
        [Self::P256, Self::P384].into_iter().find(|curve| curve.point_length() == point.len())
    }

    fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
        }
    }

    /// Whether `signature` (r‖s) over `message` was made by the owner of `point`.
    pub(super) fn verify(self, point: &[u8], message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(self.verification(), point).verify(message, signature).is_ok()
    }
}

/// A private key that can sign, wherever it is kept. Every call comes back in bounded time.
pub trait PrivateKey: Send + Sync {
    /// Its curve.
    fn curve(&self) -> Curve;

    /// Its public key: the point, uncompressed.
    fn point(&self) -> &[u8];

    /// Signs `message`, hashing it first; the signature value is r‖s (RFC 7518, section 3.4).
    ///
    /// # Errors
    /// When the key refuses, or its device does not answer in time.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// Asks, without signing, whether it could sign. A key in memory always can.
    ///
    /// # Errors
    /// Why it could not.
    fn ping(&self) -> Result<(), SignError> {
        Ok(())
    }

    /// Whether signing waits for a device, so that it must not hold up a thread of an async runtime.
    fn is_remote(&self) -> bool {
        false
    }
}

/// `ECDSA-Sig-Value` (RFC 3279, section 2.2.3).
#[derive(Sequence)]
struct EcdsaSigValue<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// The DER form of a signature value given as r‖s.
pub(super) fn to_asn1(fixed: &[u8]) -> Result<Box<[u8]>, SignError> {
    let (r, s) = fixed.split_at_checked(fixed.len() / 2).ok_or(SignError::Key)?;
    let value = EcdsaSigValue { r: UintRef::new(r)?, s: UintRef::new(s)? };
    Ok(value.to_der()?.into_boxed_slice())
}
