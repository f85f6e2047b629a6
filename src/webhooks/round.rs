//! A round of deliveries: how many attempts at once, when it looks for more, when it ends.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::error::Error;

/// Messages on their way at once, of one round; there is one round at a time.
pub(super) const AT_ONCE: usize = 128;
/// How long a round begins new attempts; the next one continues. A stopping worker waits for the round and its last attempts.
pub(super) const ROUND: Duration = Duration::from_secs(15);
/// How often a round looks for more at least while attempts are on their way.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// How a round goes.
pub(super) struct Round {
    begun: Instant,
    /// When it leased last.
    looked: Instant,
    /// Attempts that ended.
    pub(super) ended: usize,
    /// Of these, since it leased last.
    ended_since: usize,
    pub(super) failed: Option<Error>,
}

impl Round {
    pub(super) fn begin() -> Self {
        let now = Instant::now();
        Self { begun: now, looked: now, ended: 0, ended_since: 0, failed: None }
    }

    pub(super) fn ends(&mut self) {
        self.ended += 1;
        self.ended_since += 1;
    }

    /// Returns whether to lease more, of which it takes note. A lease looks at every endpoint: it is made when a quarter as many
    /// attempts have ended as are on their way, or after a while.
    pub(super) fn looks(&mut self, running: usize) -> bool {
        let is_over = self.failed.is_some() || self.begun.elapsed() >= ROUND || running >= AT_ONCE;
        let is_worth_it = running == 0 || 4 * self.ended_since >= running || self.looked.elapsed() >= LOOK;
        let looks = !is_over && is_worth_it;
        if looks {
            (self.looked, self.ended_since) = (Instant::now(), 0);
        }
        looks
    }
}

/// Waits for a future while attempts go on: their deadlines run.
pub(super) async fn beside<T>(
    running: &mut FuturesUnordered<impl Future<Output = ()>>,
    round: &mut Round,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            Some(()) = running.next() => round.ends(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs;
    use crate::webhooks::sender::DEADLINE;

    #[test]
    fn a_round_ends_before_a_stopping_worker_drops_it() {
        assert!(ROUND + DEADLINE + LOOK < jobs::GRACE);
    }

    #[test]
    fn a_round_leases_for_several_attempts_that_ended_not_for_each() {
        let mut round = Round::begin();
        assert!(round.looks(0) && round.looks(0), "when nothing is on its way, at once");
        assert!(!round.looks(AT_ONCE / 2));
        (0..15).for_each(|_| round.ends());
        assert!(!round.looks(AT_ONCE / 2));
        round.ends();
        assert!(round.looks(AT_ONCE / 2) && !round.looks(AT_ONCE / 2));
        round.looked -= LOOK;
        assert!(!round.looks(AT_ONCE) && round.looks(AT_ONCE / 2));
        round.begun -= ROUND;
        assert!(!round.looks(0));
    }
}
