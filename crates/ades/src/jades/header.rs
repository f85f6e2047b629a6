//! The protected header.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};

use crate::algorithm::SignatureAlgorithm;
use crate::certificate::Certificate;

/// The members that all signatures of a key share. [`Header`] is these and [`Variable`].
#[derive(Serialize)]
pub(super) struct Constant {
    alg: &'static str,
    b64: bool,
    crit: [&'static str; 1],
    x5c: Vec<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: String,
}

/// The members that each signature sets.
#[derive(Serialize)]
pub(super) struct Variable<'a> {
    /// Media type of the payload.
    pub(super) cty: &'a str,
    /// Claimed signing time, seconds since 1970.
    pub(super) iat: i64,
}

/// The whole header, for reading. Refuses repeated and unknown members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) b64: bool,
    pub(super) crit: Vec<String>,
    pub(super) x5c: Vec<String>,
    #[serde(rename = "x5t#S256")]
    pub(super) x5t_s256: String,
    #[serde(rename = "cty")]
    _cty: Option<String>,
    pub(super) iat: i64,
}

impl Constant {
    /// The members for a chain, leaf first.
    pub(super) fn new<'a>(
        algorithm: SignatureAlgorithm,
        leaf: &Certificate,
        chain: impl Iterator<Item = &'a Certificate>,
    ) -> Self {
        Self {
            alg: algorithm.jws(),
            b64: false,
            crit: ["b64"],
            // Certificates are in base64, not in base64url (RFC 7515, section 4.1.6).
            x5c: chain.map(|certificate| BASE64.encode(certificate.der())).collect(),
            x5t_s256: BASE64URL_NOPAD.encode(&leaf.fingerprint()),
        }
    }
}
