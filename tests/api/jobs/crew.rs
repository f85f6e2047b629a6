//! Workers of the tests, and what their handlers see.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::{self, time::sleep};
use cazier::db::roles::DbRole;
use cazier::db::{self, Installation};

use cazier::jobs::{self, Handler, Outcome, Worker, queue};
use cazier::person::Index;
use cazier::time::Clock;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use crate::support::{Database, keyring, until};

/// What the handlers of a test saw.
#[derive(Default)]
pub struct Seen {
    /// Jobs at work now.
    pub running: HashMap<Uuid, usize>,
    /// Payloads in the order in which their tries began.
    pub begun: Vec<String>,
    /// Payloads that were done.
    pub done: Vec<String>,
    /// Two were at one job at once.
    pub collided: bool,
    /// Tries that were cut short.
    pub dropped: usize,
    /// Whether poison does no harm any more.
    pub healed: bool,
    /// Whether tries that have begun do not end for now.
    pub held: bool,
}

pub type Shared = Rc<RefCell<Seen>>;

/// Takes a while; fails or panics when the payload says so.
pub struct Work {
    pub seen: Shared,
    pub takes: Duration,
}

/// Counts a try that runs, and notices when it ends without an outcome.
struct Running {
    seen: Shared,
    id: Uuid,
    ended: bool,
}

impl Running {
    fn begin(seen: &Shared, id: Uuid) -> Self {
        let mut now = seen.borrow_mut();
        let count = now.running.entry(id).or_default();
        *count += 1;
        if *count > 1 {
            now.collided = true;
        }
        Self { seen: seen.clone(), id, ended: false }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut now = self.seen.borrow_mut();
        *now.running.get_mut(&self.id).unwrap() -= 1;
        now.dropped += usize::from(!self.ended);
    }
}

impl Handler for Work {
    fn kind(&self) -> &'static str {
        "test"
    }

    fn run(&self, id: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            let payload: Option<String> = serde_json::from_slice(&payload).unwrap();
            let payload = payload.unwrap_or_else(|| "scheduled".into());
            let mut running = Running::begin(&self.seen, id);
            self.seen.borrow_mut().begun.push(payload.clone());
            sleep(self.takes).await;
            until("it is let go", || !self.seen.borrow().held).await;
            running.ended = true;
            let healed = self.seen.borrow().healed;
            match payload.as_str() {
                "poison" if !healed => Outcome::Retry("poisoned"),
                "bomb" if !healed => panic!("a handler that panics"),
                _ => {
                    self.seen.borrow_mut().done.push(payload);
                    Outcome::Done
                }
            }
        }
        .boxed_local()
    }
}

/// A worker with a pool of its own, as in another process.
pub fn worker(database: &Database, clock: &Clock, seen: &Shared, takes: Duration) -> Worker {
    worker_of(database, clock, vec![work(seen, takes)])
}

pub fn work(seen: &Shared, takes: Duration) -> Box<dyn Handler> {
    Box::new(Work { seen: seen.clone(), takes })
}

pub fn worker_of(database: &Database, clock: &Clock, handlers: Vec<Box<dyn Handler>>) -> Worker {
    worker_at(&database.url_as(DbRole::Worker), clock, handlers)
}

pub fn worker_at(url: &str, clock: &Clock, handlers: Vec<Box<dyn Handler>>) -> Worker {
    let keyring = keyring();
    let index_key_digest = keyring.index(Index::INSTALLATION, b"index key");
    let db = db::connect(url, 4, Installation { sandbox: true, index_key_digest, ..Default::default() });
    Worker::new(db, Arc::new(keyring), clock.clone(), handlers)
}

/// A worker that runs until the test is over.
pub struct Started(Rc<Worker>);

impl Started {
    pub fn start(worker: Worker) -> Self {
        let worker = Rc::new(worker);
        rt::spawn({
            let worker = worker.clone();
            async move { worker.run().await }
        });
        Self(worker)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.0.stop();
    }
}

pub fn enqueue(connection: &mut PgConnection, payload: &str, now: DateTime<Utc>) {
    jobs::enqueue(connection, &keyring(), "test", &payload, now).unwrap();
}

pub fn entries(connection: &mut PgConnection) -> Vec<queue::Entry> {
    queue::list(connection, false, 1000).unwrap()
}

pub const SHORT: Duration = Duration::from_millis(15);
