//! Time-stamps (RFC 3161, ETSI EN 319 422): proof that something existed at a time, signed by somebody else.
//!
//! | Part | What it does |
//! | --- | --- |
//! | [`Client`] | asks an authority over HTTP, with a deadline, and takes nothing that does not verify |
//! | [`Request`] | what is asked, and the check of what was answered; for other transports |
//! | [`Token`] | a token as it was received |
//! | [`DevelopmentAuthority`] | an authority for tests, whose certificate says so |
//!
//! A token is taken when it is over the right digest, answers the right request (nonce, policy), was signed by a
//! certificate for time-stamps alone that a path leads from to an anchor at that time, and tells about the time that
//! it is. Whether that certificate was revoked is looked at when a signature is judged.

mod authority;
mod client;
mod exchange;
mod request;
mod token;
mod tst_info;

pub use authority::DevelopmentAuthority;
pub use client::Client;
pub use request::{Request, TimestampError};
pub use token::Token;
