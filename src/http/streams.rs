//! The open streams of a node: limits their number, and wakes them when their session ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use crate::db::Db;
use crate::db::listen::{self, Listener};
use crate::error::{Code, Error, Result};
use crate::sender::Sender;
use crate::stopping::Stopping;
use crate::{telemetry, trace};

/// Streams of one account on one node.
const PER_ACCOUNT: usize = 3;
/// Streams of one sender on one node.
const PER_SENDER: usize = 200;
/// Streams of one node.
const PER_NODE: usize = 1000;

/// How often a stream polls.
const POLL: Duration = Duration::from_secs(1);

/// The open streams of this node: they use its memory and its database, so each node has its own limit.
#[derive(Debug, Clone)]
pub struct Streams {
    open: Arc<Mutex<Vec<Open>>>,
    poll: Duration,
}

#[derive(Debug)]
struct Open {
    account: Uuid,
    session: Uuid,
    sender: Option<Sender>,
    awake: Arc<Notify>,
}

/// A place for one stream, freed when the stream ends in any way.
pub(crate) struct Place {
    streams: Streams,
    awake: Arc<Notify>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { open: Arc::default(), poll: POLL }
    }
}

impl Streams {
    /// Changes how often a stream polls.
    #[must_use]
    pub fn polling_every(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    fn open(&self) -> MutexGuard<'_, Vec<Open>> {
        lock(&self.open)
    }

    /// Takes a place.
    ///
    /// # Errors
    /// `too_many_requests` if the account, the current request's sender or the node has reached its limit.
    pub(crate) fn enter(&self, account: Uuid, session: Uuid) -> Result<Place> {
        let mut open = self.open();
        let sender = trace::sender();
        let own = open.iter().filter(|stream| stream.account == account).count();
        let of_sender = open.iter().filter(|stream| sender.is_some() && stream.sender == sender).count();
        if own >= PER_ACCOUNT || of_sender >= PER_SENDER || open.len() >= PER_NODE {
            return Err(Error::from(Code::TooManyRequests).retry_after(Duration::from_secs(10)));
        }
        let awake = Arc::new(Notify::new());
        open.push(Open { account, session, sender, awake: awake.clone() });
        telemetry::streams(open.len());
        Ok(Place { streams: self.clone(), awake })
    }

    /// Wakes streams when their session ends on any node, for as long as this value is in use.
    pub(crate) fn follow_sessions(&self, db: &Db) {
        listen::listen(db, SessionEnds(Arc::downgrade(&self.open)));
    }
}

fn lock(open: &Mutex<Vec<Open>>) -> MutexGuard<'_, Vec<Open>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    /// Waits until it is time to poll: after a while, or when the session ends or the node is stopping.
    pub(crate) async fn rest(&self, stopping: &Stopping) {
        tokio::select! {
            () = actix_web::rt::time::sleep(self.streams.poll) => {}
            () = self.awake.notified() => {}
            () = stopping.begins() => {}
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open();
        open.retain(|stream| !Arc::ptr_eq(&stream.awake, &self.awake));
        telemetry::streams(open.len());
    }
}

/// Listens for ended sessions, without keeping the streams alive.
struct SessionEnds(Weak<Mutex<Vec<Open>>>);

impl Listener for SessionEnds {
    const CHANNEL: &'static str = "session_ends";

    fn wants_more(&self) -> bool {
        self.0.strong_count() > 0
    }

    /// Makes the streams of the session poll at once, or all of them after a gap.
    fn hear(&self, payload: Option<&str>) {
        let session: Option<Uuid> = payload.and_then(|payload| payload.parse().ok());
        if let Some(open) = self.0.upgrade() {
            let open = lock(&open);
            let of_it = open.iter().filter(|stream| session.is_none_or(|session| session == stream.session));
            of_it.for_each(|stream| stream.awake.notify_one());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_when_its_stream_ends() {
        let (streams, account, session) = (Streams::default(), Uuid::now_v7(), Uuid::now_v7());
        let places: Vec<Place> = (0..PER_ACCOUNT).map(|_| streams.enter(account, session).unwrap()).collect();
        assert_eq!(streams.enter(account, session).err().unwrap().code(), Code::TooManyRequests);
        assert!(streams.enter(Uuid::now_v7(), session).is_ok(), "another account");
        drop(places);
        assert!(streams.enter(account, session).is_ok());
        assert!(streams.open().is_empty(), "nothing is left behind");
    }
}
