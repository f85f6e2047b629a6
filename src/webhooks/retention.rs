//! How long the rows of this room are kept.

use chrono::TimeDelta;

use crate::db::retention::Rule;

/// The log of deliveries that a client reads and replays.
const LOGGED: TimeDelta = TimeDelta::days(30);

/// Messages also go with their endpoint, which goes last.
const MESSAGES: &str = "occurred_at < $1 OR endpoint_id = ANY (ARRAY(
    SELECT id FROM webhook_endpoints WHERE removed_at IS NOT NULL))";
const ENDPOINTS: &str =
    "removed_at < $1 AND NOT EXISTS (SELECT FROM webhook_messages WHERE endpoint_id = t.id)";

/// Messages, removed endpoints, and secrets that a rotation replaced.
pub(crate) const RETENTION: &[Rule] = &[
    Rule::delete("webhook_messages", MESSAGES, LOGGED),
    Rule::delete("webhook_endpoints", ENDPOINTS, TimeDelta::zero()),
    Rule::delete("webhook_secrets", "expires_at < $1", TimeDelta::zero()),
];
