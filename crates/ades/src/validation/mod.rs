//! Validation (ETSI EN 319 102-1): what the strict readers found, weighed against trust anchors at a given time.

mod case;
mod trust;
mod verdict;
mod verifier;

pub use verdict::{Chain, Level, Signer, Timestamp, Verdict};
pub use verifier::Verifier;
