//! How the service misbehaves when asked about a person made for that.

use std::time::Duration;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::registry::protocol::{CONTENT_DIGEST, content_digest};
use crate::sandbox::persons::RegisterBehaviour;

/// How late a late answer is.
const LATE: Duration = Duration::from_secs(1);

/// The answer as this behaviour sends it.
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

/// It cannot answer now.
pub(super) fn away() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header(("retry-after", "5")).finish()
}

fn digested(body: Vec<u8>) -> HttpResponse {
    let digest = content_digest(&body);
    HttpResponse::Ok().insert_header((CONTENT_DIGEST, digest)).content_type("application/json").body(body)
}
