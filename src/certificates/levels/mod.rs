//! Raises signatures to long-term levels: a certificate and its documents are made at B-B at once. Later, in the
//! background, they get a time-stamp (B-T) and revocation data (B-LT). An issue never waits for an external service.
//!
//! Any number of nodes share the work: each leases a few due signatures. The signed content never changes.

mod desk;
mod lease;
mod raise;
mod signatures;
pub(crate) mod store;
mod sweep;

pub(super) use desk::Desk;
pub(super) use raise::Failure;
pub use raise::{Raiser, RaiserError};
pub use sweep::run;
