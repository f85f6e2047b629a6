//! Certificate requests (PKCS#10, RFC 2986): all that a trust service provider ever gets of a key.

use std::str::FromStr;

use der::asn1::{Any, BitString, SetOfVec};
use der::oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1};
use der::{Decode, Encode};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use thiserror::Error;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, Version};

use crate::algorithm::{Scheme, SignatureAlgorithm};
use crate::key::{PrivateKey, SignError, to_asn1};

/// Why no request was made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The subject is not a distinguished name.
    #[error(
        "the subject is not a name such as \"CN=Seal,organizationIdentifier=VATXX-…,O=Organization,C=XX\" (RFC 4514)"
    )]
    Subject,
    /// The key did not sign the request.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The request could not be encoded.
    #[error("could not encode the request")]
    Encoding(#[from] der::Error),
}

/// Makes a request (PEM) for a certificate of `key`, signed by it. `subject` is written as in RFC 4514: common name
/// first.
///
/// # Errors
/// When the subject is not a name, or the key does not sign.
pub fn certificate_request(key: &dyn PrivateKey, subject: &str) -> Result<String, RequestError> {
    let algorithm = key.algorithm();
    let info = CertReqInfo {
        version: Version::V1,
        subject: name(subject)?,
        public_key: SubjectPublicKeyInfoOwned {
            algorithm: key_identifier(algorithm)?,
            subject_public_key: BitString::from_bytes(key.public_key())?,
        },
        attributes: SetOfVec::new(),
    };
    let value = key.sign(&info.to_der()?)?;
    let value = if matches!(algorithm.scheme(), Scheme::Ecdsa(_)) { to_asn1(&value)? } else { value.into() };
    let signature = BitString::from_bytes(&value)?;
    let request = CertReq { info, algorithm: algorithm.identifier()?, signature };
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(pem::encode_config(&pem::Pem::new("CERTIFICATE REQUEST", request.to_der()?), config))
}

/// The identifier of the key. An RSA key is not bound to a scheme.
fn key_identifier(algorithm: SignatureAlgorithm) -> der::Result<AlgorithmIdentifierOwned> {
    let (oid, parameters) = match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => (ID_EC_PUBLIC_KEY, Any::encode_from(&SECP_256_R_1)?),
        SignatureAlgorithm::EcdsaP384Sha384 => (ID_EC_PUBLIC_KEY, Any::encode_from(&SECP_384_R_1)?),
        SignatureAlgorithm::RsaPkcs1Sha256 | SignatureAlgorithm::RsaPssSha256 => {
            (RSA_ENCRYPTION, Any::null())
        }
    };
    Ok(AlgorithmIdentifierOwned { oid, parameters: Some(parameters) })
}

/// Parses a name and reads it back, to refuse values that break the rules of their type (such as a country of three
/// letters).
fn name(text: &str) -> Result<Name, RequestError> {
    let name = Name::from_str(text).map_err(|_| RequestError::Subject)?;
    let read = Name::from_der(&name.to_der()?).map_err(|_| RequestError::Subject)?;
    let country = read.country().map_err(|_| RequestError::Subject)?;
    let two_letters =
        |country: &str| country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if name.is_empty() || country.is_some_and(|country| !two_letters(country.as_str())) {
        return Err(RequestError::Subject);
    }
    Ok(name)
}
