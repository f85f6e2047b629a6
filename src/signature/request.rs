//! A request for a certificate (PKCS#10, RFC 2986): what a trust provider gets of a key, and all it ever gets.

use std::str::FromStr;

use der::asn1::{Any, BitString};
use der::oid::ObjectIdentifier;
use der::oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ID_EC_PUBLIC_KEY, SECP_256_R_1, SECP_384_R_1,
};
use der::{Decode, Encode};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use thiserror::Error;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, Version};

use super::key::SignError;
use super::private_key::{Curve, PrivateKey, to_asn1};

/// Why there is no request.
#[derive(Debug, Error)]
pub enum RequestError {
    /// The subject is not a distinguished name.
    #[error(
        "the subject is not a name such as \"CN=Sigiliu,organizationIdentifier=VATRO-…,O=Minister,C=RO\" (RFC 4514)"
    )]
    Subject,
    /// The key did not sign it.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// It could not be encoded.
    #[error("could not encode the request: {0}")]
    Encoding(#[from] der::Error),
}

/// Makes a request in PEM for the certificate of `key`, signed by it. `subject` is written as in RFC 4514: the common
/// name first.
///
/// # Errors
/// When the subject is no name, or the key does not sign.
pub fn certificate_request(key: &dyn PrivateKey, subject: &str) -> Result<String, RequestError> {
    let (curve, hash) = match key.curve() {
        Curve::P256 => (SECP_256_R_1, ECDSA_WITH_SHA_256),
        Curve::P384 => (SECP_384_R_1, ECDSA_WITH_SHA_384),
    };
    let info = CertReqInfo {
        version: Version::V1,
        subject: name(subject)?,
        public_key: SubjectPublicKeyInfoOwned {
            algorithm: identifier(ID_EC_PUBLIC_KEY, Some(Any::encode_from(&curve)?)),
            subject_public_key: BitString::from_bytes(key.point())?,
        },
        attributes: Default::default(),
    };
    let signature = to_asn1(&key.sign(&info.to_der()?)?)?;
    let request =
        CertReq { info, algorithm: identifier(hash, None), signature: BitString::from_bytes(&signature)? };
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(pem::encode_config(&pem::Pem::new("CERTIFICATE REQUEST", request.to_der()?), config))
}

const fn identifier(oid: ObjectIdentifier, parameters: Option<Any>) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters }
}

/// Read back, so that what breaks the rules of its type (a country in two letters, say) is noticed.
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
