//! Raising signatures to levels that last: a certificate is issued at B-B at once, and its documents are made so.
//! Afterwards, in the background, they get a time-stamp (B-T) and revocation data (B-LT). An issue never waits for
//! somebody else's service.
//!
//! Any number of nodes take turns: each leases a few of those whose time has come. What was signed stays as it is.

mod lease;
mod raise;
mod signatures;
pub(crate) mod store;
mod sweep;

pub(super) use raise::Failure;
pub use raise::{Raiser, RaiserError};
pub(super) use sweep::Desk;
pub use sweep::run;
