//! Limits what a client may hold of a node: a connection, and only while data moves.
//!
//! The server beneath ([`actix_http`]) closes a connection whose first request head does not arrive within five
//! seconds, or that is idle for as long. This room adds the rest:
//!
//! | What is slow | What ends it |
//! | --- | --- |
//! | a request body | [`body`]: the request is answered 408 |
//! | a reader of a response | [`socket`]: the connection is closed |
//! | a later head, a body that nobody reads | [`socket`]: the connection is closed |
//! | too many connections | [`places`]: 503 at once |
//! | a handshake of TLS | [`tls`]: the connection is closed |
//!
//! It also refuses what the parser beneath takes and a proxy may not ([`strict`]): a line feed without a carriage return.
//!
//! None of these closes the connection of a request in progress, nor a stream whose events the client reads.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `body`, `socket`, `in_hand` | slow bodies; slow readers; the requests in progress on a connection |
//! | `strict`, `line_ends` | requests whose heads and trailers have a bare line feed |
//! | `places`, `descriptors` | how many connections a node takes; the file descriptors they need |
//! | `paces` | how often somebody asks |
//! | `tls`, `stream` | TLS, if the node speaks it itself; a connection with or without it |

pub mod body;
pub mod descriptors;
pub mod in_hand;
mod line_ends;
pub mod paces;
pub mod places;
pub mod socket;
pub mod stream;
pub mod strict;
pub mod tls;

use std::num::NonZeroUsize;
use std::time::Duration;

/// The limits on connections.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest number of connections of the node.
    pub connections: NonZeroUsize,
    /// The largest number for one sender that is no trusted proxy.
    pub per_sender: NonZeroUsize,
    /// The lowest accepted speed.
    pub pace: Pace,
}

impl Default for Limits {
    fn default() -> Self {
        let connections = NonZeroUsize::MIN.saturating_add(2047);
        Self { connections, per_sender: connections, pace: Pace::default() }
    }
}

/// The lowest accepted speed of a sender or reader.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The time that everybody gets, however little data there is.
    pub grace: Duration,
    /// Beyond that, this many bytes a second must move.
    pub bytes_per_second: u32,
    /// The longest time without any data: what came fast earns none to stand still, since it occupies memory.
    pub longest_pause: Duration,
    /// The longest time, however much data there is.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(10),
            bytes_per_second: 1024,
            longest_pause: Duration::from_secs(30),
            longest: Duration::from_secs(120),
        }
    }
}

impl Pace {
    /// Returns how long a transfer may have taken once this many bytes have moved.
    fn allows(&self, bytes: u64) -> Duration {
        let earned = Duration::from_secs(bytes / u64::from(self.bytes_per_second.max(1)));
        (self.grace + earned).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_body_has_more_time_but_not_forever() {
        let pace = Pace::default();
        assert_eq!(pace.allows(0), Duration::from_secs(10));
        assert_eq!(pace.allows(64 * 1024), Duration::from_secs(74));
        assert_eq!(pace.allows(5 * 1024 * 1024), Duration::from_secs(120));
        let none = Pace { bytes_per_second: 0, ..pace };
        assert_eq!(none.allows(1), Duration::from_secs(11));
    }
}
