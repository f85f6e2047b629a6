//! How much of a limit is used up.

use std::time::Duration;

/// How much of a limit is used up: what the fields `RateLimit-Policy` and `RateLimit` of an answer say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The limit's name: lower-case letters and dashes.
    pub name: &'static str,
    /// How much is allowed in a window, or at the same time.
    pub most: u32,
    /// The length of a window; none if what is limited is the number at the same time.
    pub window: Option<Duration>,
    /// How much is left.
    pub left: u32,
    /// When all of it is there again, or some of it if there is no window.
    pub resets_in: Duration,
}

impl Quota {
    /// Makes the quota of a limit on what goes on at the same time, with nothing left until then.
    #[must_use]
    pub fn at_once((name, most): (&'static str, usize), resets_in: Duration) -> Self {
        Self { name, most: u32::try_from(most).unwrap_or(u32::MAX), window: None, left: 0, resets_in }
    }
}
