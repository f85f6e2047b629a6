//! A clock that stands still, for tests.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use crate::time::Clock;

impl Clock {
    /// Makes a clock that stands still at `time`.
    #[must_use]
    pub fn pinned(time: DateTime<Utc>) -> Self {
        Self::Pinned(Arc::new(RwLock::new(time)))
    }

    /// Sets a pinned clock; does nothing to the machine's clock.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Pinned(time) = self {
            *time.write().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}
