//! Tracks the requests in progress on a connection: from the call of the handler until the response is written out.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::time::Instant;
use actix_web::web::Bytes;

use super::Pace;
use super::body;

/// The activity of one connection.
#[derive(Debug)]
pub struct Activity {
    pub(super) pace: Pace,
    in_hand: Cell<usize>,
    since: Cell<Instant>,
    is_closed: Cell<bool>,
}

impl Activity {
    pub(super) fn new(pace: Pace) -> Rc<Self> {
        Rc::new(Self {
            pace,
            in_hand: Cell::new(0),
            since: Cell::new(Instant::now()),
            is_closed: Cell::new(false),
        })
    }

    /// Returns since when no request has been in progress; `None` while one is.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        (self.in_hand.get() == 0).then(|| self.since.get())
    }

    /// Notes that the client has closed its side of the connection.
    pub(super) fn close(&self) {
        self.is_closed.set(true);
    }

    /// Waits until the client closes its side of the connection. A client may do so and still read (RFC 9112, section
    /// 9.6), so only an answer without end ends here. What the client sends and closes wakes the task that answers it:
    /// this looks whenever that task runs.
    pub(crate) async fn closes(&self) {
        poll_fn(|_| if self.is_closed.get() { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

/// One request in progress, until it is dropped.
struct InHand(Rc<Activity>);

impl InHand {
    fn begin(activity: Rc<Activity>) -> Self {
        activity.in_hand.set(activity.in_hand.get() + 1);
        Self(activity)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.in_hand.set(self.0.in_hand.get().saturating_sub(1));
        self.0.since.set(Instant::now());
    }
}

/// Registers the request with its connection, and limits how slow its body may be.
///
/// # Errors
/// Those of the inner layers.
pub(crate) async fn follow(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(activity) = request.request().conn_data::<Rc<Activity>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    body::bound(&mut request, activity.pace);
    let in_hand = InHand::begin(activity);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| BoxBody::new(Followed { body: body.boxed(), _in_hand: in_hand })))
}

/// A response body; when it has been written out, the request is no longer in progress.
struct Followed {
    body: BoxBody,
    _in_hand: InHand,
}

impl MessageBody for Followed {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
