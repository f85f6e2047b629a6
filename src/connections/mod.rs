//! What a client may hold of a node: a place among the connections, and only for as long as something moves.
//!
//! The server beneath ([`actix_http`]) cuts a first request whose head does not come within five seconds, and a
//! connection that is idle for as long. This room adds the rest:
//!
//! | What drips | What ends it |
//! | --- | --- |
//! | a body | [`body`]: the request is answered 408 |
//! | a reader of an answer | [`socket`]: the connection is cut |
//! | a second head, a body that nobody reads | [`socket`]: the connection is cut |
//! | connections that do not fit | [`places`]: 503 at once |
//!
//! A request that is being worked on, and a stream whose events the client reads, are never cut by any of these.

pub mod body;
pub mod descriptors;
pub mod in_hand;
pub mod places;
pub mod socket;

use std::num::NonZeroUsize;
use std::time::Duration;

/// How many connections, and how slow.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections of the node at once.
    pub connections: NonZeroUsize,
    /// Of these, of one sender; unlimited where a proxy stands in front.
    pub per_sender: Option<NonZeroUsize>,
    /// How slow a sender or reader may be.
    pub pace: Pace,
}

impl Default for Limits {
    fn default() -> Self {
        let connections = NonZeroUsize::MIN.saturating_add(2047);
        Self { connections, per_sender: None, pace: Pace::default() }
    }
}

/// How slow a sender or a reader may be.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// What everybody has, however little there is to send.
    pub grace: Duration,
    /// Beyond that, so many bytes a second.
    pub bytes_per_second: u32,
    /// However much there is.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { grace: Duration::from_secs(10), bytes_per_second: 1024, longest: Duration::from_secs(120) }
    }
}

impl Pace {
    /// How long something may have taken of which so many bytes have moved.
    fn allows(&self, bytes: u64) -> Duration {
        let earned = Duration::from_secs(bytes / u64::from(self.bytes_per_second.max(1)));
        (self.grace + earned).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_more_has_longer_but_not_for_ever() {
        let pace = Pace::default();
        assert_eq!(pace.allows(0), Duration::from_secs(10));
        assert_eq!(pace.allows(64 * 1024), Duration::from_secs(74));
        assert_eq!(pace.allows(5 * 1024 * 1024), Duration::from_secs(120));
        let none = Pace { bytes_per_second: 0, ..pace };
        assert_eq!(none.allows(1), Duration::from_secs(11));
    }
}
