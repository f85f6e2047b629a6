//! The worker loop. Any number of them may run, in any number of processes.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use super::handler::Handler;
use super::schedule::{Schedule, Timetable};
use super::store::{self, Finished, Job, Lease};
use super::{queue, wake};
use crate::db::Db;
use crate::db::group::GroupWriter;
use crate::error::Result;
use crate::person::Keyring;
use crate::time::Clock;

/// The length of a lease: a worker that is silent for longer counts as dead, and its jobs go to others.
const LEASE: Duration = Duration::from_secs(10);
/// How often the queue is polled, besides the notifications.
const POLL: Duration = Duration::from_millis(500);
/// How often the depth of the queue is measured.
const MEASURE: Duration = Duration::from_secs(15);
/// How long a stopping worker waits for its running jobs; others take over the rest once their leases end.
pub(crate) const GRACE: Duration = Duration::from_secs(30);

/// Leases jobs and hands them to their handlers.
pub struct Worker {
    pub(super) db: Db,
    /// Takes jobs: by a connection whose plan never scans them all, however few they were when it was planned.
    leases: Db,
    pub(super) finished: GroupWriter<Finished>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Clock,
    pub(super) handlers: HashMap<&'static str, Box<dyn Handler>>,
    pub(super) lease: Duration,
    poll: Duration,
    timetable: Timetable,
    awake: Arc<Notify>,
    stopping: Arc<AtomicBool>,
    /// Whether taking jobs failed last time: logged once, not at every poll.
    is_away: AtomicBool,
}

impl Worker {
    /// Makes a worker for these kinds of jobs.
    #[must_use]
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock, handlers: Vec<Box<dyn Handler>>) -> Self {
        let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
        let timetable = Timetable::default();
        let (awake, stopping) = (Arc::default(), Arc::default());
        let (leases, finished) = (db.for_groups(), GroupWriter::new(&db));
        Self {
            db,
            leases,
            finished,
            keyring,
            clock,
            handlers,
            lease: LEASE,
            poll: POLL,
            timetable,
            awake,
            stopping,
            is_away: AtomicBool::new(false),
        }
    }

    /// Adds recurring jobs.
    #[must_use]
    pub fn with_schedules(self, schedules: Vec<Schedule>) -> Self {
        Self { timetable: Timetable::new(schedules), ..self }
    }

    /// Changes the length of a lease.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// Changes how often the queue is polled.
    #[must_use]
    pub fn with_poll(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    /// Works until [`Worker::stop`] is called; finishes what it has begun.
    pub async fn run(&self) {
        wake::listen(&self.db, &self.awake, &self.stopping);
        let (mut running, mut slots) = (FuturesUnordered::new(), self.slots());
        let (mut poll, mut measure) = (every(self.poll), every(MEASURE));
        let mut more = true;
        while !self.stopping.load(Ordering::Relaxed) {
            if more {
                let offered = slots.clone();
                let jobs = beside(&mut running, &mut slots, self.take(offered.clone())).await;
                jobs.iter().for_each(|job| use_slot(&mut slots, &job.kind));
                // A kind that filled all its slots may have more jobs, for when a slot is free again.
                more = offered
                    .iter()
                    .any(|(kind, free)| jobs.iter().filter(|job| job.kind == *kind).count() >= *free);
                running.extend(jobs.into_iter().map(|job| self.attempt(job)));
            }
            tokio::select! {
                Some(kind) = running.next() => free_slot(&mut slots, &kind),
                () = self.awake.notified() => more = true,
                _ = poll.tick() => {
                    let beginning = self.timetable.begin(&self.db, &self.keyring, self.clock.now());
                    beside(&mut running, &mut slots, beginning).await;
                    more = true;
                }
                _ = measure.tick() => beside(&mut running, &mut slots, self.measure()).await,
            }
        }
        let finishing = async { while running.next().await.is_some() {} };
        if timeout(GRACE, finishing).await.is_err() {
            log::warn!("jobs: stopped before all running jobs were done; their leases will expire");
        }
    }

    /// Returns the free slots of each kind at the start: all.
    fn slots(&self) -> Slots {
        self.handlers.iter().map(|(kind, handler)| (*kind, handler.at_once())).collect()
    }

    /// Ends the loop after the running jobs.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.awake.notify_one();
    }

    /// Leases jobs for the free slots; none if the database is away.
    async fn take(&self, slots: Slots) -> Vec<Job> {
        let open = slots.iter().filter(|(_, free)| **free > 0);
        let (kinds, free): (Vec<_>, Vec<_>) =
            open.map(|(kind, free)| (*kind, i64::try_from(*free).unwrap_or(1))).unzip();
        let lease = Lease { kinds, free, now: self.clock.now(), length: self.lease };
        let leased: Result<Vec<Job>> = self.leases.write(move |c| store::lease(c, &lease)).await;
        let was_away = self.is_away.swap(leased.is_err(), Ordering::Relaxed);
        match (&leased, was_away) {
            (Err(error), false) => log::warn!("jobs: cannot take jobs: {error}"),
            (Ok(_), true) => log::info!("jobs: taking jobs again"),
            _ => {}
        }
        leased.unwrap_or_default()
    }

    async fn measure(&self) {
        if let Ok(depths) = self.db.read(queue::depths).await {
            queue::publish(self.handlers.keys().copied(), &depths, self.clock.now());
        }
    }
}

/// Waits for a future while the running jobs go on: they have leases to renew.
async fn beside<T>(
    running: &mut FuturesUnordered<impl Future<Output = String>>,
    slots: &mut Slots,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            Some(kind) = running.next() => free_slot(slots, &kind),
        }
    }
}

/// Free slots, by kind.
type Slots = HashMap<&'static str, usize>;

fn use_slot(slots: &mut Slots, kind: &str) {
    if let Some(free) = slots.get_mut(kind) {
        *free = free.saturating_sub(1);
    }
}

fn free_slot(slots: &mut Slots, kind: &str) {
    if let Some(free) = slots.get_mut(kind) {
        *free += 1;
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
