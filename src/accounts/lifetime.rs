//! How long a session lasts at most, however often it is refreshed. Compared at each use, so that a shorter setting holds
//! for open sessions too.

use chrono::{DateTime, TimeDelta, Utc};

use super::Role;
use super::session_store::Session;
use super::staff;

/// Returns the longest life of a session. `citizens` is that of a citizen's (`CAZIER_SESSION_DAYS`).
pub(super) const fn longest(role: Role, citizens: TimeDelta) -> TimeDelta {
    if role.is_staff() { staff::SHIFT } else { citizens }
}

/// Returns when a session ends at the latest.
pub(super) fn ends_at(session: &Session, role: Role, citizens: TimeDelta) -> DateTime<Utc> {
    session.created_at + longest(role, citizens)
}

/// Returns when an open session ends at the latest; `None` if it has ended, or is a staff session and idle.
pub(crate) fn open_until(
    session: &Session,
    role: Role,
    citizens: TimeDelta,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let idle = role.is_staff() && staff::is_idle(session, now);
    Some(ends_at(session, role, citizens)).filter(|ends_at| now < *ends_at && !idle)
}
