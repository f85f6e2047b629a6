//! What holds a private key and signs with it: a file ([`crate::FileKey`]), a device, or an implementation of yours.

use std::str::FromStr;

use der::asn1::UintRef;
use der::{Encode, Sequence};
use thiserror::Error;

use super::SignError;
use crate::algorithm::SignatureAlgorithm;

/// A private key that can sign, wherever it is kept. Every call must return in bounded time.
pub trait PrivateKey: Send + Sync {
    /// The algorithm that the key signs with.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The public key as certificates hold it: an uncompressed point, or an `RSAPublicKey` (RFC 8017).
    fn public_key(&self) -> &[u8];

    /// Signs `message`, hashing it first; the signature value is that of JWS (RFC 7518): r‖s for ECDSA.
    ///
    /// # Errors
    /// When the key refuses, or its device does not answer in time.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// Checks, without signing, whether the key could sign. A key in memory always can.
    ///
    /// # Errors
    /// Why the key could not sign.
    fn ping(&self) -> Result<(), SignError> {
        Ok(())
    }

    /// Whether signing waits for a device: then it must not block a thread of an async runtime.
    fn is_remote(&self) -> bool {
        false
    }
}

/// How an RSA key signs, which nothing in the key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RsaScheme {
    /// RSASSA-PSS, as recommended (ETSI TS 119 312).
    #[default]
    Pss,
    /// RSASSA-PKCS1-v1_5, for devices and readers that support no other.
    Pkcs1,
}

impl RsaScheme {
    pub(crate) const fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::Pss => SignatureAlgorithm::RsaPssSha256,
            Self::Pkcs1 => SignatureAlgorithm::RsaPkcs1Sha256,
        }
    }
}

/// A text that names no [`RsaScheme`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is pss or pkcs1")]
pub struct UnknownRsaScheme;

impl FromStr for RsaScheme {
    type Err = UnknownRsaScheme;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "pss" => Ok(Self::Pss),
            "pkcs1" => Ok(Self::Pkcs1),
            _ => Err(UnknownRsaScheme),
        }
    }
}

/// `ECDSA-Sig-Value` (RFC 3279, section 2.2.3).
#[derive(Sequence)]
struct EcdsaSigValue<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// The DER form of a signature value given as r‖s.
pub(crate) fn to_asn1(fixed: &[u8]) -> Result<Box<[u8]>, SignError> {
    let (r, s) = fixed.split_at_checked(fixed.len() / 2).ok_or(SignError::Key)?;
    let value = EcdsaSigValue { r: UintRef::new(r)?, s: UintRef::new(s)? };
    Ok(value.to_der()?.into_boxed_slice())
}

/// `RSAPublicKey` (RFC 8017, appendix A.1.1).
#[cfg(feature = "pkcs11")]
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

#[cfg(feature = "pkcs11")]
/// The DER form of an RSA public key given by its two numbers, most significant byte first.
pub(crate) fn rsa_public_key(modulus: &[u8], public_exponent: &[u8]) -> der::Result<Vec<u8>> {
    let key =
        RsaPublicKey { modulus: UintRef::new(modulus)?, public_exponent: UintRef::new(public_exponent)? };
    key.to_der()
}
