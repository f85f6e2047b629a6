//! Deletes expired rows, in short batches that wait for no lock. A recurring job. Which rows expire when, each room says
//! of its own tables; `docs/retention.md` says for every table why and how long its rows are kept.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use crate::db::Db;
use crate::db::retention::{BATCH, Rule, delete_batch};
use crate::error::Result;
use crate::http::idempotency;
use crate::jobs::{Handler, Outcome, Schedule};
use crate::time::Clock;
use crate::{accounts, help_desk, identity, jobs, oauth, rate_limit, webhooks};

/// The rules of every room whose rows expire. Other rows are kept.
const ROOMS: [&[Rule]; 8] = [
    accounts::RETENTION,
    rate_limit::RETENTION,
    idempotency::RETENTION,
    identity::RETENTION,
    jobs::RETENTION,
    help_desk::RETENTION,
    oauth::RETENTION,
    webhooks::RETENTION,
];

/// Returns the rules of all rooms.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    ROOMS.into_iter().flatten()
}

/// The kind of job, and when it runs.
pub const SCHEDULE: Schedule =
    Schedule { kind: "housekeeping", every: TimeDelta::minutes(10), offset: TimeDelta::zero() };
/// The longest time for one round; the rest is deleted in the next one.
const ROUND: Duration = Duration::from_secs(240);
/// The pause between two batches, so that requests and vacuum get their turn.
const PAUSE: Duration = Duration::from_millis(20);

/// The job that deletes expired rows.
pub struct Housekeeping {
    /// The database.
    pub db: Db,
    /// Time.
    pub clock: Clock,
    /// Rules that the settings add.
    pub more: Vec<Rule>,
}

impl Handler for Housekeeping {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn at_once(&self) -> usize {
        1
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        self.round().boxed_local()
    }
}

impl Housekeeping {
    /// Applies every rule. A failing rule does not stop the others.
    async fn round(&self) -> Outcome {
        let end = Instant::now() + ROUND;
        let mut outcome = Outcome::Done;
        let rules: Vec<Rule> = rules().copied().chain(self.more.iter().copied()).collect();
        for rule in &rules {
            match self.apply(rule, end).await {
                Ok(0) => {}
                Ok(rows) => log::info!("housekeeping: {}: {rows} expired rows", rule.table),
                Err(error) => {
                    log::warn!("housekeeping: {}: {error}", rule.table);
                    outcome = Outcome::Retry("the database failed");
                }
            }
        }
        outcome
    }

    /// Applies a rule batch by batch until nothing is due or the round is over; returns the number of rows.
    async fn apply(&self, rule: &Rule, end: Instant) -> Result<usize> {
        let (rule, now) = (*rule, self.clock.now());
        let mut rows = 0;
        while Instant::now() < end {
            let batch = self.db.write(move |c| delete_batch(c, &rule, now)).await?;
            rows += batch;
            if batch < BATCH {
                return Ok(rows);
            }
            tokio::time::sleep(PAUSE).await;
        }
        log::warn!(
            "housekeeping: {}: the round ended before all was deleted; the next one continues",
            rule.table
        );
        Ok(rows)
    }
}
