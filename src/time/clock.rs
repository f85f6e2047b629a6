//! The clock, which tests can pin.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, SubsecRound, Utc};

/// The source of the current time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A time that stands still until it is set again.
    Pinned(Arc<RwLock<DateTime<Utc>>>),
}

impl Clock {
    /// Makes a clock that stands still at `time`.
    #[must_use]
    pub fn pinned(time: DateTime<Utc>) -> Self {
        Self::Pinned(Arc::new(RwLock::new(time)))
    }

    /// Returns the current time in microseconds, the precision of Postgres: a stored time equals the answered one.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            Self::Pinned(time) => *time.read().unwrap_or_else(PoisonError::into_inner),
        };
        now.trunc_subsecs(6)
    }

    /// Sets a pinned clock; does nothing to the machine's clock.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Pinned(time) = self {
            *time.write().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}
