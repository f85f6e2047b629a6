//! Clocks that tests and testers set: one that stands still, and one that runs ahead of the machine's.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `handlers` | `/sandbox/clock` |
//! | `store` | how far the clock is ahead, for all nodes of the sandbox |

mod handlers;
mod store;

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;

use crate::error::Result;
use crate::state::AppState;
use crate::time::Clock;

pub(super) use handlers::{move_clock, show_clock};

/// How long a node goes on with the old time after another one has moved it.
const FOLLOWS_AFTER: Duration = Duration::from_secs(1);

impl Clock {
    /// Makes a clock that stands still at `time`.
    #[must_use]
    pub fn pinned(time: DateTime<Utc>) -> Self {
        Self::Pinned(Arc::new(RwLock::new(time)))
    }

    /// Makes a clock that runs as the machine's, and can be moved ahead of it.
    #[must_use]
    pub fn movable() -> Self {
        Self::Ahead(Arc::default())
    }

    /// Sets a pinned clock, or moves a movable one; does nothing to the machine's clock.
    pub fn set(&self, to: DateTime<Utc>) {
        match self {
            Self::System => {}
            Self::Pinned(time) => *time.write().unwrap_or_else(PoisonError::into_inner) = to,
            Self::Ahead(_) => self.move_ahead(to - Utc::now()),
        }
    }

    /// Returns how far the clock is ahead of the machine's; zero if it cannot be moved.
    fn ahead(&self) -> TimeDelta {
        match self {
            Self::Ahead(micros) => TimeDelta::microseconds(micros.load(Ordering::Relaxed)),
            Self::System | Self::Pinned(_) => TimeDelta::zero(),
        }
    }

    /// Moves a movable clock, by whole microseconds, so that it has reached the time wanted. Never back: what happened
    /// would lie in the future.
    fn move_ahead(&self, ahead: TimeDelta) {
        let whole = ahead
            .num_microseconds()
            .and_then(|micros| micros.checked_add(i64::from(TimeDelta::microseconds(micros) < ahead)));
        if let (Self::Ahead(micros), Some(ahead)) = (self, whole) {
            micros.fetch_max(ahead, Ordering::Relaxed);
        }
    }
}

/// Moves a node's clock as far as the sandbox's is.
pub(super) fn catch_up(connection: &mut PgConnection, clock: &Clock) -> Result<()> {
    store::ahead(connection).map(|ahead| clock.move_ahead(ahead))
}

/// Returns the sandbox's time, for a command.
///
/// # Errors
/// Fails if the database is away.
pub fn now(connection: &mut PgConnection) -> Result<DateTime<Utc>> {
    let clock = Clock::movable();
    catch_up(connection, &clock)?;
    Ok(clock.now())
}

/// Follows the sandbox's clock, which another node may move, as long as the process runs.
pub(super) fn follow(state: Arc<AppState>) {
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(FOLLOWS_AFTER).await;
            let clock = state.clock.clone();
            // A node without its database answers nothing; it catches up with it.
            let _ = state.db.read(move |c| catch_up(c, &clock)).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movable_clock_runs_on_and_never_goes_back() {
        let clock = Clock::movable();
        let before = clock.now();
        assert!(Utc::now() - before < TimeDelta::seconds(10));
        clock.set(before + TimeDelta::days(30));
        let moved = clock.now();
        assert!(moved >= before + TimeDelta::days(30) && clock.ahead() > TimeDelta::days(29));
        clock.set(before);
        assert!(clock.now() >= moved);
    }

    #[test]
    fn the_clock_of_the_machine_cannot_be_moved() {
        Clock::System.set(Utc::now() + TimeDelta::days(1));
        assert_eq!(Clock::System.ahead(), TimeDelta::zero());
    }
}
