//! How long the rows of this room are kept.

use chrono::TimeDelta;

use crate::db::retention::Rule;

/// The log of deliveries that a client reads and replays.
const LOGGED: TimeDelta = TimeDelta::days(30);

/// Messages, and secrets that a rotation replaced.
pub(crate) const RETENTION: &[Rule] = &[
    Rule::delete("webhook_messages", "occurred_at < $1", LOGGED),
    Rule::delete("webhook_secrets", "expires_at < $1", TimeDelta::zero()),
];
