//! The service's misbehaviour towards the persons made for it.

use std::time::Duration;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::registry::protocol::{CONTENT_DIGEST, content_digest};
use crate::sandbox::persons::RegisterBehaviour;

/// The delay of a late answer.
const LATE: Duration = Duration::from_secs(1);

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
        RegisterBehaviour::Answers | RegisterBehaviour::WrongPerson => digested(body),
    }
}

/// Answers that the register is away.
pub(super) fn away() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header(("retry-after", "5")).finish()
}

fn digested(body: Vec<u8>) -> HttpResponse {
    let digest = content_digest(&body);
    HttpResponse::Ok().insert_header((CONTENT_DIGEST, digest)).content_type("application/json").body(body)
}
