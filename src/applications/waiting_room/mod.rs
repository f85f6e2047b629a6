//! The waiting room: processes every application that awaits a register, until it is finished.
//!
//! The applications are their own queue: any node takes up those with the status `awaiting_register`, and nothing else
//! is stored for it. Taking one up moves its next attempt on, which is the lease of the node. A node that dies leaves
//! nothing behind.
//!
//! | Failure | What pauses |
//! | --- | --- |
//! | a register answers nobody | the register: its circuit is open, one application tries it for all, and those that need other registers go on |
//! | a register's answer about one person is unusable | that application: it is retried with growing pauses, and referred to an officer in the end |
//! | nothing can be signed or stored | the room |

mod store;
mod turn;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use diesel::pg::PgConnection;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use self::store::Waiting;
use crate::circuit_breaker::Circuit;
use crate::error::{Error, Result};
use crate::registry::{Registers, Subjects};
use crate::signature::Seals;
use crate::state::AppState;
use crate::telemetry;

/// Applications of each kind of subject that one node processes at once.
const AT_ONCE: usize = 4;
/// How often the room polls.
const IDLE: Duration = Duration::from_millis(500);
/// The pause after a fault that would hit every application.
const REST: Duration = Duration::from_secs(5);
/// How often the queue is measured.
const MEASURE: Duration = Duration::from_secs(15);

/// Processes applications that await a register. Any number may run, in any number of processes.
pub struct WaitingRoom {
    state: Arc<AppState>,
    registers: Arc<Registers>,
    seals: Arc<Seals>,
}

impl WaitingRoom {
    /// Makes a waiting room with these services.
    #[must_use]
    pub fn new(state: Arc<AppState>, registers: Arc<Registers>, seals: Arc<Seals>) -> Self {
        Self { state, registers, seals }
    }

    /// Works for as long as it is polled.
    pub async fn run(&self) {
        let (mut turns, mut seats) = (FuturesUnordered::new(), Seats::default());
        let (mut measure, mut rests_until) = (interval(MEASURE), Instant::now());
        measure.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut fault = None;
            if Instant::now() >= rests_until {
                let offered = seats;
                match beside(&mut turns, &mut seats, &mut fault, self.take(offered)).await {
                    Ok(taken) => {
                        taken.iter().for_each(|waiting| seats.take(waiting.subjects()));
                        turns.extend(taken.into_iter().map(|waiting| self.turn(waiting)));
                    }
                    Err(error) => fault = Some(error),
                }
            }
            tokio::select! {
                Some((subjects, ended)) = turns.next() => {
                    seats.leave(subjects);
                    fault = fault.or(ended.err());
                }
                () = sleep(IDLE) => {}
                _ = measure.tick() => beside(&mut turns, &mut seats, &mut fault, self.measure()).await,
            }
            if let Some(fault) = fault {
                log::warn!("waiting room: {fault}");
                rests_until = Instant::now() + REST;
            }
        }
    }

    /// Takes up applications for all free seats, if their registers can be queried.
    async fn take(&self, seats: Seats) -> Result<Vec<Waiting>> {
        let now = self.state.clock.now();
        let free = [Subjects::Persons, Subjects::Companies]
            .map(|subjects| (subjects, seats.free(subjects, self.registers.circuit(subjects))));
        let free: Vec<_> = free.into_iter().filter(|(_, free)| *free > 0).collect();
        if free.is_empty() {
            return Ok(Vec::new());
        }
        let work = move |c: &mut PgConnection| {
            let mut taken = Vec::new();
            for (subjects, free) in &free {
                taken.extend(store::take(c, *subjects, *free, now)?);
            }
            Ok(taken)
        };
        self.state.db.transaction(work).await
    }

    async fn measure(&self) {
        if let Ok(depth) = self.state.db.read(store::depth).await {
            let now = self.state.clock.now();
            let waited = now - depth.oldest.unwrap_or(now);
            telemetry::waiting_room(depth.count, waited.as_seconds_f64().max(0.0));
        }
    }
}

/// Waits for a future while the turns go on: the registers that they query have deadlines.
async fn beside<T>(
    turns: &mut FuturesUnordered<impl Future<Output = (Subjects, Result<()>)>>,
    seats: &mut Seats,
    fault: &mut Option<Error>,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            Some((subjects, ended)) = turns.next() => {
                seats.leave(subjects);
                *fault = fault.take().or(ended.err());
            }
        }
    }
}

/// The number of applications of each kind of subject that this node is processing. Each kind has its own seats: a slow
/// company register holds up no person.
#[derive(Debug, Clone, Copy, Default)]
struct Seats {
    persons: usize,
    companies: usize,
}

impl Seats {
    /// Returns how many more can be taken up. None if the circuit is open; one as a trial.
    fn free(&self, subjects: Subjects, circuit: Circuit) -> usize {
        let taken = match subjects {
            Subjects::Persons => self.persons,
            Subjects::Companies => self.companies,
        };
        let most = match circuit {
            Circuit::Closed => AT_ONCE,
            Circuit::Trial => 1,
            Circuit::Open(_) => 0,
        };
        most.saturating_sub(taken)
    }

    fn of(&mut self, subjects: Subjects) -> &mut usize {
        match subjects {
            Subjects::Persons => &mut self.persons,
            Subjects::Companies => &mut self.companies,
        }
    }

    fn take(&mut self, subjects: Subjects) {
        *self.of(subjects) += 1;
    }

    fn leave(&mut self, subjects: Subjects) {
        let taken = self.of(subjects);
        *taken = taken.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_circuit_lets_none_in_and_a_trial_one_at_a_time() {
        let mut seats = Seats::default();
        assert_eq!(seats.free(Subjects::Persons, Circuit::Closed), AT_ONCE);
        assert_eq!(seats.free(Subjects::Persons, Circuit::Trial), 1);
        assert_eq!(seats.free(Subjects::Persons, Circuit::Open(REST)), 0);
        seats.take(Subjects::Persons);
        assert_eq!(seats.free(Subjects::Persons, Circuit::Trial), 0);
        assert_eq!(seats.free(Subjects::Persons, Circuit::Closed), AT_ONCE - 1);
        assert_eq!(seats.free(Subjects::Companies, Circuit::Closed), AT_ONCE, "they have seats of their own");
        seats.leave(Subjects::Persons);
        assert_eq!(seats.free(Subjects::Persons, Circuit::Trial), 1);
    }
}
