//! Signature schemes and their names in X.509, CMS and JWS.

use der::asn1::AnyRef;
use der::oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ID_MGF_1, ID_RSASSA_PSS, RSA_ENCRYPTION,
    SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use der::oid::db::rfc8410::ID_ED_25519;
use der::referenced::OwnedToRef;
use der::{Any, Sequence};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};

use super::Digest;

/// How the two numbers of an ECDSA signature are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `ECDSA-Sig-Value`, DER (RFC 3279): CMS and X.509.
    Asn1,
    /// r‖s (RFC 7518, section 3.4): JWS.
    Fixed,
}

/// An accepted signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Ecdsa(Digest),
    RsaPkcs1(Digest),
    /// With MGF1 over the same hash and a salt as long as the hash (RFC 4056, section 3.1).
    RsaPss(Digest),
    Ed25519,
}

/// `RSASSA-PSS-params` (RFC 4055, section 3.1). Absent fields mean SHA-1, which is not accepted, so none is optional
/// here.
///
/// ```text
/// RSASSA-PSS-params ::= SEQUENCE {
///   hashAlgorithm [0] EXPLICIT HashAlgorithm DEFAULT sha1Identifier,
///   maskGenAlgorithm [1] EXPLICIT MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
///   saltLength [2] EXPLICIT INTEGER DEFAULT 20,
///   trailerField [3] EXPLICIT INTEGER DEFAULT 1 }
/// ```
#[derive(Sequence)]
struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    hash: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    mask_generation: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT")]
    salt_length: u8,
}

impl Scheme {
    /// The scheme that an identifier of X.509 names; `None` if it is not accepted.
    pub(crate) fn named(identifier: AlgorithmIdentifierRef<'_>) -> Option<Self> {
        let absent = identifier.parameters.is_none();
        let null = identifier.parameters.is_some_and(AnyRef::is_null);
        match identifier.oid {
            ECDSA_WITH_SHA_256 if absent => Some(Self::Ecdsa(Digest::Sha256)),
            ECDSA_WITH_SHA_384 if absent => Some(Self::Ecdsa(Digest::Sha384)),
            SHA_256_WITH_RSA_ENCRYPTION if null => Some(Self::RsaPkcs1(Digest::Sha256)),
            SHA_384_WITH_RSA_ENCRYPTION if null => Some(Self::RsaPkcs1(Digest::Sha384)),
            SHA_512_WITH_RSA_ENCRYPTION if null => Some(Self::RsaPkcs1(Digest::Sha512)),
            ID_RSASSA_PSS => Some(Self::RsaPss(pss_digest(identifier.parameters?)?)),
            ID_ED_25519 if absent => Some(Self::Ed25519),
            _ => None,
        }
    }

    /// The scheme that a signer info of CMS names with its digest; `None` if it is not accepted or the two disagree.
    /// `rsaEncryption` stands for PKCS#1 v1.5 there (RFC 3370, section 3.2); Ed25519 goes with SHA-512
    /// (RFC 8419, section 2.3).
    pub(crate) fn of_signer_info(identifier: AlgorithmIdentifierRef<'_>, digest: Digest) -> Option<Self> {
        if identifier.oid == RSA_ENCRYPTION {
            return identifier.parameters.is_some_and(AnyRef::is_null).then_some(Self::RsaPkcs1(digest));
        }
        let scheme = Self::named(identifier)?;
        let agree = match scheme {
            Self::Ecdsa(hash) | Self::RsaPkcs1(hash) | Self::RsaPss(hash) => hash == digest,
            Self::Ed25519 => digest == Digest::Sha512,
        };
        agree.then_some(scheme)
    }

    /// The scheme that `alg` of a JWS names (RFC 7518, RFC 8037); `None` if it is not accepted.
    pub(crate) fn of_jws(alg: &str) -> Option<Self> {
        Some(match alg {
            "ES256" => Self::Ecdsa(Digest::Sha256),
            "ES384" => Self::Ecdsa(Digest::Sha384),
            "RS256" => Self::RsaPkcs1(Digest::Sha256),
            "RS384" => Self::RsaPkcs1(Digest::Sha384),
            "RS512" => Self::RsaPkcs1(Digest::Sha512),
            "PS256" => Self::RsaPss(Digest::Sha256),
            "PS384" => Self::RsaPss(Digest::Sha384),
            "PS512" => Self::RsaPss(Digest::Sha512),
            "EdDSA" | "Ed25519" => Self::Ed25519,
            _ => return None,
        })
    }
}

fn pss_digest(parameters: AnyRef<'_>) -> Option<Digest> {
    let parameters: PssParameters = parameters.decode_as().ok()?;
    let digest = Digest::named(parameters.hash.owned_to_ref())?;
    let mask = parameters.mask_generation;
    let mask_digest: AlgorithmIdentifierRef<'_> = mask.parameters.as_ref()?.decode_as().ok()?;
    let usual = mask.oid == ID_MGF_1
        && Digest::named(mask_digest) == Some(digest)
        && parameters.salt_length == digest.length();
    usual.then_some(digest)
}

/// `id-RSASSA-PSS` with its parameters for `digest`.
pub(super) fn pss_identifier(digest: Digest) -> der::Result<AlgorithmIdentifierOwned> {
    let mask = Any::encode_from(&digest.identifier())?;
    let parameters = PssParameters {
        hash: digest.identifier(),
        mask_generation: AlgorithmIdentifierOwned { oid: ID_MGF_1, parameters: Some(mask) },
        salt_length: digest.length(),
    };
    Ok(AlgorithmIdentifierOwned { oid: ID_RSASSA_PSS, parameters: Some(Any::encode_from(&parameters)?) })
}
