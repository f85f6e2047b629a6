//! Time, so that tests can pin it.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, SubsecRound, Utc};

/// Where "now" comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A time that stands still until it is set again.
    Pinned(Arc<RwLock<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at `time`.
    #[must_use]
    pub fn pinned(time: DateTime<Utc>) -> Self {
        Self::Pinned(Arc::new(RwLock::new(time)))
    }

    /// Now, to the microsecond: what Postgres keeps, so that a stored time equals the answered one.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            Self::Pinned(time) => *time.read().unwrap_or_else(PoisonError::into_inner),
        };
        now.trunc_subsecs(6)
    }

    /// Moves a pinned clock; the machine's cannot be moved.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Pinned(time) = self {
            *time.write().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}
