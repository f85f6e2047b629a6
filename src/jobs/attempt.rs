//! One try at a job: its handler runs under a lease that is kept up, and whatever it does, the worker goes on.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::COLUMN;
use super::store::{self, Job};
use super::worker::Worker;
use crate::backoff::Backoff;
use crate::error::Result;
use crate::person::Cell;
use crate::telemetry;

/// After so many tries (over about sixteen hours) a job is given up.
const MAX_ATTEMPTS: i32 = 20;
const PAUSES: Backoff = Backoff { first: 2, most: 7200 };
/// The end of a try is written down as soon as the database takes it: lost, the job would be done once more.
const SETTLES: u32 = 10;

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
    /// How many of the kind run at once in one process. Each kind has its own slots: a mail server that lets everybody
    /// wait holds up no application.
    fn at_once(&self) -> usize {
        4
    }
    /// One try, which another may follow: do it twice with the effect of once. The id is stable over all tries of a
    /// job. The future is dropped when the lease is lost, so it must not have handed its work to a thread that lives on.
    fn run(&self, id: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome>;
}

impl Worker {
    /// Tries a leased job once and writes down how that ended; answers its kind, whose slot is free again.
    pub(super) async fn attempt(&self, job: Job) -> String {
        let kind = job.kind.clone();
        // A job whose worker dies each time would be leased for ever.
        let outcome = if job.attempts > MAX_ATTEMPTS {
            Some(Outcome::GiveUp("its workers died"))
        } else {
            tokio::select! {
                biased;
                () = self.keep_lease(&job) => None,
                outcome = self.run_handler(&job) => Some(outcome),
            }
        };
        match outcome {
            Some(outcome) => self.settle(job, outcome).await,
            None => log::warn!("jobs: {kind} {}: the lease was lost; another worker goes on", job.id),
        }
        kind
    }

    async fn run_handler(&self, job: &Job) -> Outcome {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return Outcome::Retry("this worker has no handler for it");
        };
        match self.keyring.open(Cell { column: COLUMN, row: job.id }, &job.payload) {
            Ok(payload) => {
                let trying = AssertUnwindSafe(handler.run(job.id, payload)).catch_unwind();
                trying.await.unwrap_or(Outcome::Retry("its handler panicked"))
            }
            Err(_) => Outcome::GiveUp("the payload does not open"),
        }
    }

    /// Keeps the lease up for as long as it is polled; ends when the lease is lost, or may be: a database that does not
    /// answer in time may have given the job to another worker.
    async fn keep_lease(&self, job: &Job) {
        let beat = self.lease / 4;
        let mut held_until = Instant::from_std(job.leased_at) + self.lease;
        loop {
            sleep(beat).await;
            let (job, length, asked) = (job.clone(), self.lease, Instant::now());
            let extending = self.db.write(move |c| store::extend(c, &job, length));
            match timeout_at(held_until, extending).await {
                Ok(Ok(true)) => held_until = asked + self.lease,
                Ok(Err(_)) if Instant::now() + beat < held_until => {}
                Ok(Ok(false) | Err(_)) | Err(_) => return,
            }
        }
    }

    async fn settle(&self, job: Job, outcome: Outcome) {
        report(&job, outcome);
        for _ in 0..SETTLES {
            let (job, now) = (job.clone(), self.clock.now());
            match self.db.write(move |c| write_down(c, &job, outcome, now)).await {
                Ok(()) => return,
                Err(error) => log::warn!("jobs: the end of a try cannot be written down: {error}"),
            }
            sleep(Duration::from_secs(2)).await;
        }
    }
}

/// Whether a try that ends so is the last.
fn is_last(job: &Job, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Done => false,
        Outcome::Retry(_) => job.attempts >= MAX_ATTEMPTS,
        Outcome::GiveUp(_) => true,
    }
}

fn report(job: &Job, outcome: Outcome) {
    match outcome {
        Outcome::Done => telemetry::job(&job.kind, "done"),
        Outcome::Retry(why) | Outcome::GiveUp(why) if is_last(job, outcome) => {
            telemetry::job(&job.kind, "given_up");
            log::error!("jobs: {} {} was given up: {why}", job.kind, job.id);
        }
        Outcome::Retry(why) | Outcome::GiveUp(why) => {
            telemetry::job(&job.kind, "retried");
            log::warn!("jobs: {} {} will be tried again: {why}", job.kind, job.id);
        }
    }
}

fn write_down(connection: &mut PgConnection, job: &Job, outcome: Outcome, now: DateTime<Utc>) -> Result<()> {
    match outcome {
        Outcome::Done => store::finish(connection, job),
        Outcome::Retry(why) | Outcome::GiveUp(why) if is_last(job, outcome) => {
            store::bury(connection, job, now, why)
        }
        Outcome::Retry(why) | Outcome::GiveUp(why) => {
            store::retry(connection, job, now + PAUSES.after(job.attempts), why)
        }
    }
}
