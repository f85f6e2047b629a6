//! Limits slow request bodies.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use futures_util::Stream;

use super::Pace;

/// Limits how long this request's body may take.
pub(super) fn bound(request: &mut ServiceRequest, pace: Pace) {
    match request.take_payload() {
        Payload::None => {}
        body => {
            let paced = Paced { body, pace, begun: None, moved_at: None, received: 0, alarm: None };
            request.set_payload(Payload::from(Box::pin(paced) as Pin<Box<dyn Stream<Item = _>>>));
        }
    }
}

/// Returns whether a body ended because it was too slow.
pub(crate) fn is_too_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// A body, and since when the reader has been waiting for it.
struct Paced {
    body: Payload,
    pace: Pace,
    begun: Option<Instant>,
    /// When the last part came.
    moved_at: Option<Instant>,
    received: u64,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let next = Pin::new(&mut self.body).poll_next(context);
        match &next {
            Poll::Ready(Some(Ok(chunk))) => {
                self.received += chunk.len() as u64;
                self.moved_at = Some(Instant::now());
            }
            Poll::Ready(_) => {}
            Poll::Pending => {
                let paused_until = self.moved_at.unwrap_or(begun) + self.pace.longest_pause;
                let ends_at = paused_until.min(begun + self.pace.allows(self.received));
                let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(ends_at)));
                alarm.as_mut().reset(ends_at);
                if alarm.as_mut().poll(context).is_ready() {
                    let too_slow = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
                    return Poll::Ready(Some(Err(PayloadError::Io(too_slow))));
                }
            }
        }
        next
    }
}
