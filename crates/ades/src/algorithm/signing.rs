//! The algorithms that keys sign with.

use der::Any;
use der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, SHA_256_WITH_RSA_ENCRYPTION};
use spki::AlgorithmIdentifierOwned;

use super::scheme::pss_identifier;
use super::{Digest, Scheme};

/// How a key signs: the same way in every format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// ECDSA over P-256 with SHA-256; `ES256`.
    EcdsaP256Sha256,
    /// ECDSA over P-384 with SHA-384; `ES384`.
    EcdsaP384Sha384,
    /// RSASSA-PSS with SHA-256; `PS256`.
    RsaPssSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-256; `RS256`.
    RsaPkcs1Sha256,
}

impl SignatureAlgorithm {
    /// The hash that is signed.
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::EcdsaP256Sha256 | Self::RsaPssSha256 | Self::RsaPkcs1Sha256 => Digest::Sha256,
            Self::EcdsaP384Sha384 => Digest::Sha384,
        }
    }

    /// `alg` of a JWS (RFC 7518, section 3.1).
    #[must_use]
    pub const fn jws(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ES256",
            Self::EcdsaP384Sha384 => "ES384",
            Self::RsaPssSha256 => "PS256",
            Self::RsaPkcs1Sha256 => "RS256",
        }
    }

    /// The scheme that verifies it.
    pub(crate) const fn scheme(self) -> Scheme {
        match self {
            Self::EcdsaP256Sha256 | Self::EcdsaP384Sha384 => Scheme::Ecdsa(self.digest()),
            Self::RsaPssSha256 => Scheme::RsaPss(self.digest()),
            Self::RsaPkcs1Sha256 => Scheme::RsaPkcs1(self.digest()),
        }
    }

    /// The identifier in CMS and X.509: parameters absent for ECDSA (RFC 5754, section 3.3), NULL for PKCS#1 v1.5
    /// (section 3.2).
    pub(crate) fn identifier(self) -> der::Result<AlgorithmIdentifierOwned> {
        let (oid, parameters) = match self {
            Self::EcdsaP256Sha256 => (ECDSA_WITH_SHA_256, None),
            Self::EcdsaP384Sha384 => (ECDSA_WITH_SHA_384, None),
            Self::RsaPssSha256 => return pss_identifier(self.digest()),
            Self::RsaPkcs1Sha256 => (SHA_256_WITH_RSA_ENCRYPTION, Some(Any::null())),
        };
        Ok(AlgorithmIdentifierOwned { oid, parameters })
    }
}
