//! What a node learns about its database in passing: whether work succeeds, whether the disk was full, how many callers
//! wait.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Outage};

/// The pool counts as wedged when no work has succeeded for this long although the probe gets answers.
const WEDGED_AFTER: Duration = Duration::from_secs(60);

/// The state shared by all work of one pool.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Work that waits for a thread or a connection, or holds one.
    in_hand: AtomicUsize,
    is_failing: AtomicBool,
    failing_since: Mutex<Option<Instant>>,
    disk_is_suspect: AtomicBool,
}

/// One place among the work in hand; freed when dropped.
pub(super) struct Place(std::sync::Arc<Pulse>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.in_hand.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pulse {
    /// Takes one of at most `most` places.
    pub(super) fn take_in_hand(self: &std::sync::Arc<Self>, most: usize) -> Option<Place> {
        let before = self.in_hand.fetch_add(1, Ordering::Relaxed);
        let place = Place(self.clone());
        (before < most).then_some(place)
    }

    pub(super) fn in_hand(&self) -> usize {
        self.in_hand.load(Ordering::Relaxed)
    }

    /// Learns from an outcome.
    pub(super) fn feel<T>(&self, outcome: &Result<T, Error>) {
        let outage = outcome.as_ref().err().and_then(Error::outage);
        match outage {
            Some(Outage::ConnectionLost | Outage::NoAnswer | Outage::PoolExhausted) => {
                self.fail(Instant::now());
            }
            _ => self.beat(),
        }
        if outage == Some(Outage::DiskFull) {
            self.disk_is_suspect.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that the database answered.
    fn beat(&self) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            *self.since() = None;
        }
    }

    fn fail(&self, now: Instant) {
        self.since().get_or_insert(now);
        self.is_failing.store(true, Ordering::Relaxed);
    }

    /// Returns whether the latest work found no database, so that callers should not wait long.
    pub(super) fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Returns whether no work has succeeded for a minute.
    pub(super) fn has_stopped(&self, now: Instant) -> bool {
        self.since().is_some_and(|since| now.saturating_duration_since(since) >= WEDGED_AFTER)
    }

    /// Returns whether a write failed for lack of disk space and none has succeeded since.
    pub(super) fn disk_is_suspect(&self) -> bool {
        self.disk_is_suspect.load(Ordering::Relaxed)
    }

    pub(super) fn disk_has_room(&self) {
        self.disk_is_suspect.store(false, Ordering::Relaxed);
    }

    fn since(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.failing_since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::Code;

    #[test]
    fn a_pool_is_wedged_when_nothing_succeeds_for_long_not_when_something_is_refused() {
        let (pulse, start) = (Pulse::default(), Instant::now());
        pulse.fail(start);
        pulse.fail(start + Duration::from_secs(50));
        assert!(!pulse.has_stopped(start + Duration::from_secs(59)));
        assert!(pulse.has_stopped(start + WEDGED_AFTER));
        pulse.feel(&Err::<(), _>(Outage::LockTimeout.into()));
        assert!(!pulse.is_failing() && !pulse.has_stopped(start + WEDGED_AFTER * 2), "the server did answer");
        pulse.feel(&Err::<(), _>(Outage::NoAnswer.into()));
        assert!(pulse.is_failing());
        pulse.feel(&Err::<(), _>(Code::NotFound.into()));
        assert!(!pulse.is_failing());
    }

    #[test]
    fn a_full_disk_is_suspect_until_it_is_shown_to_have_room() {
        let pulse = Pulse::default();
        pulse.feel(&Err::<(), _>(Outage::DiskFull.into()));
        pulse.feel(&Ok(()));
        assert!(pulse.disk_is_suspect(), "what was written then may have fitted by chance");
        pulse.disk_has_room();
        assert!(!pulse.disk_is_suspect());
    }

    #[test]
    fn the_number_of_places_is_limited() {
        let pulse = Arc::new(Pulse::default());
        let places: Vec<_> = (0..3).map(|_| pulse.take_in_hand(2)).collect();
        assert_eq!(places.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
        drop(places);
        assert_eq!(pulse.in_hand(), 0);
        assert!(pulse.take_in_hand(2).is_some());
    }
}
