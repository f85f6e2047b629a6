//! Why a key is refused, and why nothing is signed.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::certificate::{CertificateError, Unfit};

/// Why a key was not taken. Never repeats key material.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Not PEM, or a block of something else.
    #[error("the key file is not a PEM block \"PRIVATE KEY\" or \"ENCRYPTED PRIVATE KEY\" (PKCS#8)")]
    Pem,
    /// Not PKCS#8, of no accepted kind, or a private key that does not fit the public key beside it.
    #[error("not a PKCS#8 key of ECDSA over P-256 or P-384 or of RSA from 2048 bits: {0}")]
    Pkcs8(String),
    /// The file is encrypted, and there is nothing to open it with.
    #[error("the key file is encrypted, and no passphrase is given")]
    NoPassphrase,
    /// A new key could not be made.
    #[error("a key could not be made; those of RSA are made by `openssl genpkey`")]
    Generation,
    /// The passphrase does not open the file.
    #[error("the passphrase does not open the key file")]
    Passphrase,
    /// The device does not lead to the key.
    #[error("the device: {0}")]
    Device(String),
    /// A key in a device that is of another kind.
    #[error("the key in the device is not one of ECDSA over P-256 or P-384 or of RSA")]
    Kind,
    /// The chain does not decode.
    #[error("the certificate chain: {0}")]
    Chain(#[from] CertificateError),
    /// Leaf first, then its issuer, then the issuer's: this one breaks the order.
    #[error("in the certificate chain, {0} was not issued by the certificate after it")]
    ChainOrder(String),
    /// The certificate is another key's.
    #[error("the certificate's public key is not that of the private key")]
    Mismatch,
    /// The validity period has not begun.
    #[error("the certificate is not valid before {0}")]
    NotYetValid(DateTime<Utc>),
    /// The validity period is over.
    #[error("the certificate expired at {0}")]
    Expired(DateTime<Utc>),
    /// The certificate is not meant for signing documents.
    #[error("the certificate may not sign documents: {0}")]
    Unfit(#[from] Unfit),
    /// A signature made for a trial could not be made.
    #[error("a trial signature: {0}")]
    Trial(#[from] SignError),
    /// A signature made for a trial does not verify.
    #[error("a trial signature does not verify under the certificate")]
    Unsound,
}

/// Why nothing was signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// A part of the signature could not be encoded.
    #[error("could not encode the signature: {0}")]
    Encoding(#[from] der::Error),
    /// The JWS header could not be written.
    #[error("could not write the header: {0}")]
    Header(#[from] serde_json::Error),
    /// A signing time before 1970 or after 9999 cannot be written.
    #[error("the signing time cannot be written")]
    Time,
    /// The key refused; ring says no more.
    #[error("the key could not sign")]
    Key,
    /// The device failed or did not answer in time.
    #[error("the device could not sign: {0}")]
    Device(String),
    /// The key signed something that does not verify, and signs no more.
    #[error("the key was stopped, because a signature of it did not verify")]
    Stopped,
}
