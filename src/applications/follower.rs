//! An open stream: looks at its application, and says what is new.
//!
//! The stream polls, and holds no database connection in between. Each poll checks in its own statement who owns the
//! application and whether the session is open; before an event is sent, the session is asked for again, behind an end
//! that has begun. The end of the session, on any node, is signalled at once, and the stream closes. Otherwise it ends
//! with the application, with the access token, after some minutes, when the client closes its connection or opens the stream
//! anew, or when the node is stopping. A client that vanishes without a word does not acknowledge the comments, and its
//! connection is cut ([`crate::connections`]).

use std::rc::Rc;
use std::time::Instant;

use actix_web::web::Bytes;
use uuid::Uuid;

use super::view::{self, View};
use crate::accounts::owner::Viewer;
use crate::accounts::{Token, session_store};
use crate::connections::in_hand::Activity;
use crate::error::Error;
use crate::http::streams::Place;
use crate::state::State;

/// Polls without news after which a comment is sent, so that proxies and we notice that the other side is there.
const HEARTBEAT: u32 = 15;

/// Tells the client to reconnect, as `EventSource` does automatically: after a random pause, and to another node.
fn reconnect() -> Bytes {
    let spread = u64::from(Uuid::now_v7().as_bytes().last().copied().unwrap_or_default()) * 8;
    Bytes::from(format!("retry: {}\nevent: reconnect\ndata: {{}}\n\n", 500 + spread))
}

/// An open stream.
pub(super) struct Follower {
    pub(super) state: State,
    pub(super) viewer: Viewer,
    /// The application.
    pub(super) id: Uuid,
    /// Id of the last event that the client received.
    pub(super) seen: Option<String>,
    /// What resumes the stream, if a token of streams opened it: it is told in the ids of the events.
    pub(super) resume: Option<Token>,
    pub(super) ends_at: Instant,
    pub(super) place: Place,
    /// The client's connection.
    pub(super) connection: Option<Rc<Activity>>,
    /// Whether nothing was sent yet.
    pub(super) is_new: bool,
    pub(super) ended: bool,
}

impl Follower {
    /// Returns what to send next; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        if std::mem::take(&mut self.is_new) && self.seen.is_some() {
            return Some(self.greeting());
        }
        for _ in 0..HEARTBEAT {
            if self.ended || self.place.is_replaced() || Instant::now() >= self.ends_at {
                return None;
            }
            if self.state.stopping.has_begun() {
                self.ended = true;
                return Some(reconnect());
            }
            if let Some(event) = self.look().await {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            self.rest().await;
        }
        Some(Bytes::from_static(b": still here\n\n"))
    }

    /// Waits until it is time to look again, or the client is gone.
    async fn rest(&mut self) {
        let rest = self.place.rest(&self.state.stopping);
        let Some(connection) = &self.connection else { return rest.await };
        self.ended = tokio::select! {
            () = rest => false,
            () = connection.closes() => true,
        };
    }

    /// Answers a client that reconnects at once, although there may be no news for it.
    fn greeting(&self) -> Bytes {
        match (&self.seen, &self.resume) {
            (Some(seen), Some(_)) => Bytes::from(format!("id: {}\n\n", self.event_id(seen))),
            _ => Bytes::from_static(b": following\n\n"),
        }
    }

    /// Returns the id of an event as the client gets it.
    fn event_id(&self, event: &str) -> String {
        let resume = self.resume.as_ref().map(|resume| format!(".{}", resume.reveal()));
        format!("{event}{}", resume.unwrap_or_default())
    }

    /// Returns the news, if there are any. An outage of the database is no news. If the application is not the viewer's
    /// any more, or the viewer's session has ended, the stream ends.
    async fn look(&mut self) -> Option<Bytes> {
        let (viewer, id, seen) = (self.viewer, self.id, self.seen.clone());
        // Read when it is asked for, and never kept: the session may end before a slow client asks.
        let read = move |c: &mut diesel::PgConnection| {
            let Some(view) = View::load(c, viewer, id)? else { return Ok(None) };
            // An end that has begun meanwhile is waited for: nothing that was read before it is sent after it.
            let may_tell = view.newest_event() == seen || session_store::is_open(c, viewer.session())?;
            Ok(may_tell.then_some(view))
        };
        let view = match self.state.db.read(read).await {
            Ok(Some(view)) => view,
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Err(_) => return None,
        };
        let newest = view.newest_event();
        self.ended = view.is_final();
        if newest == self.seen {
            return None;
        }
        let json = view::response(&self.state, view)
            .and_then(|response| serde_json::to_string(&response).map_err(Error::internal));
        let event =
            format!("event: status\nid: {}\ndata: {}\n\n", self.event_id(newest.as_deref()?), json.ok()?);
        self.seen = newest;
        Some(Bytes::from(event))
    }
}
