//! Raising signatures to levels that last: a certificate is issued at B-B at once, and afterwards, in the background,
//! gets a time-stamp (B-T) and revocation data (B-LT). An issue never waits for somebody else's service.
//!
//! Any number of nodes take turns: each leases a few certificates whose time has come. What was issued stays as it is;
//! the raised signatures stand beside it.

mod raise;
pub(crate) mod store;
mod sweep;

pub use raise::{Raiser, RaiserError};
pub use sweep::run;
