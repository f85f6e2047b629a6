//! What the database did to requests, in the log: one line a second for each kind of outage. While a database is away, every
//! request would write the same one; how many did not is told with the next, and the metrics count all.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Outage;

/// Between two lines of one kind.
const PAUSE: Duration = Duration::from_secs(1);

static TOLD: LazyLock<Mutex<HashMap<Outage, Told>>> = LazyLock::new(Mutex::default);

/// When a kind was last told of, and how often it has happened since.
struct Told {
    at: Instant,
    since: u64,
}

/// Writes the line of a request, unless one of its kind was written a moment ago.
pub(super) fn tell(outage: Outage, method: &str, route: &str) {
    let more = count(&mut TOLD.lock().unwrap_or_else(PoisonError::into_inner), outage, Instant::now());
    match more {
        None => {}
        Some(0) => log::warn!("{method} {route}: database: {outage}"),
        Some(more) => log::warn!("{method} {route}: database: {outage}; and {more} requests before it"),
    }
}

/// How many went untold since the last line; `None` when it is too early for another.
fn count(told: &mut HashMap<Outage, Told>, outage: Outage, now: Instant) -> Option<u64> {
    match told.get_mut(&outage) {
        Some(told) if now < told.at + PAUSE => {
            told.since += 1;
            None
        }
        _ => Some(told.insert(outage, Told { at: now, since: 0 }).map_or(0, |told| told.since)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_once_a_second_with_how_many_were_not() {
        let (mut told, start) = (HashMap::new(), Instant::now());
        let mut count = |outage, after| count(&mut told, outage, start + after);
        let soon = Duration::from_millis(10);
        assert_eq!(count(Outage::NoAnswer, Duration::ZERO), Some(0));
        assert_eq!((count(Outage::NoAnswer, soon), count(Outage::NoAnswer, soon)), (None, None));
        assert_eq!(count(Outage::LockTimeout, soon), Some(0), "another kind is other news");
        assert_eq!(count(Outage::NoAnswer, PAUSE), Some(2));
        assert_eq!(count(Outage::NoAnswer, PAUSE * 3), Some(0));
    }
}
