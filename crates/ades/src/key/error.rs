//! Why a key is refused, and why nothing is signed.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ring::error::KeyRejected;
use thiserror::Error;

use crate::certificate::{CertificateError, Unfit};

/// Why a key is refused. Never repeats key material.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not PEM, or PEM of something else.
    #[error("the key file is not a PEM block \"PRIVATE KEY\" or \"ENCRYPTED PRIVATE KEY\" (PKCS#8)")]
    Pem,
    /// Not PKCS#8, of no accepted kind, or a private key that does not fit the public key beside it.
    #[error("not a PKCS#8 key of ECDSA over P-256 or P-384 or of RSA from 2048 bits")]
    Pkcs8(#[source] KeyRejected),
    /// Not an `EncryptedPrivateKeyInfo` (RFC 5958).
    #[error("not an encrypted PKCS#8 key")]
    Encrypted(#[source] pkcs8::Error),
    /// The file is encrypted, and no passphrase is given.
    #[error("the key file is encrypted, and no passphrase is given")]
    NoPassphrase,
    /// The passphrase does not decrypt the file.
    #[error("the passphrase does not open the key file")]
    Passphrase,
    /// Keys of RSA are not generated here.
    #[error("a key could not be made; those of RSA are made by `openssl genpkey`")]
    Generation,
    /// The random generator failed.
    #[error("a key could not be made: no random numbers")]
    Random,
    /// A new key could not be encrypted.
    #[error("a key could not be encrypted")]
    Encryption(#[source] pkcs8::Error),
    /// The device does not lead to the key.
    #[error("the device failed")]
    Device(#[from] DeviceError),
    /// The key in the device is of a kind that is not accepted.
    #[error("the key in the device is not one of ECDSA over P-256 or P-384 or of RSA")]
    Kind,
    /// The chain does not decode.
    #[error("the certificate chain cannot be read")]
    Chain(#[from] CertificateError),
    /// The certificate of this subject breaks the order: leaf first, then its issuer, then the issuer's.
    #[error("in the certificate chain, {0} was not issued by the certificate after it")]
    ChainOrder(String),
    /// The certificate belongs to another key.
    #[error("the certificate's public key is not that of the private key")]
    Mismatch,
    /// The validity period has not begun.
    #[error("the certificate is not valid before {0}")]
    NotYetValid(DateTime<Utc>),
    /// The validity period is over.
    #[error("the certificate expired at {0}")]
    Expired(DateTime<Utc>),
    /// The certificate is not meant for signing documents.
    #[error("the certificate may not sign documents")]
    Unfit(#[from] Unfit),
    /// The trial signature could not be made.
    #[error("a trial signature failed")]
    Trial(#[from] SignError),
    /// The trial signature does not verify.
    #[error("a trial signature does not verify under the certificate")]
    Unsound,
}

/// Why nothing was signed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// A part of the signature could not be encoded.
    #[error("could not encode the signature")]
    Encoding(#[from] der::Error),
    /// The JWS header could not be written.
    #[error("could not write the header")]
    Header(#[from] serde_json::Error),
    /// A signing time before 1970 or after 9999 cannot be written.
    #[error("the signing time cannot be written")]
    Time,
    /// The key refused; ring says no more.
    #[error("the key could not sign")]
    Key,
    /// The device failed or did not answer in time.
    #[error("the device could not sign")]
    Device(#[from] DeviceError),
    /// The key signed something that does not verify, and signs no more.
    #[error("the key was stopped, because a signature of it did not verify")]
    Stopped,
}

/// Why a device that keeps keys failed, in its own terms: a [`crate::PrivateKey`] of yours can wrap any error in it.
/// Cheap to clone: a device that rests after a failure gives every caller the same reason.
#[derive(Debug, Clone)]
pub struct DeviceError(Arc<dyn StdError + Send + Sync>);

impl DeviceError {
    /// Wraps the device's own error, or a text.
    #[must_use]
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }

    /// The device's own error, to be downcast.
    #[must_use]
    pub fn cause(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self.0.as_ref()
    }
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for DeviceError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
