//! Why a development authority fails.

use ring::error::KeyRejected;
use thiserror::Error;

use crate::certificate::{CertificateError, Unfit};

/// Why a hierarchy was not made, or one of its authorities does not answer. Never repeats key material.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DevelopmentPkiError {
    /// A key or a certificate could not be made.
    #[error("could not make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// A structure could not be encoded.
    #[error("could not encode a structure")]
    Encoding(#[from] der::Error),
    /// ASN.1 times of certificates begin with 1970 here.
    #[error("the time lies before 1970")]
    Time,
    /// The certificate of an authority does not decode.
    #[error("the certificate of an authority")]
    Chain(#[from] CertificateError),
    /// The key of an authority is not in PEM.
    #[error("the key of an authority is not in PEM")]
    Pem,
    /// The key of an authority is not a P-256 key in PKCS#8.
    #[error("the key of an authority is not a P-256 key in PKCS#8")]
    Key(#[source] KeyRejected),
    /// The key of an authority belongs to another certificate.
    #[error("the key of an authority is not that of its certificate")]
    Mismatch,
    /// The certificate of an authority is for another purpose, or an extension of it is broken.
    #[error("the certificate of an authority cannot be used")]
    Unfit(#[from] Unfit),
    /// The random generator failed.
    #[error("no random numbers")]
    Random,
    /// The key of an authority did not sign.
    #[error("the key of an authority could not sign")]
    Sign,
}
