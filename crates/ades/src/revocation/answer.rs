//! What evidence says.

use chrono::{DateTime, Utc};

/// What authentic evidence says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// When the certificate was revoked, if it was.
    pub(crate) revoked_at: Option<DateTime<Utc>>,
    /// `thisUpdate`: when the answer was known to be right.
    pub(crate) this_update: DateTime<Utc>,
    /// `nextUpdate`: when there will be newer evidence at the latest.
    pub(crate) next_update: Option<DateTime<Utc>>,
}
