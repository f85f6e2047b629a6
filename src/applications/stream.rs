//! Server-sent events (WHATWG HTML, section 9.2): a front end that waits is told each change of an application.
//!
//! The stream looks now and then, and holds no database connection in between. It ends with the application, or after
//! some minutes: the client then comes back with `Last-Event-ID`, as the standard has it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;
use uuid::Uuid;

use super::view::{self, View};
use crate::accounts::Caller;
use crate::accounts::owner::Viewer;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::state::State;

/// How often a stream looks.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks without news it says that it lives.
const HEARTBEAT: u32 = 15;
/// How long a stream lasts; shorter than an access token, whose end it does not see.
const LASTS: Duration = Duration::from_secs(300);
/// Streams of one account on one node.
const PER_ACCOUNT: u32 = 3;
/// Streams of one node.
const PER_NODE: u32 = 1000;

/// The streams that are open on this node: they use its memory and its database, so it bounds its own.
#[derive(Debug, Clone, Default)]
pub struct Streams(Arc<Mutex<HashMap<Uuid, u32>>>);

/// A place among them, given back when the stream ends, however it does.
struct Place {
    streams: Streams,
    account: Uuid,
}

impl Streams {
    fn enter(&self, account: Uuid) -> Result<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u32 = open.values().sum();
        let own = open.entry(account).or_default();
        if *own >= PER_ACCOUNT || all >= PER_NODE {
            return Err(Error::from(Code::TooManyRequests).retry_after(Duration::from_secs(10)));
        }
        *own += 1;
        Ok(Place { streams: self.clone(), account })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = open.get_mut(&self.account).map(|own| {
            *own = own.saturating_sub(1);
            *own
        });
        if left == Some(0) {
            open.remove(&self.account);
        }
    }
}

/// Follow an own application
///
/// `text/event-stream`: an event `status` with the application as JSON, first as it stands and then at each change;
/// comments in between; the end after a final status. Three streams an account at a time. Who cannot read streams asks
/// `GET /v1/applications/{id}` with `If-None-Match`.
#[utoipa::path(
    tag = "applications",
    params(
        ("id" = Uuid, Path, description = "The application's id"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last event that was read", example = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"),
    ),
    responses((status = 200, description = "The stream", body = String, content_type = "text/event-stream"))
)]
#[get("/v1/applications/{id}/stream")]
pub(crate) async fn stream_application(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let place = state.streams.enter(caller.account_id())?;
    let work = move |c: &mut diesel::PgConnection| {
        let view = View::load(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "application.followed", Some(id), &request))?;
        Ok(view)
    };
    let first = state.db.write(work).await?;
    let seen = http.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    let follower = Follower {
        state,
        viewer,
        id,
        seen: seen.map(str::to_owned),
        looked: Some(first),
        ends_at: Instant::now() + LASTS,
        ended: false,
        _place: place,
    };
    Ok(HttpResponse::Ok()
        .insert_header(ContentType(mime::TEXT_EVENT_STREAM))
        .insert_header((CACHE_CONTROL, "no-store"))
        // A proxy that collects answers would keep the events back.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(follower, |mut follower| async {
            let next = follower.next().await?;
            Some((Ok::<_, Error>(next), follower))
        })))
}

/// One open stream.
struct Follower {
    state: State,
    viewer: Viewer,
    id: Uuid,
    /// Id of the last event that the client has.
    seen: Option<String>,
    /// What was read and not sent yet.
    looked: Option<View>,
    ends_at: Instant,
    ended: bool,
    _place: Place,
}

impl Follower {
    /// What to send next; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        for _ in 0..HEARTBEAT {
            if self.ended || Instant::now() >= self.ends_at {
                return None;
            }
            if let Some(event) = self.look().await {
                return Some(event);
            }
            actix_web::rt::time::sleep(LOOK).await;
        }
        Some(Bytes::from_static(b": still here\n\n"))
    }

    /// The news, if there are any. A database that is away is no news.
    async fn look(&mut self) -> Option<Bytes> {
        let (viewer, id) = (self.viewer, self.id);
        let view = match self.looked.take() {
            Some(view) => view,
            None => self.state.db.read(move |c| View::load(c, viewer, id)).await.ok()??,
        };
        let newest = view.newest_event();
        self.ended = view.is_final();
        if newest == self.seen {
            return None;
        }
        let json = view::response(&self.state, view)
            .and_then(|response| serde_json::to_string(&response).map_err(Error::internal));
        let event = format!("event: status\nid: {}\ndata: {}\n\n", newest.as_deref()?, json.ok()?);
        self.seen = newest;
        Some(Bytes::from(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_when_its_stream_ends() {
        let (streams, account) = (Streams::default(), Uuid::now_v7());
        let places: Vec<Place> = (0..PER_ACCOUNT).map(|_| streams.enter(account).unwrap()).collect();
        assert_eq!(streams.enter(account).err().unwrap().code(), Code::TooManyRequests);
        assert!(streams.enter(Uuid::now_v7()).is_ok(), "another account");
        drop(places);
        assert!(streams.enter(account).is_ok());
        assert!(streams.0.lock().unwrap().is_empty(), "nothing is left behind");
    }
}
