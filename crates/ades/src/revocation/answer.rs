//! What evidence says.

use chrono::{DateTime, Utc};

/// What authentic evidence says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// When it was revoked.
    pub(crate) revoked_at: Option<DateTime<Utc>>,
    /// When this was known to be right.
    pub(crate) this_update: DateTime<Utc>,
    /// When there will be newer evidence at the latest.
    pub(crate) next_update: Option<DateTime<Utc>>,
}
