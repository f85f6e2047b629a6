//! Server-sent events (WHATWG HTML, section 9.2): a waiting front end receives each change of an application.

use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::follower::Follower;
use super::stream_event::EventStream;
use super::view::View;
use crate::accounts::stream_token::Shown;
use crate::accounts::{self, Caller, MaybeCaller};
use crate::audit::{self, Event};
use crate::connections::in_hand::Activity;
use crate::error::{Code, Error, Result};
use crate::http::streams::{self, Place, Streams};
use crate::http::{Query, RequestId};
use crate::state::State;

/// How long a stream lasts, unless its access token expires sooner.
const LASTS: Duration = Duration::from_secs(300);
/// The longest `Last-Event-ID` that is looked at: the id of an event, and what resumes the stream.
const LONGEST_ID: usize = 128;

/// A token in the address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StreamQuery {
    /// A token of `POST /v1/applications/{id}/stream-tokens`, for clients that send no `Authorization`.
    #[param(example = "czs_mZ3p0Yq6bVd1TtC8nXwR5sKfJ2hLgA9uEoI7rPvB4xk")]
    stream_token: Option<String>,
}

/// Follow one of your applications
///
/// `text/event-stream`, whose events are `StreamEvent`: an event `status` with the application as JSON, at first and after each
/// change; comments in between, at least every 15 seconds; the end after a final status, after five minutes, and at once when the
/// session ends. If the node is stopping, an event `reconnect` with `{}` and a `retry` time, then the end. Reconnect with the id
/// of the last event as `Last-Event-ID`, as `EventSource` does automatically: you receive what you missed. Once you have
/// received a final status, the answer is 204, at which `EventSource` stops for ever.
///
/// `EventSource` sends no `Authorization`: give it the `url` of `POST /v1/applications/{id}/stream-tokens`.
///
/// At most three streams for each account; `Retry-After` says when the first of them ends at the latest. A stream whose
/// client closes its connection ends at once. Clients without support for streams can poll
/// `GET /v1/applications/{id}` with `If-None-Match`.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:read"]), ("stream_token" = [])),
    params(
        ("id" = Uuid, Path, description = "The application's id"),
        StreamQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event received", example = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"),
    ),
    responses(
        (status = 200, description = "The stream: `StreamEvent`, one after the other", body = inline(EventStream), content_type = "text/event-stream"),
        (status = 204, description = "The application is final, and you have received its last event"),
    ),
    extensions(("x-problems" = json!([Code::TooManyRequests]))),
)]
#[get("/v1/applications/{id}/stream")]
pub(crate) async fn stream_application(
    state: State,
    streams: web::Data<Streams>,
    caller: MaybeCaller,
    path: web::Path<Uuid>,
    query: Query<StreamQuery>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let (id, last) = (path.into_inner(), LastEvent::of(&http));
    let (caller, shown) = match (caller.0, query.0.stream_token) {
        (Some(caller), _) => (caller, None),
        (None, Some(token)) => {
            let shown = Shown::of(&token, last.resume.as_deref())?;
            (accounts::of_stream_token(&state, &http, shown.clone()).await?, Some(shown))
        }
        (None, None) => return Err(Code::Unauthenticated.into()),
    };
    let opening = Opening { caller, shown, id, seen: last.event };
    let (place, ends_at) = opening.enter(&state, &streams)?;
    if !opening.open(&state, &request).await? {
        return Ok(HttpResponse::NoContent().insert_header((CACHE_CONTROL, "no-store")).finish());
    }
    Ok(answer(Follower {
        viewer: opening.caller.viewer(),
        id,
        seen: opening.seen,
        resume: opening.shown.map(|shown| shown.resume().clone()),
        ends_at,
        place,
        connection: http.conn_data::<Rc<Activity>>().cloned(),
        is_new: true,
        ended: false,
        state,
    }))
}

/// What a client tells of the last event that it received.
struct LastEvent {
    event: Option<String>,
    /// What resumes a stream that a token opened.
    resume: Option<String>,
}

impl LastEvent {
    fn of(http: &HttpRequest) -> Self {
        let id = http.headers().get("last-event-id").and_then(|value| value.to_str().ok());
        let id = id.filter(|id| (1..=LONGEST_ID).contains(&id.len())).unwrap_or_default();
        let (event, resume) = id.split_once('.').map_or((id, None), |(event, resume)| (event, Some(resume)));
        let event = Some(event).filter(|event| !event.is_empty());
        Self { event: event.map(str::to_owned), resume: resume.map(str::to_owned) }
    }
}

/// A stream to be opened.
struct Opening {
    caller: Caller,
    /// The token of streams, if that is what the client shows.
    shown: Option<Shown>,
    /// The application.
    id: Uuid,
    /// Id of the last event that the client received.
    seen: Option<String>,
}

impl Opening {
    /// Takes a place, and says when it ends at the latest.
    fn enter(&self, state: &State, streams: &Streams) -> Result<(Place, Instant)> {
        let session = &self.caller.session;
        let token_lasts = (session.access_expires_at - state.clock.now()).to_std().unwrap_or_default();
        let ends_at = Instant::now() + LASTS.min(token_lasts);
        let token = self.shown.as_ref().map(|shown| shown.digest().to_vec());
        let account = self.caller.account_id();
        let place = streams.enter(streams::Follower { account, session: session.id, token, ends_at })?;
        Ok((place, ends_at))
    }

    /// Uses up the token, if there is one, and leaves a mark in the log. Returns false if there is nothing to follow any
    /// more, and the client knows that.
    async fn open(&self, state: &State, request: &RequestId) -> Result<bool> {
        let (viewer, actor, now, id) =
            (self.caller.viewer(), self.caller.actor(), state.clock.now(), self.id);
        let (shown, seen, request) = (self.shown.clone(), self.seen.clone(), request.clone());
        let work = move |c: &mut diesel::PgConnection| {
            let view = View::load(c, viewer, id)?.ok_or(Code::NotFound)?;
            if let Some(shown) = &shown {
                shown.open(c, id, now)?;
            }
            let goes_on = !view.is_final() || view.newest_event() != seen;
            if goes_on {
                audit::record(c, &Event::new(now, actor, "application.followed", Some(id), &request))?;
            }
            Ok(goes_on)
        };
        self.caller.transaction(state, work).await
    }
}

fn answer(follower: Follower) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // A proxy that buffers answers would delay the events.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(follower, |mut follower| async {
            let next = follower.next().await?;
            Some((Ok::<_, Error>(next), follower))
        }))
}
