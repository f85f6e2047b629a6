//! What raising a signature needs.

use ades::Certificate;

use super::lease::Lease;
use super::raise::Raiser;
use crate::state::AppState;

/// The services for raising signatures.
pub(in crate::certificates) struct Desk<'a> {
    pub(in crate::certificates) state: &'a AppState,
    pub(in crate::certificates) raiser: &'a Raiser,
    pub(in crate::certificates) anchors: &'a [Certificate],
    /// The lease, which proves that the work is this node's.
    pub(in crate::certificates) lease: &'a Lease,
}
