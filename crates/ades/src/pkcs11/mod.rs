//! Keys that stay in a device (HSM, smart card), reached by PKCS#11 (OASIS, version 2.40).

mod session;
mod threads;
mod token;
mod uri;

pub use token::TokenKey;
pub use uri::{Pkcs11Uri, Pkcs11UriError};
