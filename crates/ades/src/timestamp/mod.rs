//! Time-stamps (RFC 3161, ETSI EN 319 422): signed proof by an authority that something existed at a time.
//!
//! | Part | What it does |
//! | --- | --- |
//! | [`Request`] | asks for a token and checks the answer, over any transport |
//! | [`Token`] | a token as it was received |
#![cfg_attr(
    feature = "online",
    doc = "| [`Client`] | asks an authority over HTTP, with a deadline (feature `online`) |"
)]
#![cfg_attr(
    feature = "development-pki",
    doc = "| [`DevelopmentAuthority`] | an authority for tests (feature `development-pki`) |"
)]
//!
//! A token is accepted when it is over the right digest, answers the right request (nonce, policy), states the present
//! time, and was signed by a certificate for time-stamping alone that leads to an anchor at that time. Whether that
//! certificate was revoked is checked when a signature is validated.

#[cfg(feature = "development-pki")]
mod authority;
#[cfg(feature = "online")]
mod client;
mod error;
mod exchange;
mod request;
mod token;
mod tst_info;

#[cfg(feature = "development-pki")]
pub use authority::DevelopmentAuthority;
#[cfg(feature = "online")]
pub use client::{Client, ClientError};
pub use error::{TimestampError, UntrustedToken};
pub use request::Request;
pub use token::Token;
