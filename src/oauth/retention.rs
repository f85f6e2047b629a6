//! How long the rows of this room are kept.

use chrono::TimeDelta;

use crate::db::retention::Rule;

/// Used codes are kept this long after their request, to detect reuse.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// Authorization requests.
pub(crate) const RETENTION: &[Rule] = &[Rule::delete("oauth_requests", "expires_at < $1", REMEMBERED)];
