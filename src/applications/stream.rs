//! Server-sent events (WHATWG HTML, section 9.2): a waiting front end receives each change of an application.
//!
//! The stream polls, and holds no database connection in between. Each poll checks in its own statement who owns the
//! application and whether the session is open; before an event is sent, the session is asked for again, behind an end
//! that has begun. The end of the session, on any node, is signalled at once, and the stream closes. Otherwise it ends
//! with the application, with the access token, after some minutes, or when the node is stopping; the client then
//! reconnects with `Last-Event-ID`, as the standard says.

use std::time::{Duration, Instant};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;
use uuid::Uuid;

use super::view::{self, View};
use crate::accounts::owner::Viewer;
use crate::accounts::{Caller, session_store};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::http::streams::{Place, Streams};
use crate::state::State;

/// Polls without news after which a heartbeat is sent.
const HEARTBEAT: u32 = 15;
/// How long a stream lasts, unless its access token expires sooner.
const LASTS: Duration = Duration::from_secs(300);

/// Follow one of your applications
///
/// `text/event-stream`: an event `status` with the application as JSON, at first and after each change; comments in
/// between; the end after a final status, and at once when the session ends. If the node is stopping, an event
/// `reconnect` with `{}` and a `retry` time, then the end: reconnect with `Last-Event-ID`, as `EventSource` does
/// automatically. At most three streams for each account. Clients without support for streams can poll
/// `GET /v1/applications/{id}` with `If-None-Match`.
#[utoipa::path(
    tag = "applications",
    params(
        ("id" = Uuid, Path, description = "The application's id"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last event received", example = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"),
    ),
    responses((status = 200, description = "The stream", body = String, content_type = "text/event-stream")),
    extensions(("x-problems" = json!([Code::TooManyRequests]))),
)]
#[get("/v1/applications/{id}/stream")]
pub(crate) async fn stream_application(
    state: State,
    streams: web::Data<Streams>,
    caller: Caller,
    path: web::Path<Uuid>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let place = streams.enter(caller.account_id(), caller.session.id)?;
    let token_lasts = (caller.session.access_expires_at - now).to_std().unwrap_or_default();
    let work = move |c: &mut diesel::PgConnection| {
        View::load(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "application.followed", Some(id), &request))
    };
    caller.transaction(&state, work).await?;
    let seen = http.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    let follower = Follower {
        state,
        viewer,
        id,
        seen: seen.map(str::to_owned),
        ends_at: Instant::now() + LASTS.min(token_lasts),
        ended: false,
        place,
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // A proxy that buffers answers would delay the events.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(follower, |mut follower| async {
            let next = follower.next().await?;
            Some((Ok::<_, Error>(next), follower))
        })))
}

/// Tells the client to reconnect, as `EventSource` does automatically: after a random pause, and to another node.
fn reconnect() -> Bytes {
    let spread = u64::from(Uuid::now_v7().as_bytes().last().copied().unwrap_or_default()) * 8;
    Bytes::from(format!("retry: {}\nevent: reconnect\ndata: {{}}\n\n", 500 + spread))
}

/// An open stream.
struct Follower {
    state: State,
    viewer: Viewer,
    id: Uuid,
    /// Id of the last event that the client received.
    seen: Option<String>,
    ends_at: Instant,
    ended: bool,
    place: Place,
}

impl Follower {
    /// Returns what to send next; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        for _ in 0..HEARTBEAT {
            if self.ended || Instant::now() >= self.ends_at {
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
            self.place.rest(&self.state.stopping).await;
        }
        Some(Bytes::from_static(b": still here\n\n"))
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
        let event = format!("event: status\nid: {}\ndata: {}\n\n", newest.as_deref()?, json.ok()?);
        self.seen = newest;
        Some(Bytes::from(event))
    }
}
