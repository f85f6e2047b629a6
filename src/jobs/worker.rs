//! The loop that does the work. Any number of them may run, in any number of processes.

use std::cell::Cell as Flag;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use futures_util::future::LocalBoxFuture;
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use super::COLUMN;
use super::store::{self, Job};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::person::{Cell, Keyring};
use crate::telemetry;

/// A worker that is silent for so long is taken for dead.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long an idle worker sleeps.
const IDLE: Duration = Duration::from_millis(200);
/// After so many tries (over about sixteen hours) a job is given up.
const MAX_ATTEMPTS: i32 = 20;

/// How a try ended.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    /// Done.
    Done,
    /// Not now; the text says why, without personal data.
    Retry(&'static str),
    /// Never; the text says why, without personal data.
    GiveUp(&'static str),
}

/// Does one kind of job. No database connection is held while it runs.
pub trait Handler {
    /// The kind that it is for.
    fn kind(&self) -> &'static str;
    /// One try. The id is stable over all tries of a job.
    fn run(&self, id: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome>;
}

/// Leases jobs and hands them to their handlers.
pub struct Worker {
    db: Db,
    keyring: Arc<Keyring>,
    clock: Clock,
    handlers: HashMap<&'static str, Box<dyn Handler>>,
    stopping: Flag<bool>,
}

impl Worker {
    /// A worker for these kinds of jobs.
    #[must_use]
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock, handlers: Vec<Box<dyn Handler>>) -> Self {
        let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
        Self { db, keyring, clock, handlers, stopping: Flag::new(false) }
    }

    /// Works until [`Worker::stop`] is called; what is begun is finished.
    pub async fn run(&self) {
        while !self.stopping.get() {
            match self.turn().await {
                Ok(false) => tokio::time::sleep(IDLE).await,
                Ok(true) => {}
                Err(error) => {
                    log::warn!("jobs: {error}");
                    tokio::time::sleep(IDLE * 10).await;
                }
            }
        }
    }

    /// Lets the loop end after the job in hand.
    pub fn stop(&self) {
        self.stopping.set(true);
    }

    /// Leases and does one job; false when none is due.
    async fn turn(&self) -> Result<bool> {
        let now = self.clock.now();
        let Some(job) = self.db.write(move |c| store::lease(c, LEASE, now)).await? else { return Ok(false) };
        // A job whose worker dies each time would be leased for ever.
        let outcome = if job.attempts > MAX_ATTEMPTS {
            Outcome::GiveUp("its workers died")
        } else {
            self.try_once(&job).await
        };
        let now = self.clock.now();
        self.db.write(move |c| settle(c, &job, outcome, now)).await?;
        Ok(true)
    }

    async fn try_once(&self, job: &Job) -> Outcome {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return Outcome::GiveUp("no handler of this version knows the kind");
        };
        match self.keyring.open(Cell { column: COLUMN, row: job.id }, &job.payload) {
            Ok(payload) => handler.run(job.id, payload).await,
            Err(_) => Outcome::GiveUp("the payload does not open"),
        }
    }
}

fn settle(connection: &mut PgConnection, job: &Job, outcome: Outcome, now: DateTime<Utc>) -> Result<()> {
    match outcome {
        Outcome::Done => {
            telemetry::job(&job.kind, "done");
            store::finish(connection, job)
        }
        Outcome::Retry(why) if job.attempts < MAX_ATTEMPTS => {
            telemetry::job(&job.kind, "retried");
            log::warn!("jobs: {} {} will be tried again: {why}", job.kind, job.id);
            store::retry(connection, job, now + pause(job.attempts), why)
        }
        Outcome::Retry(why) | Outcome::GiveUp(why) => {
            telemetry::job(&job.kind, "given_up");
            log::error!("jobs: {} {} was given up: {why}", job.kind, job.id);
            store::bury(connection, job, now, why)
        }
    }
}

/// 2, 4, 8 … seconds up to two hours, give or take a quarter, so that many that failed together spread out.
fn pause(attempts: i32) -> TimeDelta {
    let seconds = 2_i64.saturating_pow(attempts.clamp(1, 13).unsigned_abs()).min(7200);
    let mut byte = [0_u8];
    let spread = SystemRandom::new().fill(&mut byte).map_or(128, |()| i64::from(byte[0]));
    TimeDelta::milliseconds(seconds * (750 + spread * 500 / 255))
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for attempts in 1..=20 {
            let seconds = 2_i64.pow(u32::try_from(attempts).unwrap().min(13)).min(7200);
            let millis = pause(attempts).num_milliseconds();
            assert!((seconds * 750..=seconds * 1250).contains(&millis), "{attempts}: {millis}");
        }
    }
}
