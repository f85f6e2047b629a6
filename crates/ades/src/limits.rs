//! Bounds that all readers keep.

use chrono::TimeDelta;

/// A larger signature file is refused unread. One with a time-stamp and revocation data has about 10 KiB.
pub const MAX_SIGNATURE_BYTES: usize = 512 * 1024;

/// More certificates in one signature are refused: a path has at most five, root included, and at level B-LT there is
/// another path for the time-stamp.
pub(crate) const MAX_CERTIFICATES: usize = 10;

/// More revocation data in one signature is refused: one piece for each certificate is enough, and finding out that a
/// piece is false costs a verifier one signature.
pub(crate) const MAX_EVIDENCE: usize = MAX_CERTIFICATES;

/// More time-stamps on one signature are refused.
pub(crate) const MAX_TIMESTAMPS: usize = 3;

/// How far the clocks of authorities and of this machine may differ.
pub(crate) const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);
