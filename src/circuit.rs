//! A circuit breaker before somebody else's service: after some failures in a row nobody waits for it any more, until
//! one try finds it well again.
//!
//! Each node has its own and that is right: it guards the node's own time and threads, and decides nothing that another
//! node would have to know.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::telemetry;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// One call takes no longer.
    pub deadline: Duration,
    /// So many failures in a row open the circuit.
    pub failures: u32,
    /// So long nobody is let through; then one call is, as a trial.
    pub pause: Duration,
}

/// Why no answer came.
#[derive(Debug, PartialEq, Eq)]
pub enum CallError<E> {
    /// The circuit is open, or the call did not end in time. Another try makes sense after that long.
    Unavailable(Duration),
    /// The service was reached, and this is what came of it.
    Failed(E),
}

/// Stands before one service.
#[derive(Debug)]
pub struct CircuitBreaker {
    service: String,
    tolerance: Tolerance,
    state: Mutex<State>,
}

/// Closed while `open_until` is `None`.
#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Instant>,
}

impl CircuitBreaker {
    /// A closed one; `service` names it in logs and metrics.
    #[must_use]
    pub fn new(service: impl Into<String>, tolerance: Tolerance) -> Self {
        let service = service.into();
        telemetry::circuit(&service, true);
        Self { service, tolerance, state: Mutex::default() }
    }

    /// Makes a call within the deadline, unless the circuit is open. `is_outage` tells which failures speak against
    /// the service; an answer that only displeases the caller does not.
    ///
    /// # Errors
    /// [`CallError::Unavailable`] when the service was not asked or was late, else the call's own failure.
    pub async fn call<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>>,
        is_outage: impl FnOnce(&E) -> bool,
    ) -> Result<T, CallError<E>> {
        self.with(|state, now| state.enter(self.tolerance, now)).map_err(CallError::Unavailable)?;
        let outcome = timeout(self.tolerance.deadline, work).await;
        let well = match &outcome {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => !is_outage(error),
            Err(_) => false,
        };
        self.settle(well);
        match outcome {
            Ok(answer) => answer.map_err(CallError::Failed),
            Err(_) => Err(CallError::Unavailable(self.tolerance.pause)),
        }
    }

    /// Whether calls are let through now, for probes and metrics.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.with(|state, _| state.open_until.is_none())
    }

    fn settle(&self, well: bool) {
        let (before, after) = self.with(|state, now| {
            let before = state.open_until.is_none();
            state.leave(well, self.tolerance, now);
            (before, state.open_until.is_none())
        });
        if before != after {
            log::warn!("{}: the circuit is {}", self.service, if after { "closed again" } else { "open" });
        }
        telemetry::circuit(&self.service, after);
    }

    fn with<T>(&self, work: impl FnOnce(&mut State, Instant) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner), Instant::now())
    }
}

impl State {
    /// Lets a call through, or says how long to wait. Whoever is let through an open circuit is its trial; the others
    /// wait until the trial must have ended, even if nobody hears of its end.
    fn enter(&mut self, tolerance: Tolerance, now: Instant) -> Result<(), Duration> {
        match self.open_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                self.open_until = Some(now + tolerance.deadline);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn leave(&mut self, well: bool, tolerance: Tolerance, now: Instant) {
        if well {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= tolerance.failures {
            self.open_until = Some(now + tolerance.pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Tolerance =
        Tolerance { deadline: Duration::from_secs(5), failures: 3, pause: Duration::from_secs(30) };

    fn failed(state: &mut State, now: Instant) {
        state.enter(TOLERANCE, now).unwrap();
        state.leave(false, TOLERANCE, now);
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_them_does_not_let_it_come_to_that() {
        let (mut state, now) = (State::default(), Instant::now());
        failed(&mut state, now);
        failed(&mut state, now);
        state.leave(true, TOLERANCE, now);
        failed(&mut state, now);
        failed(&mut state, now);
        assert_eq!(state.enter(TOLERANCE, now), Ok(()));
        failed(&mut state, now);
        assert_eq!(state.enter(TOLERANCE, now), Err(TOLERANCE.pause));
    }

    #[test]
    fn after_the_pause_one_trial_decides() {
        let (mut state, start) = (State::default(), Instant::now());
        (0..3).for_each(|_| failed(&mut state, start));
        let later = start + TOLERANCE.pause;
        assert_eq!(state.enter(TOLERANCE, later), Ok(()), "the trial");
        assert_eq!(state.enter(TOLERANCE, later), Err(TOLERANCE.deadline), "everybody else waits for it");
        state.leave(false, TOLERANCE, later);
        assert_eq!(state.enter(TOLERANCE, later), Err(TOLERANCE.pause));
        let much_later = later + TOLERANCE.pause;
        state.enter(TOLERANCE, much_later).unwrap();
        state.leave(true, TOLERANCE, much_later);
        assert_eq!(state.enter(TOLERANCE, much_later), Ok(()));
        assert_eq!(state.enter(TOLERANCE, much_later), Ok(()));
    }

    #[test]
    fn a_trial_that_nobody_hears_of_is_followed_by_another() {
        let (mut state, start) = (State::default(), Instant::now());
        (0..3).for_each(|_| failed(&mut state, start));
        let later = start + TOLERANCE.pause;
        state.enter(TOLERANCE, later).unwrap();
        assert_eq!(state.enter(TOLERANCE, later + TOLERANCE.deadline), Ok(()));
    }

    #[actix_web::test]
    async fn what_is_late_or_away_counts_and_what_displeases_does_not() {
        let tolerance = Tolerance { deadline: Duration::from_millis(10), failures: 2, ..TOLERANCE };
        let breaker = CircuitBreaker::new("test", tolerance);
        for _ in 0..5 {
            let outcome = breaker.call(async { Err::<(), _>("no such person") }, |_| false).await;
            assert_eq!(outcome, Err(CallError::Failed("no such person")));
        }
        assert!(breaker.is_closed());
        let late = breaker.call(std::future::pending::<Result<(), &str>>(), |_| true).await;
        assert_eq!(late, Err(CallError::Unavailable(TOLERANCE.pause)));
        let away = breaker.call(async { Err::<(), _>("no connection") }, |_| true).await;
        assert_eq!(away, Err(CallError::Failed("no connection")));
        assert!(!breaker.is_closed());
        let unasked = breaker.call(async { Ok::<_, &str>(()) }, |_| true).await;
        assert!(matches!(unasked, Err(CallError::Unavailable(_))));
    }
}
