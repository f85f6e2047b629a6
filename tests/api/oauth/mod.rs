//! Sign in with the Hub, as a registered client and the browser of a person meet it; and the attacks of RFC 9700.

mod attacks;
mod least;
mod library;
mod log_out;
mod private_key_jwt;
mod protocol;
mod pushed;
mod scopes;
mod through_ghiseul;
mod walk;

pub use private_key_jwt::{Key, asks, claims, set_keys};
pub use walk::{Browser, CHALLENGE, Client, VERIFIER};
