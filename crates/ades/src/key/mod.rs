//! Keys that sign.

mod error;
mod file;
mod private;
mod signing;

pub use error::{DeviceError, KeyError, SignError};
pub use file::{FileKey, generate_encrypted};
#[cfg(feature = "pkcs11")]
pub(crate) use private::rsa_public_key;
pub(crate) use private::to_asn1;
pub use private::{PrivateKey, RsaScheme, UnknownRsaScheme};
pub use signing::{SigningKey, ordered_chain};
