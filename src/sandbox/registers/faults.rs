//! The service's misbehaviour towards the persons made for it.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;

use crate::registry::protocol::{CONTENT_DIGEST, content_digest};
use crate::sandbox::persons::RegisterBehaviour;

/// The delay of a late answer.
pub(in crate::sandbox) const LATE: Duration = Duration::from_secs(1);

/// What no client can read.
pub(in crate::sandbox) const GARBAGE: &[u8] = b"\x00\xff<garbage/>\x1b{]";

/// Sends the answer with this behaviour.
pub(super) async fn send(behaviour: RegisterBehaviour, answer: &impl Serialize) -> HttpResponse {
    let Ok(body) = serde_json::to_vec(answer) else { return HttpResponse::InternalServerError().finish() };
    match behaviour {
        RegisterBehaviour::Away => away(),
        RegisterBehaviour::Failing => HttpResponse::InternalServerError().finish(),
        RegisterBehaviour::Malformed => digested(body.iter().copied().take(body.len() / 2).collect()),
        RegisterBehaviour::BadDigest => {
            let digest = content_digest(b"another answer");
            HttpResponse::Ok()
                .insert_header((CONTENT_DIGEST, digest))
                .content_type("application/json")
                .body(body)
        }
        RegisterBehaviour::Slow => {
            actix_web::rt::time::sleep(LATE).await;
            digested(body)
        }
        RegisterBehaviour::Garbage => digested(GARBAGE.to_vec()),
        RegisterBehaviour::HalfOpen => half_open(&body),
        RegisterBehaviour::Answers | RegisterBehaviour::WrongPerson => digested(body),
    }
}

/// Sends half of the answer, and then nothing until the client gives up.
fn half_open(body: &[u8]) -> HttpResponse {
    let digest = content_digest(body);
    let half: Bytes = body.iter().copied().take(body.len() / 2).collect();
    let begun = stream::iter([Ok::<_, actix_web::Error>(half)]).chain(stream::pending());
    HttpResponse::Ok()
        .insert_header((CONTENT_DIGEST, digest))
        .content_type("application/json")
        .no_chunking(u64::try_from(body.len()).unwrap_or(u64::MAX))
        .streaming(begun)
}

/// Answers that the register, or another service, is away; a person who asks learns why.
pub(in crate::sandbox) fn away() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header(("retry-after", "5"))
        .content_type("text/plain; charset=utf-8")
        .body("Oprit de cineva care testează: /sandbox. / Switched off by a tester: /sandbox.\n")
}

fn digested(body: Vec<u8>) -> HttpResponse {
    let digest = content_digest(&body);
    HttpResponse::Ok().insert_header((CONTENT_DIGEST, digest)).content_type("application/json").body(body)
}
