//! A stand-in for a client's receiver of webhooks: it answers as its address says. What it got is among the requests that the node
//! has answered (`requests`).

use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Result;
use crate::http::Query;
use crate::text::coded;

coded! {
    /// How the receiver answers.
    pub(in crate::sandbox) enum Answer {
        /// Takes the message (204).
        Taken = "taken",
        /// Refuses it (400): it comes again.
        Refused = "refused",
        /// Wants no more messages (410): the endpoint is disabled.
        Gone = "gone",
        /// Fails (500): it comes again.
        Failing = "failing",
    }
}

/// The parameters of the receiver's address.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceivedQuery {
    /// How to answer.
    answer: Option<Answer>,
}

/// Takes a message, or does not (`POST /sandbox/received?answer=taken|refused|gone|failing`).
#[post("/sandbox/received")]
pub(super) async fn receive(query: Query<ReceivedQuery>) -> Result<HttpResponse> {
    Ok(match query.0.answer.unwrap_or(Answer::Taken) {
        Answer::Taken => HttpResponse::NoContent(),
        Answer::Refused => HttpResponse::BadRequest(),
        Answer::Gone => HttpResponse::Gone(),
        Answer::Failing => HttpResponse::InternalServerError(),
    }
    .finish())
}
