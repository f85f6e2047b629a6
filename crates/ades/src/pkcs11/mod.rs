//! Keys that stay in a device (HSM, smart card), reached by PKCS#11 (OASIS, version 2.40).

mod error;
mod session;
mod threads;
mod token;
mod uri;

pub use error::{Half, Pkcs11Error};
pub use token::TokenKey;
pub use uri::{Pkcs11Uri, Pkcs11UriError};
