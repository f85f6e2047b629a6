//! Keys that sign.

mod error;
mod file;
mod private;
mod signing;

pub use error::{KeyError, SignError};
pub use file::{FileKey, generate_encrypted};
pub use private::{PrivateKey, RsaScheme};
pub(crate) use private::{rsa_public_key, to_asn1};
pub use signing::{SigningKey, ordered_chain};
