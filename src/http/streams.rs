//! The open streams of a node: limits their number, and wakes them when their session ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use crate::db::Db;
use crate::db::listen::{self, Listener};
use crate::error::{Code, Error, Result};
use crate::stopping::Stopping;
use crate::telemetry;

/// Streams of one account on one node.
const PER_ACCOUNT: usize = 3;
/// Streams of one node.
const PER_NODE: usize = 1000;

/// The open streams of this node: they use its memory and its database, so each node has its own limit.
#[derive(Debug, Clone, Default)]
pub struct Streams(Arc<Mutex<Vec<Open>>>);

#[derive(Debug)]
struct Open {
    account: Uuid,
    session: Uuid,
    awake: Arc<Notify>,
}

/// A place for one stream, freed when the stream ends in any way.
pub(crate) struct Place {
    streams: Streams,
    awake: Arc<Notify>,
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, Vec<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place.
    ///
    /// # Errors
    /// `too_many_requests` if the account or the node has reached its limit.
    pub(crate) fn enter(&self, account: Uuid, session: Uuid) -> Result<Place> {
        let mut open = self.open();
        let own = open.iter().filter(|stream| stream.account == account).count();
        if own >= PER_ACCOUNT || open.len() >= PER_NODE {
            return Err(Error::from(Code::TooManyRequests).retry_after(Duration::from_secs(10)));
        }
        let awake = Arc::new(Notify::new());
        open.push(Open { account, session, awake: awake.clone() });
        telemetry::streams(open.len());
        Ok(Place { streams: self.clone(), awake })
    }

    /// Makes the streams of a session, or all of them, poll at once.
    fn wake(&self, session: Option<Uuid>) {
        let open = self.open();
        let of_it = open.iter().filter(|stream| session.is_none_or(|session| session == stream.session));
        of_it.for_each(|stream| stream.awake.notify_one());
    }

    /// Wakes streams when their session ends on any node, for as long as this value is in use.
    pub(crate) fn follow_sessions(&self, db: &Db) {
        listen::listen(db, SessionEnds(Arc::downgrade(&self.0)));
    }
}

impl Place {
    /// Waits for `time`, or until the session ends or the node is stopping.
    pub(crate) async fn rest(&self, time: Duration, stopping: &Stopping) {
        tokio::select! {
            () = actix_web::rt::time::sleep(time) => {}
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

    fn hear(&self, payload: Option<&str>) {
        let session = payload.and_then(|payload| payload.parse().ok());
        if let Some(streams) = self.0.upgrade() {
            Streams(streams).wake(session);
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
