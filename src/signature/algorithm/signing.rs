//! What keys sign with here.

use der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384};
use spki::AlgorithmIdentifierOwned;

use super::Digest;

/// How a key signs. A key signs in one way alone, in every format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// ECDSA over P-256 with SHA-256; `ES256`.
    EcdsaP256Sha256,
    /// ECDSA over P-384 with SHA-384; `ES384`.
    EcdsaP384Sha384,
}

impl SignatureAlgorithm {
    /// The hash that is signed.
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::EcdsaP256Sha256 => Digest::Sha256,
            Self::EcdsaP384Sha384 => Digest::Sha384,
        }
    }

    /// `alg` of a JWS (RFC 7518, section 3.1).
    #[must_use]
    pub const fn jws(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ES256",
            Self::EcdsaP384Sha384 => "ES384",
        }
    }

    /// The identifier in CMS and X.509, parameters absent (RFC 5754, section 3.3).
    pub(in crate::signature) const fn identifier(self) -> AlgorithmIdentifierOwned {
        let oid = match self {
            Self::EcdsaP256Sha256 => ECDSA_WITH_SHA_256,
            Self::EcdsaP384Sha384 => ECDSA_WITH_SHA_384,
        };
        AlgorithmIdentifierOwned { oid, parameters: None }
    }
}
