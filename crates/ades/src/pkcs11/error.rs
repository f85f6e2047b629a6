//! Why a token does not lead to a key, or does not sign.

use std::fmt;
use std::time::Duration;

use cryptoki::context::Function;
use cryptoki::error::{Error as LibraryError, RvError};
use thiserror::Error;

use crate::key::DeviceError;

/// A failure of a token, its library or its sessions: the cause of a [`DeviceError`] of [`crate::TokenKey`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Pkcs11Error {
    /// The library cannot be loaded.
    #[error("the library cannot be loaded")]
    Library(#[source] LibraryError),
    /// The library answered a call with an error code, such as `PinIncorrect in Login`.
    #[error("{code:?} in {function:?}")]
    Code {
        /// The return value (`CKR_…`).
        code: RvError,
        /// The call (`C_…`).
        function: Function,
    },
    /// The library answered with something that cannot be used.
    #[error("the library gave an answer that cannot be used")]
    Answer(#[source] LibraryError),
    /// No slot holds the token that the URI names.
    #[error("there is no such token")]
    NoToken,
    /// The token holds no key of this name.
    #[error("the token holds no such {0}")]
    NoKey(Half),
    /// The token holds several keys of this name, which could differ.
    #[error("the token holds more than one such {0}: add its id to the URI")]
    ManyKeys(Half),
    /// The public key is of another kind.
    #[error("the public key in the token is neither one of ECDSA nor one of RSA")]
    PublicKey,
    /// The public key's numbers cannot be encoded.
    #[error("the public key in the token cannot be encoded")]
    Encoding(#[from] der::Error),
    /// The PIN is locked.
    #[error("the PIN of the token is locked")]
    PinLocked,
    /// One more wrong PIN would lock the token: that try is left to a person.
    #[error("the token takes one more wrong PIN before it locks: log in by hand once, with the right one")]
    PinFinalTry,
    /// Every session is busy, and the queue is full.
    #[error("every session is busy")]
    Busy,
    /// The device did not answer in time.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// The operating system gives no threads.
    #[error("no threads for the device")]
    Threads(#[source] std::io::Error),
}

/// Half of a key pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The private key.
    Private,
    /// The public key.
    Public,
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Private => "private key",
            Self::Public => "public key",
        })
    }
}

impl From<LibraryError> for Pkcs11Error {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Pkcs11(code, function) => Self::Code { code, function },
            LibraryError::LibraryLoading(_) => Self::Library(error),
            other => Self::Answer(other),
        }
    }
}

impl From<Pkcs11Error> for DeviceError {
    fn from(error: Pkcs11Error) -> Self {
        Self::new(error)
    }
}
