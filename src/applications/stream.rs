//! Server-sent events (WHATWG HTML, section 9.2): a front end that waits is told each change of an application.
//!
//! The stream looks now and then, and holds no database connection in between. Whose the application is, and whether the
//! session is open, each look finds out in the statement that reads; the end of the session, on whichever node, is told at
//! once, and the stream closes. Otherwise it ends with the application, with the access token, after some minutes, or when
//! the node is about to stop: the client then comes back with `Last-Event-ID`, as the standard has it.

use std::time::{Duration, Instant};

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;
use uuid::Uuid;

use super::streams::Place;
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
/// How long a stream lasts, unless its access token ends sooner.
const LASTS: Duration = Duration::from_secs(300);

/// Follow an own application
///
/// `text/event-stream`: an event `status` with the application as JSON, first as it stands and then at each change;
/// comments in between; the end after a final status, and at once when the session ends. When the node that answers is
/// about to stop, an event `reconnect` with `{}` and a `retry` time, then the end: come back with `Last-Event-ID`, as
/// `EventSource` does by itself. Three streams an account at a time. Who cannot read streams asks
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
    let place = state.streams.enter(caller.account_id(), caller.session.id)?;
    let token_lasts = (caller.session.access_expires_at - now).to_std().unwrap_or_default();
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
        ends_at: Instant::now() + LASTS.min(token_lasts),
        ended: false,
        place,
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

/// Tells the client to come back, which `EventSource` does by itself: not all in the same instant, and to another node.
fn reconnect() -> Bytes {
    let spread = u64::from(Uuid::now_v7().as_bytes().last().copied().unwrap_or_default()) * 8;
    Bytes::from(format!("retry: {}\nevent: reconnect\ndata: {{}}\n\n", 500 + spread))
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
    place: Place,
}

impl Follower {
    /// What to send next; `None` at the end.
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
            self.place.rest(LOOK, &self.state.stopping).await;
        }
        Some(Bytes::from_static(b": still here\n\n"))
    }

    /// The news, if there are any. A database that is away is no news; an application that is not the viewer's any more, or
    /// whose viewer's session has ended, is the end.
    async fn look(&mut self) -> Option<Bytes> {
        let (viewer, id) = (self.viewer, self.id);
        let view = match self.looked.take() {
            Some(view) => view,
            None => match self.state.db.read(move |c| View::load(c, viewer, id)).await {
                Ok(Some(view)) => view,
                Ok(None) => {
                    self.ended = true;
                    return None;
                }
                Err(_) => return None,
            },
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
