//! One attempt at a job: runs its handler under a renewed lease. Whatever the handler does, the worker goes on.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep, timeout_at};

use super::handler::Outcome;
use super::store::{self, Finished, Job};
use super::worker::Worker;
use crate::backoff::Backoff;
use crate::error::Result;
use crate::person::Column;
use crate::telemetry;

/// The number of attempts, over about sixteen hours, after which a job is given up.
const MAX_ATTEMPTS: i32 = 20;
const PAUSES: Backoff = Backoff { first: 2, most: 7200 };
/// How often to try to record an attempt's outcome. If the record is lost, the job runs once more.
const SETTLES: u32 = 10;

impl Worker {
    /// Makes one attempt at a leased job and records its outcome. Returns the job's kind, whose slot is free again.
    pub(super) async fn attempt(&self, job: Job) -> String {
        let kind = job.kind.clone();
        // A job whose worker dies each time would be leased forever.
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
            None => log::warn!("jobs: {kind} {}: the lease was lost; another worker takes over", job.id),
        }
        kind
    }

    async fn run_handler(&self, job: &Job) -> Outcome {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return Outcome::Retry("this worker has no handler for it");
        };
        match self.keyring.decrypt(Column::JOBS_PAYLOAD.at(job.id), &job.payload) {
            Ok(payload) => {
                let trying = AssertUnwindSafe(handler.run(job.id, payload)).catch_unwind();
                trying.await.unwrap_or(Outcome::Retry("its handler panicked"))
            }
            Err(_) => Outcome::GiveUp("the payload cannot be decrypted"),
        }
    }

    /// Renews the lease for as long as it is polled. Ends once the lease is lost or may be lost: after a timeout of the
    /// database another worker may hold the job.
    async fn keep_lease(&self, job: &Job) {
        let (beat, relied_on) = (self.lease / 4, relied_on(self.lease));
        let mut held_until = Instant::from_std(job.leased_at) + relied_on;
        loop {
            sleep(beat).await;
            let (job, length, asked) = (job.clone(), self.lease, Instant::now());
            let extending = self.db.write(move |c| store::extend(c, &job, length));
            match timeout_at(held_until, extending).await {
                Ok(Ok(true)) => held_until = asked + relied_on,
                Ok(Err(_)) if Instant::now() + beat < held_until => {}
                Ok(Ok(false) | Err(_)) | Err(_) => return,
            }
        }
    }

    async fn settle(&self, job: Job, outcome: Outcome) {
        report(&job, outcome);
        for _ in 0..SETTLES {
            match self.write_down(&job, outcome).await {
                Ok(()) => return,
                Err(error) => log::warn!("jobs: cannot record the outcome of an attempt: {error}"),
            }
            sleep(Duration::from_secs(2)).await;
        }
    }

    async fn write_down(&self, job: &Job, outcome: Outcome) -> Result<()> {
        let (job, now) = (job.clone(), self.clock.now());
        match outcome {
            Outcome::Done => self.finished.write(Finished::from(&job)).await,
            Outcome::Retry(why) | Outcome::GiveUp(why) if is_last(&job, outcome) => {
                self.db.write(move |c| store::bury(c, &job, now, why)).await
            }
            Outcome::Retry(why) | Outcome::GiveUp(why) => {
                let run_at = now + PAUSES.after(job.attempts);
                self.db.write(move |c| store::retry(c, &job, run_at, why)).await
            }
        }
    }
}

/// Returns how long a worker relies on a lease without renewing it. The last eighth is a margin, so that a late
/// worker stops before another can lease the job.
fn relied_on(lease: Duration) -> Duration {
    lease - lease / 8
}

/// Returns whether this attempt was the job's last.
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
            log::error!("jobs: {} {} is given up: {why}", job.kind, job.id);
        }
        Outcome::Retry(why) | Outcome::GiveUp(why) => {
            telemetry::job(&job.kind, "retried");
            log::warn!("jobs: {} {} will be retried: {why}", job.kind, job.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_ends_before_its_lease_and_after_several_renewals() {
        let lease = Duration::from_secs(10);
        assert!(relied_on(lease) + Duration::from_secs(1) < lease, "another worker may begin when it ends");
        assert!(relied_on(lease) > lease / 4 * 3, "two renewals may fail");
    }
}
