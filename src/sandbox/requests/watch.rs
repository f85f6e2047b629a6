//! Looks at each request and its answer.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes, ServiceConfig};
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;

use super::mask::{self, Side};
use super::message::{LONGEST_READ, Message};
use super::ring::{Exchange, RequestLog};
use crate::http::request_id;
use crate::server::app::{Answering, Witness};
use crate::state::State;

/// The beginning of the paths that are the testers' own.
const OWN: &str = "/sandbox/";

/// The beginning of a body, and how long it was.
#[derive(Debug, Default)]
struct Read {
    beginning: Vec<u8>,
    length: usize,
}

impl Read {
    fn take(&mut self, chunk: &[u8]) {
        let room = LONGEST_READ.saturating_sub(self.beginning.len());
        self.beginning.extend(chunk.iter().take(room));
        self.length += chunk.len();
    }
}

/// Reads a request's body along with its handler.
fn along(request: &mut ServiceRequest) -> Rc<RefCell<Read>> {
    let read = Rc::new(RefCell::new(Read::default()));
    let noted = read.clone();
    let payload = request.take_payload().inspect_ok(move |chunk| noted.borrow_mut().take(chunk));
    request.set_payload(Payload::Stream { payload: Box::pin(payload) });
    read
}

/// The request as it came.
struct Came {
    at: DateTime<Utc>,
    method: String,
    path: String,
    query: Option<String>,
    message: Message,
    media_type: String,
}

impl Came {
    fn of(request: &ServiceRequest) -> Self {
        let query = Some(request.query_string()).filter(|query| !query.is_empty());
        let clock = request.app_data::<State>().map(|state| state.clock.now());
        Self {
            at: clock.unwrap_or_else(Utc::now),
            method: request.method().as_str().chars().take(16).collect(),
            path: mask::path(request.path()),
            query: query.map(mask::pairs),
            message: Message::of_headers(Side::Request, request.headers()),
            media_type: media_type(request.headers()),
        }
    }
}

fn media_type(headers: &actix_web::http::header::HeaderMap) -> String {
    let value = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl Witness for RequestLog {
    fn provide(self: Arc<Self>, config: &mut ServiceConfig) {
        config.app_data(web::Data::from(self));
    }

    fn attend(self: Arc<Self>, mut request: ServiceRequest, next: Next<BoxBody>) -> Answering {
        Box::pin(async move {
            if request.path().starts_with(OWN) {
                return next.call(request).await;
            }
            let (came, read) = (Came::of(&request), along(&mut request));
            let response = next.call(request).await?;
            let Came { at, method, path, query, message, media_type } = came;
            let request = {
                let read = read.borrow();
                message.with_body(Side::Request, &media_type, &read.beginning, read.length)
            };
            let (response, answer) = looked_at(response);
            let id = response.headers().get(request_id::HEADER).and_then(|id| id.to_str().ok());
            let id = id.unwrap_or_default().to_owned();
            let status = response.status().as_u16();
            self.keep(Exchange { id, at, method, path, query, status, request, response: answer });
            Ok(response)
        })
    }
}

/// Looks at an answer; what is still to be made, as in an event stream, is not waited for.
fn looked_at(response: ServiceResponse<BoxBody>) -> (ServiceResponse<BoxBody>, Message) {
    let message = Message::of_headers(Side::Response, response.headers());
    let media_type = media_type(response.headers());
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let (body, message) = match body.size() {
        BodySize::Sized(1..) => match body.try_into_bytes() {
            Ok(bytes) => {
                let message = message.with_body(Side::Response, &media_type, beginning(&bytes), bytes.len());
                (BoxBody::new(bytes), message)
            }
            Err(body) => (body, message),
        },
        _ => (body, message),
    };
    (ServiceResponse::new(request, response.set_body(body)), message)
}

fn beginning(bytes: &Bytes) -> &[u8] {
    bytes.get(..LONGEST_READ).unwrap_or(bytes)
}
