//! How long the rows of this room are kept.

use chrono::TimeDelta;

use super::counter;
use crate::db::retention::Rule;

/// Used codes are kept this long after they expire, to detect reuse.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// What an officer saw and noted at a counter, once this long ago: for installations that set it.
#[must_use]
pub fn seen_documents(kept: TimeDelta) -> [Rule; 2] {
    ["document", "note"]
        .map(|column| Rule::empty("identity_verifications", column, "completed_at < $1", kept))
}

/// Log-ins by redirect, and what a verification needs no longer.
pub(crate) const RETENTION: &[Rule] = &[
    Rule::delete("redirect_logins", "expires_at < $1", REMEMBERED),
    Rule::empty("identity_verifications", "secrets", "expires_at < $1", TimeDelta::zero()),
    Rule::empty(
        "identity_verifications",
        "claim",
        "(completed_at < $1 OR expires_at < $1)",
        counter::UNDO_WITHIN,
    ),
];
