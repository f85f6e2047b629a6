//! The open streams of a node: limits their number, and wakes them when their session ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use uuid::Uuid;

use crate::connections::places::{self, Full, Places};
use crate::db::Db;
use crate::db::listen::{self, Listener};
use crate::error::{Code, Error, Quota, Result};
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
    of_accounts: Places<Uuid>,
    of_senders: Places<Option<Sender>>,
    poll: Duration,
}

/// Who opens a stream.
#[derive(Debug)]
pub(crate) struct Follower {
    /// The account.
    pub(crate) account: Uuid,
    /// Its session.
    pub(crate) session: Uuid,
    /// Digest of the token that opened or resumed it, if it was one of streams.
    pub(crate) token: Option<Vec<u8>>,
    /// When the stream ends at the latest.
    pub(crate) ends_at: Instant,
}

#[derive(Debug)]
struct Open {
    follower: Follower,
    sender: Option<Sender>,
    signal: Arc<Signal>,
    _places: (places::Place<Uuid>, places::Place<Option<Sender>>),
}

/// What a stream is told from outside.
#[derive(Debug, Default)]
struct Signal {
    awake: Notify,
    is_replaced: AtomicBool,
}

/// A place for one stream, freed when the stream ends in any way.
pub(crate) struct Place {
    streams: Streams,
    signal: Arc<Signal>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            open: Arc::default(),
            of_accounts: Places::new(PER_NODE, Some(PER_ACCOUNT)),
            of_senders: Places::new(PER_NODE, Some(PER_SENDER)),
            poll: POLL,
        }
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

    /// Takes a place for a stream of the current request's sender. A client that resumes a stream does not read the broken
    /// one any more, so that one ends.
    ///
    /// # Errors
    /// `too_many_requests` if the account or the sender has reached its limit, `overloaded` if the node has: until the first
    /// of these streams ends at the latest.
    pub(crate) fn enter(&self, follower: Follower) -> Result<Place> {
        let mut open = self.open();
        open.retain(|stream| follower.token.is_none() || !stream.is_replaced_by(&follower));
        let (account, sender) = (follower.account, trace::sender());
        let of_account = self
            .of_accounts
            .enter(account)
            .map_err(|full| refusal(full, OF_ACCOUNT, &open, |stream| stream.follower.account == account))?;
        let of_sender = self
            .of_senders
            .enter(sender)
            .map_err(|full| refusal(full, OF_SENDER, &open, |stream| stream.sender == sender))?;
        let signal = Arc::<Signal>::default();
        open.push(Open { follower, sender, signal: signal.clone(), _places: (of_account, of_sender) });
        telemetry::streams(open.len());
        Ok(Place { streams: self.clone(), signal })
    }

    /// Wakes streams when their session ends on any node, for as long as this value is in use.
    pub(crate) fn follow_sessions(&self, db: &Db) {
        listen::listen(db, SessionEnds(Arc::downgrade(&self.open)));
    }
}

/// The name of a holder's limit, and the limit.
type Named = (&'static str, usize);

const OF_ACCOUNT: Named = ("streams", PER_ACCOUNT);
const OF_SENDER: Named = ("streams-sender", PER_SENDER);

/// Refuses a stream, until one of those ends that take the places.
fn refusal(full: Full, holders: Named, open: &[Open], is_holders: impl Fn(&Open) -> bool) -> Error {
    let counted = open.iter().filter(|stream| full == Full::Node || is_holders(stream));
    let ends_at = counted.map(|stream| stream.follower.ends_at).min();
    let wait = ends_at.map_or(POLL, |ends_at| ends_at.saturating_duration_since(Instant::now()));
    match full {
        Full::Holder => Error::exhausted(Quota::at_once(holders, wait)),
        Full::Node => Error::from(Code::Overloaded).retry_after(wait),
    }
}

impl Open {
    /// Tells a stream to end if this follower resumes it.
    fn is_replaced_by(&self, follower: &Follower) -> bool {
        let is_replaced = self.follower.token == follower.token;
        if is_replaced {
            self.signal.is_replaced.store(true, Ordering::Release);
            self.signal.awake.notify_one();
        }
        is_replaced
    }
}

fn lock(open: &Mutex<Vec<Open>>) -> MutexGuard<'_, Vec<Open>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    /// Waits until it is time to poll: after a while, or when the session ends, the stream is replaced or the node is
    /// stopping.
    pub(crate) async fn rest(&self, stopping: &Stopping) {
        tokio::select! {
            () = actix_web::rt::time::sleep(self.streams.poll) => {}
            () = self.signal.awake.notified() => {}
            () = stopping.begins() => {}
        }
    }

    /// Returns whether the client has opened the stream anew.
    pub(crate) fn is_replaced(&self) -> bool {
        self.signal.is_replaced.load(Ordering::Acquire)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open();
        open.retain(|stream| !Arc::ptr_eq(&stream.signal, &self.signal));
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
            let of_it =
                open.iter().filter(|stream| session.is_none_or(|session| session == stream.follower.session));
            of_it.for_each(|stream| stream.signal.awake.notify_one());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problem;

    fn follower(account: Uuid, token: Option<&[u8]>, seconds: u64) -> Follower {
        let ends_at = Instant::now() + Duration::from_secs(seconds);
        Follower { account, session: Uuid::now_v7(), token: token.map(<[u8]>::to_vec), ends_at }
    }

    fn refused(outcome: Result<Place>) -> Box<Problem> {
        match outcome.err() {
            Some(Error::Problem(problem)) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_place_is_given_back_when_its_stream_ends() {
        let (streams, account) = (Streams::default(), Uuid::now_v7());
        let enter = |account| streams.enter(follower(account, None, 300));
        let places: Vec<Place> = (0..PER_ACCOUNT).map(|_| enter(account).unwrap()).collect();
        assert_eq!(refused(enter(account)).code, Code::TooManyRequests);
        assert!(enter(Uuid::now_v7()).is_ok(), "another account");
        drop(places);
        assert!(enter(account).is_ok());
        assert!(streams.open().is_empty(), "nothing is left behind");
    }

    #[test]
    fn who_finds_no_place_waits_until_the_first_stream_ends() {
        let (streams, account) = (Streams::default(), Uuid::now_v7());
        let _short = streams.enter(follower(Uuid::now_v7(), None, 10)).unwrap();
        let _own: Vec<Place> =
            [9000, 5000, 7000].map(|left| streams.enter(follower(account, None, left)).unwrap()).into();
        let wait = refused(streams.enter(follower(account, None, 9000))).retry_after.unwrap().as_secs();
        assert!((4000..=5000).contains(&wait), "{wait}");
    }

    #[test]
    fn a_stream_that_is_resumed_takes_the_place_of_the_broken_one() {
        let (streams, account) = (Streams::default(), Uuid::now_v7());
        let broken = streams.enter(follower(account, Some(b"one"), 300)).unwrap();
        let _others =
            [Some(&b"two"[..]), None].map(|token| streams.enter(follower(account, token, 300)).unwrap());
        let resumed = streams.enter(follower(account, Some(b"one"), 300)).unwrap();
        assert!(broken.is_replaced() && !resumed.is_replaced());
        drop(broken);
        assert_eq!(refused(streams.enter(follower(account, None, 300))).code, Code::TooManyRequests);
    }
}
