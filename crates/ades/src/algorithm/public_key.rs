//! Public keys that signatures are verified with.

use der::oid::ObjectIdentifier;
use der::oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1};
use der::oid::db::rfc8410::ID_ED_25519;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use spki::SubjectPublicKeyInfoOwned;

use super::{Digest, Encoding, Scheme};

/// A public key of an accepted kind. ring checks its length when it verifies: RSA from 2048 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicKey<'a> {
    kind: Kind,
    bytes: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Rsa,
    Ed25519,
}

/// Length in bytes of an RSA modulus of 2048 bits; an `RSAPublicKey` is longer than its modulus.
const SHORTEST_RSA: usize = 256;

impl<'a> PublicKey<'a> {
    /// The key in a `SubjectPublicKeyInfo`; `None` if it is of no accepted kind.
    pub(crate) fn of(info: &'a SubjectPublicKeyInfoOwned) -> Option<Self> {
        let bytes = info.subject_public_key.as_bytes()?;
        let parameters = info.algorithm.parameters.as_ref();
        let kind = match info.algorithm.oid {
            ID_EC_PUBLIC_KEY => match parameters?.decode_as::<ObjectIdentifier>().ok()? {
                SECP_256_R_1 => Kind::P256,
                SECP_384_R_1 => Kind::P384,
                _ => return None,
            },
            RSA_ENCRYPTION if bytes.len() > SHORTEST_RSA => Kind::Rsa,
            ID_ED_25519 if parameters.is_none() => Kind::Ed25519,
            _ => return None,
        };
        Some(Self { kind, bytes })
    }

    /// The key in the form that ring expects: an uncompressed point, an `RSAPublicKey`, or 32 bytes.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// `alg` of a JWS (RFC 7518, RFC 8037) by this key.
    pub(crate) fn jws(self) -> &'static str {
        match self.kind {
            Kind::P256 => "ES256",
            Kind::P384 => "ES384",
            Kind::Rsa => "RS256",
            Kind::Ed25519 => "EdDSA",
        }
    }

    /// Whether `signature` over `message` verifies under this key.
    pub(crate) fn verify(self, scheme: Scheme, encoding: Encoding, message: &[u8], signature: &[u8]) -> bool {
        self.algorithm(scheme, encoding).is_some_and(|algorithm| {
            UnparsedPublicKey::new(algorithm, self.bytes).verify(message, signature).is_ok()
        })
    }

    /// ring's algorithm for a scheme with this kind of key; `None` if the two do not fit.
    fn algorithm(self, scheme: Scheme, encoding: Encoding) -> Option<&'static dyn VerificationAlgorithm> {
        use Digest::{Sha256, Sha384, Sha512};
        use Encoding::{Asn1, Fixed};
        Some(match (self.kind, scheme, encoding) {
            (Kind::P256, Scheme::Ecdsa(Sha256), Asn1) => &signature::ECDSA_P256_SHA256_ASN1,
            (Kind::P256, Scheme::Ecdsa(Sha384), Asn1) => &signature::ECDSA_P256_SHA384_ASN1,
            (Kind::P384, Scheme::Ecdsa(Sha256), Asn1) => &signature::ECDSA_P384_SHA256_ASN1,
            (Kind::P384, Scheme::Ecdsa(Sha384), Asn1) => &signature::ECDSA_P384_SHA384_ASN1,
            (Kind::P256, Scheme::Ecdsa(Sha256), Fixed) => &signature::ECDSA_P256_SHA256_FIXED,
            (Kind::P384, Scheme::Ecdsa(Sha384), Fixed) => &signature::ECDSA_P384_SHA384_FIXED,
            (Kind::Rsa, Scheme::RsaPkcs1(Sha256), _) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (Kind::Rsa, Scheme::RsaPkcs1(Sha384), _) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (Kind::Rsa, Scheme::RsaPkcs1(Sha512), _) => &signature::RSA_PKCS1_2048_8192_SHA512,
            (Kind::Rsa, Scheme::RsaPss(Sha256), _) => &signature::RSA_PSS_2048_8192_SHA256,
            (Kind::Rsa, Scheme::RsaPss(Sha384), _) => &signature::RSA_PSS_2048_8192_SHA384,
            (Kind::Rsa, Scheme::RsaPss(Sha512), _) => &signature::RSA_PSS_2048_8192_SHA512,
            (Kind::Ed25519, Scheme::Ed25519, _) => &signature::ED25519,
            _ => return None,
        })
    }
}
