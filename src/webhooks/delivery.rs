//! The delivery job: many attempts at once, but few to one endpoint and one client, and one at a time to an endpoint that fails, so
//! that slow receivers do not hold up others.
//!
//! A message goes out at least once: a worker that dies while it sends leaves a lease that ends, and another sends it again, with the
//! same id.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::time::sleep;
use uuid::Uuid;

use super::event::Event;
use super::health::{self, Waiting};
use super::message_store::{self, Attempt, Capacity, Leased};
use super::reach::{Lookup, Reach, SystemLookup};
use super::round::{AT_ONCE, LOOK, Round, beside};
use super::sender::{Outgoing, Sender};
use super::states::{MessageStatus, Outcome};
use super::{signature, store};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::jobs::{self, Handler, Schedule};
use crate::person::Keyring;
use crate::telemetry;
use crate::time::Clock;

/// The kind of job, and when it runs.
pub const SCHEDULE: Schedule =
    Schedule { kind: "webhooks", every: TimeDelta::seconds(5), offset: TimeDelta::zero() };
/// Messages on their way at once to one endpoint.
const TO_ONE: i64 = 4;
/// Messages on their way at once to all endpoints of one client.
const TO_CLIENT: i64 = 8;
/// Longer than an attempt takes.
const LEASE: Duration = Duration::from_secs(60);
/// How often the messages that wait are counted.
const MEASURE: Duration = Duration::from_secs(30);
/// How an attempt is counted for which the message could not be made ready: the worker has not got the newest key, or no connection.
const NOT_SENT: &str = "not_sent";
/// The pauses between the attempts, in seconds: three days in all.
const PAUSES: [i64; 11] = [5, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 72_000, 79_200];

/// The job.
pub struct Deliveries {
    db: Db,
    /// Leases messages: by a connection whose plan never scans them all, however few they were when it was planned.
    leases: Db,
    keyring: Arc<Keyring>,
    clock: Clock,
    sender: Sender,
    /// When the messages that wait were counted last.
    measured: Cell<Option<Instant>>,
}

impl Deliveries {
    /// Makes the job of an installation.
    ///
    /// # Errors
    /// Fails if TLS cannot be set up.
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock, reach: Reach) -> Result<Self, reqwest::Error> {
        Self::with_lookup(db, keyring, clock, (reach, Arc::new(SystemLookup)))
    }

    /// Makes the job with another look-up of names.
    ///
    /// # Errors
    /// Fails if TLS cannot be set up.
    pub fn with_lookup(
        db: Db,
        keyring: Arc<Keyring>,
        clock: Clock,
        (reach, lookup): (Reach, Arc<dyn Lookup>),
    ) -> Result<Self, reqwest::Error> {
        let leases = db.for_groups();
        Ok(Self {
            db,
            leases,
            keyring,
            clock,
            sender: Sender::new(reach, lookup)?,
            measured: Cell::default(),
        })
    }

    /// Sends what is due until nothing is; returns the number of attempts.
    ///
    /// # Errors
    /// Fails if the database is away. Attempts that are on their way then are finished, and recorded if they can be.
    pub async fn deliver_due(&self) -> Result<usize> {
        if let Err(error) = self.pause_failing().await {
            log::warn!("webhooks: endpoints that fail cannot be paused: {error}");
        }
        let (mut round, mut running) = (Round::begin(), FuturesUnordered::new());
        loop {
            let was_idle = running.is_empty();
            if round.looks(running.len()) {
                let leasing = self.lease(AT_ONCE - running.len());
                match beside(&mut running, &mut round, leasing).await {
                    Ok((lease, leased)) => {
                        running.extend(leased.into_iter().map(|message| self.attempt(lease, message)));
                    }
                    Err(error) => round.failed = Some(error),
                }
            }
            if running.is_empty() {
                if was_idle {
                    return round.failed.map_or(Ok(round.ended), Err);
                }
                continue;
            }
            tokio::select! {
                Some(()) = running.next() => round.ends(),
                () = sleep(LOOK) => {}
            }
        }
    }

    async fn pause_failing(&self) -> Result<()> {
        let (keyring, now) = (self.keyring.clone(), self.clock.now());
        self.db.transaction(move |c| health::pause_failing(c, &keyring, now)).await
    }

    /// Counts what waits, and what is in trouble.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub async fn waiting(&self) -> Result<Waiting> {
        let now = self.clock.now();
        self.db.read(move |c| health::waiting(c, now)).await
    }

    /// Sets the gauges, unless they were set a moment ago.
    async fn measure(&self) -> Result<()> {
        if self.measured.get().is_some_and(|at| at.elapsed() < MEASURE) {
            return Ok(());
        }
        self.waiting().await?.publish(self.clock.now());
        self.measured.set(Some(Instant::now()));
        Ok(())
    }

    async fn lease(&self, most: usize) -> Result<(Uuid, Vec<Leased>)> {
        let (lease, now) = (Uuid::now_v7(), self.clock.now());
        let most = i64::try_from(most).unwrap_or(1);
        let capacity = Capacity { most, of_one: TO_ONE, of_client: TO_CLIENT };
        let work = move |c: &mut PgConnection| message_store::lease(c, capacity, (lease, LEASE), now);
        Ok((lease, self.leases.write(work).await?))
    }

    async fn attempt(&self, lease: Uuid, message: Leased) {
        let attempted = match self.outgoing(lease, &message).await {
            Ok(Some(outgoing)) => self.send(lease, &message, outgoing).await,
            Ok(None) => Ok(()),
            Err(error) => {
                telemetry::webhook_attempt(NOT_SENT);
                Err(error)
            }
        };
        if let Err(error) = attempted {
            log::warn!("webhooks: an attempt at {} will be made again: {error}", message.id);
        }
    }

    async fn send(&self, lease: Uuid, message: &Leased, outgoing: Outgoing) -> Result<()> {
        let (outcome, response_status) = self.sender.send(outgoing).await;
        telemetry::webhook_attempt(outcome.as_str());
        let now = self.clock.now();
        let (status, next_attempt_at) = next(outcome, message.attempts + 1, now);
        let attempt = Attempt { outcome, response_status, status, next_attempt_at, at: now };
        let (keyring, held, endpoint) = (self.keyring.clone(), (message.id, lease), message.endpoint);
        let work = move |c: &mut PgConnection| {
            // The endpoint first, as whoever resumes it.
            health::note(c, &keyring, endpoint, outcome, now)?;
            message_store::record(c, held, attempt)
        };
        self.db.transaction(work).await
    }

    /// Makes a message ready; `None` if its endpoint was stopped or removed, or its grant has ended, since it was leased. One that is not
    /// sent, for that or for a reason of ours, keeps its lease until that ends, and no attempt is counted.
    async fn outgoing(&self, lease: Uuid, message: &Leased) -> Result<Option<Outgoing>> {
        let (keyring, held, endpoint) = (self.keyring.clone(), (message.id, lease), message.endpoint);
        let now = self.clock.now();
        let secrets = self.db.read(move |c| store::secrets(c, &keyring, endpoint, held, now)).await?;
        if secrets.is_empty() {
            return Ok(None);
        }
        let subject = (message.subject_id, message.account_id);
        let event = Event::of(message.event_type, subject, message.occurred_at);
        let body = serde_json::to_vec(&event).map_err(Error::internal)?;
        // Not the sandbox's clock, which can be moved: libraries refuse what is minutes old or ahead by the time that everybody has.
        let (id, timestamp) = (header_id(message.id), Utc::now().timestamp());
        let signature = signature::signatures(&secrets, &id, timestamp, &body);
        Ok(Some(Outgoing { url: message.url.clone(), id, timestamp, signature, body }))
    }
}

/// Returns the `webhook-id` of a message.
pub(super) fn header_id(message: Uuid) -> String {
    format!("msg_{}", message.simple())
}

/// Returns what follows an attempt.
fn next(outcome: Outcome, attempts: i32, now: DateTime<Utc>) -> (MessageStatus, DateTime<Utc>) {
    let pause = usize::try_from(attempts - 1).ok().and_then(|failed| PAUSES.get(failed));
    match (outcome, pause) {
        (Outcome::Delivered, _) => (MessageStatus::Delivered, now),
        (Outcome::Gone, _) | (_, None) => (MessageStatus::Failed, now),
        (_, Some(pause)) => (MessageStatus::Pending, now + TimeDelta::seconds(*pause)),
    }
}

impl Handler for Deliveries {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn at_once(&self) -> usize {
        1
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, jobs::Outcome> {
        async move {
            let delivered = self.deliver_due().await;
            if let Err(error) = delivered.and(self.measure().await) {
                log::warn!("webhooks: {error}");
            }
            // The next period begins in seconds; a retry would keep it from beginning for hours.
            jobs::Outcome::Done
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_go_on_for_three_days_with_growing_pauses() {
        assert!(PAUSES.is_sorted());
        let (now, mut passed) = (Utc::now(), TimeDelta::zero());
        for attempts in 1.. {
            let (status, at) = next(Outcome::Timeout, attempts, now);
            if status == MessageStatus::Failed {
                break;
            }
            passed += at - now;
        }
        assert!((TimeDelta::hours(72)..TimeDelta::hours(76)).contains(&passed), "{passed}");
        assert_eq!(next(Outcome::Gone, 1, now).0, MessageStatus::Failed);
        assert_eq!(next(Outcome::Delivered, 1, now).0, MessageStatus::Delivered);
    }
}
