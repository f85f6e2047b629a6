//! Hash functions.

use der::asn1::AnyRef;
use der::oid::ObjectIdentifier;
use der::oid::db::rfc5912::{ID_SHA_256, ID_SHA_384, ID_SHA_512};
use ring::digest::{SHA256, SHA384, SHA512};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};

/// An accepted hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let function = match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        };
        ring::digest::digest(function, bytes).as_ref().to_vec()
    }

    /// The hash function that an identifier names; `None` if it is not accepted. NULL parameters are accepted like absent
    /// ones (RFC 5754, section 2), others are not.
    pub(crate) fn named(identifier: AlgorithmIdentifierRef<'_>) -> Option<Self> {
        let known = [Self::Sha256, Self::Sha384, Self::Sha512].into_iter();
        let plain = identifier.parameters.is_none_or(AnyRef::is_null);
        known.filter(|_| plain).find(|digest| digest.oid() == identifier.oid)
    }

    /// The identifier, parameters absent (RFC 5754, section 2).
    pub(crate) const fn identifier(self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: self.oid(), parameters: None }
    }

    const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha256 => ID_SHA_256,
            Self::Sha384 => ID_SHA_384,
            Self::Sha512 => ID_SHA_512,
        }
    }

    /// Length of a digest in bytes.
    pub(crate) const fn length(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}
