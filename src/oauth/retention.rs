//! How long the rows of this room are kept.

use chrono::TimeDelta;

use crate::db::retention::Rule;

/// Used codes are kept this long after their request, to detect reuse.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// An assertion is known for longer than any node's clock lets it be shown again.
const BY_ANY_CLOCK: TimeDelta = TimeDelta::hours(1);

/// Authorization requests, and those that were pushed; assertions of clients.
pub(crate) const RETENTION: &[Rule] = &[
    Rule::delete("oauth_requests", "expires_at < $1", REMEMBERED),
    Rule::delete("oauth_pushed_requests", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("client_assertions", "expires_at < $1", BY_ANY_CLOCK),
];
