//! A circuit breaker for a service that can fail: after some failures in a row callers no longer wait for it, until a
//! trial call succeeds.
//!
//! Each node has its own, which is enough: it protects the node's own time and threads, and decides nothing that
//! another node must know.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::telemetry;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// The longest time for one call.
    pub deadline: Duration,
    /// The number of failures in a row that opens the circuit.
    pub failures: u32,
    /// How long an open circuit refuses calls before it lets one through as a trial.
    pub pause: Duration,
}

/// Why a call returned no answer.
#[derive(Debug, PartialEq, Eq)]
pub enum CallError<E> {
    /// The circuit is open, or the call was too slow. A retry makes sense after this time.
    Unavailable(Duration),
    /// The service was reached, and the call failed.
    Failed(E),
}

/// A failure that counts against the service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failure {
    /// How long the circuit stays open after it, if the failure says so; otherwise the tolerance's pause.
    pub again_in: Option<Duration>,
}

/// What would happen to a call now, ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circuit {
    /// It is let through.
    Closed,
    /// The pause is over: the first call is let through as a trial, and its outcome decides.
    Trial,
    /// It is refused for this long.
    Open(Duration),
}

/// Guards one service.
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
    /// Makes a closed breaker; `service` names it in logs and metrics.
    #[must_use]
    pub fn new(service: impl Into<String>, tolerance: Tolerance) -> Self {
        let service = service.into();
        telemetry::circuit(&service, true);
        Self { service, tolerance, state: Mutex::default() }
    }

    /// Makes a call within the deadline, unless the circuit is open. `failure` decides which failures count against the
    /// service; an answer that only displeases the caller does not.
    ///
    /// # Errors
    /// [`CallError::Unavailable`] if the call was refused or too slow, otherwise the call's own failure.
    pub async fn call<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>>,
        failure: impl FnOnce(&E) -> Option<Failure>,
    ) -> Result<T, CallError<E>> {
        self.with(|state, now| state.enter(self.tolerance, now)).map_err(CallError::Unavailable)?;
        let outcome = timeout(self.tolerance.deadline, work).await;
        self.settle(match &outcome {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => failure(error),
            Err(_) => Some(Failure::default()),
        });
        match outcome {
            Ok(answer) => answer.map_err(CallError::Failed),
            Err(_) => Err(CallError::Unavailable(self.tolerance.pause)),
        }
    }

    /// Returns what would happen to a call now.
    #[must_use]
    pub fn state(&self) -> Circuit {
        self.with(|state, now| state.circuit(now))
    }

    fn settle(&self, failure: Option<Failure>) {
        let (before, after) = self.with(|state, now| {
            let before = state.open_until.is_none();
            state.leave(failure, self.tolerance, now);
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
    /// Lets a call through, or returns how long to wait. A call let through an open circuit is its trial; others wait
    /// until the trial must have ended, even if its end is never reported.
    fn enter(&mut self, tolerance: Tolerance, now: Instant) -> Result<(), Duration> {
        match self.circuit(now) {
            Circuit::Open(wait) => Err(wait),
            Circuit::Trial => {
                self.open_until = Some(now + tolerance.deadline);
                Ok(())
            }
            Circuit::Closed => Ok(()),
        }
    }

    fn circuit(&self, now: Instant) -> Circuit {
        match self.open_until {
            Some(until) if now < until => Circuit::Open(until - now),
            Some(_) => Circuit::Trial,
            None => Circuit::Closed,
        }
    }

    fn leave(&mut self, failure: Option<Failure>, tolerance: Tolerance, now: Instant) {
        let Some(failure) = failure else {
            *self = Self::default();
            return;
        };
        self.failures = self.failures.saturating_add(1);
        if self.failures >= tolerance.failures {
            self.open_until = Some(now + failure.again_in.unwrap_or(tolerance.pause));
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
        state.leave(Some(Failure::default()), TOLERANCE, now);
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_them_does_not_let_it_come_to_that() {
        let (mut state, now) = (State::default(), Instant::now());
        failed(&mut state, now);
        failed(&mut state, now);
        state.leave(None, TOLERANCE, now);
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
        state.leave(Some(Failure::default()), TOLERANCE, later);
        assert_eq!(state.enter(TOLERANCE, later), Err(TOLERANCE.pause));
        let much_later = later + TOLERANCE.pause;
        state.enter(TOLERANCE, much_later).unwrap();
        state.leave(None, TOLERANCE, much_later);
        assert_eq!(state.enter(TOLERANCE, much_later), Ok(()));
        assert_eq!(state.enter(TOLERANCE, much_later), Ok(()));
    }

    #[test]
    fn a_failure_that_says_until_when_is_believed_once_the_circuit_opens() {
        let (mut state, now) = (State::default(), Instant::now());
        let failure = Some(Failure { again_in: Some(Duration::from_secs(2)) });
        state.leave(failure, TOLERANCE, now);
        assert_eq!(state.circuit(now), Circuit::Closed, "one alone opens nothing");
        (1..3).for_each(|_| state.leave(failure, TOLERANCE, now));
        assert_eq!(state.circuit(now), Circuit::Open(Duration::from_secs(2)));
        assert_eq!(state.circuit(now + Duration::from_secs(2)), Circuit::Trial);
        assert!(Circuit::Closed < Circuit::Trial && Circuit::Trial < Circuit::Open(Duration::ZERO));
    }

    #[test]
    fn a_trial_without_a_reported_end_is_followed_by_another() {
        let (mut state, start) = (State::default(), Instant::now());
        (0..3).for_each(|_| failed(&mut state, start));
        let later = start + TOLERANCE.pause;
        state.enter(TOLERANCE, later).unwrap();
        assert_eq!(state.enter(TOLERANCE, later + TOLERANCE.deadline), Ok(()));
    }

    #[actix_web::test]
    async fn slow_and_failed_calls_count_and_unwelcome_answers_do_not() {
        let tolerance = Tolerance { deadline: Duration::from_millis(10), failures: 2, ..TOLERANCE };
        let breaker = CircuitBreaker::new("test", tolerance);
        for _ in 0..5 {
            let outcome = breaker.call(async { Err::<(), _>("no such person") }, |_| None).await;
            assert_eq!(outcome, Err(CallError::Failed("no such person")));
        }
        assert_eq!(breaker.state(), Circuit::Closed);
        let failure = |_: &&str| Some(Failure::default());
        let late = breaker.call(std::future::pending::<Result<(), &str>>(), failure).await;
        assert_eq!(late, Err(CallError::Unavailable(TOLERANCE.pause)));
        let away = breaker.call(async { Err::<(), _>("no connection") }, failure).await;
        assert_eq!(away, Err(CallError::Failed("no connection")));
        assert!(matches!(breaker.state(), Circuit::Open(_)));
        let unasked = breaker.call(async { Ok::<_, &str>(()) }, failure).await;
        assert!(matches!(unasked, Err(CallError::Unavailable(_))));
    }
}
