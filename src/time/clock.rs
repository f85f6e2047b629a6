//! The clock, which the sandbox can move and tests can pin (`sandbox::clock`).

use chrono::{DateTime, SubsecRound, Utc};

/// The source of the current time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A time that stands still until it is set again.
    #[cfg(feature = "sandbox")]
    Pinned(std::sync::Arc<std::sync::RwLock<DateTime<Utc>>>),
    /// The machine's clock, and as many microseconds more.
    #[cfg(feature = "sandbox")]
    Ahead(std::sync::Arc<std::sync::atomic::AtomicI64>),
}

impl Clock {
    /// Returns the current time in microseconds, the precision of Postgres: a stored time equals the answered one.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            #[cfg(feature = "sandbox")]
            Self::Pinned(time) => *time.read().unwrap_or_else(std::sync::PoisonError::into_inner),
            #[cfg(feature = "sandbox")]
            Self::Ahead(micros) => {
                let ahead = micros.load(std::sync::atomic::Ordering::Relaxed);
                Utc::now() + chrono::TimeDelta::microseconds(ahead)
            }
        };
        now.trunc_subsecs(6)
    }
}
