//! The loop that does the work. Any number of them may run, in any number of processes.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use super::attempt::Handler;
use super::schedule::{Schedule, Timetable};
use super::store::{self, Job, Lease};
use super::{queue, wake};
use crate::db::Db;
use crate::error::Result;
use crate::person::Keyring;
use crate::time::Clock;

/// A worker that is silent for so long is taken for dead, and its jobs are another's.
const LEASE: Duration = Duration::from_secs(10);
/// How often the queue is looked at, beside the notifications.
const POLL: Duration = Duration::from_millis(500);
/// How often the depth of the queue is measured.
const MEASURE: Duration = Duration::from_secs(15);
/// How long a worker that stops waits for the jobs in hand; what is not done then is another's when its lease ends.
const GRACE: Duration = Duration::from_secs(30);

/// Leases jobs and hands them to their handlers.
pub struct Worker {
    pub(super) db: Db,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Clock,
    pub(super) handlers: HashMap<&'static str, Box<dyn Handler>>,
    pub(super) lease: Duration,
    poll: Duration,
    timetable: Timetable,
    awake: Arc<Notify>,
    stopping: Arc<AtomicBool>,
    /// Whether no job could be taken last time: told once, and not with every look.
    is_away: AtomicBool,
}

impl Worker {
    /// A worker for these kinds of jobs.
    #[must_use]
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock, handlers: Vec<Box<dyn Handler>>) -> Self {
        let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
        let timetable = Timetable::default();
        let (awake, stopping) = (Arc::default(), Arc::default());
        Self {
            db,
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

    /// The same, and some of the jobs recur.
    #[must_use]
    pub fn with_schedules(self, schedules: Vec<Schedule>) -> Self {
        Self { timetable: Timetable::new(schedules), ..self }
    }

    /// The same with another length of lease.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// The same, looking at the queue more or less often beside the notifications.
    #[must_use]
    pub fn with_poll(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    /// Works until [`Worker::stop`] is called; what is begun is finished.
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
                // A kind that took all that it was offered may have more, for when a slot is free again.
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
            log::warn!("jobs: stopped before all in hand were done; their leases end by themselves");
        }
    }

    /// How many jobs of each kind can still be begun: all.
    fn slots(&self) -> Slots {
        self.handlers.iter().map(|(kind, handler)| (*kind, handler.at_once())).collect()
    }

    /// Lets the loop end after the jobs in hand.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.awake.notify_one();
    }

    /// Leases as many as there are slots; none when the database is away.
    async fn take(&self, slots: Slots) -> Vec<Job> {
        let open = slots.iter().filter(|(_, free)| **free > 0);
        let (kinds, free): (Vec<_>, Vec<_>) =
            open.map(|(kind, free)| (*kind, i64::try_from(*free).unwrap_or(1))).unzip();
        let lease = Lease { kinds, free, now: self.clock.now(), length: self.lease };
        let leased: Result<Vec<Job>> = self.db.write(move |c| store::lease(c, &lease)).await;
        let was_away = self.is_away.swap(leased.is_err(), Ordering::Relaxed);
        match (&leased, was_away) {
            (Err(error), false) => log::warn!("jobs: none can be taken: {error}"),
            (Ok(_), true) => log::info!("jobs: they are taken again"),
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

/// Waits for something without letting the jobs in hand wait: they have leases to keep.
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
