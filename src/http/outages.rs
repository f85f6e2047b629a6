//! Logs database outages: one line a second for each kind of outage, with the number of lines suppressed since the
//! last. Otherwise every request would log the same line while a database is away. The metrics count all.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Outage;

/// The pause between two lines of one kind.
const PAUSE: Duration = Duration::from_secs(1);

static TOLD: LazyLock<Mutex<HashMap<Outage, Told>>> = LazyLock::new(Mutex::default);

/// When a kind was last logged, and how many lines were suppressed since.
struct Told {
    at: Instant,
    since: u64,
}

/// Logs the outage of a request, unless the same kind was logged within the last second.
pub(super) fn tell(outage: Outage, method: &str, route: &str) {
    let more = count(&mut TOLD.lock().unwrap_or_else(PoisonError::into_inner), outage, Instant::now());
    match more {
        None => {}
        Some(0) => log::warn!("{method} {route}: database: {outage}"),
        Some(more) => log::warn!("{method} {route}: database: {outage}; and {more} requests before it"),
    }
}

/// Returns the number of suppressed lines since the last one; `None` if it is too early for another line.
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
    fn each_kind_is_logged_once_a_second_with_the_number_suppressed() {
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
