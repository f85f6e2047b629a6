//! How long the rows of this room are kept.

use chrono::TimeDelta;

use super::{device, refresh};
use crate::db::retention::Rule;

/// Used refresh tokens are kept this long after they expire, to detect reuse.
const REMEMBERED: TimeDelta = TimeDelta::days(1);
/// A program that has not logged in for this long counts as new.
const AGENTS_KNOWN: TimeDelta = TimeDelta::days(365);

/// Registrations, links and tokens that were not used in time, ended sessions, repeatable answers, forgotten programs.
pub(crate) const RETENTION: &[Rule] = &[
    Rule::delete("registrations", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("email_confirmations", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("password_resets", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("second_factor_resets", "expires_at < $1", TimeDelta::zero()),
    Rule::delete(
        "sessions",
        "access_expires_at < $1 AND NOT EXISTS \
         (SELECT FROM refresh_tokens r WHERE r.session_id = t.id AND r.expires_at >= $1)",
        REMEMBERED,
    ),
    Rule::empty("sessions", "refresh_answer", "refreshed_at < $1", refresh::REPEATABLE),
    Rule::delete("stream_tokens", "expires_at < $1", TimeDelta::zero()),
    Rule::delete("known_agents", "seen_at < $1", AGENTS_KNOWN),
    Rule::delete("devices", "seen_at < $1", device::KNOWN),
];
