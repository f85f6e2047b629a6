//! What clients of a simulated service get instead of its answer while testers have switched it off, or make it misbehave
//! ([`outages`]).

use actix_web::body::{BoxBody, SizedStream, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, rt};
use diesel::pg::PgConnection;
use futures_util::stream::{self, StreamExt};

use super::outages::{self, Outside};
use super::persons::RegisterBehaviour;
use super::registers::faults::{GARBAGE, LATE, away};
use crate::state::State;

/// Lets a service answer, unless it is told otherwise.
pub(super) async fn apply(
    outside: Outside,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let instead = match switched(outside, &request).await {
        RegisterBehaviour::Away => away(),
        RegisterBehaviour::Failing => HttpResponse::InternalServerError().finish(),
        RegisterBehaviour::Garbage => HttpResponse::Ok().body(GARBAGE),
        RegisterBehaviour::Slow => {
            rt::time::sleep(LATE).await;
            return next.call(request).await;
        }
        RegisterBehaviour::Malformed => return half(request, next, false).await,
        RegisterBehaviour::HalfOpen => return half(request, next, true).await,
        RegisterBehaviour::Answers | RegisterBehaviour::BadDigest | RegisterBehaviour::WrongPerson => {
            return next.call(request).await;
        }
    };
    Ok(request.into_response(instead))
}

/// Returns how the service behaves now. Where no state is, nobody can switch anything; who cannot be asked is away.
async fn switched(outside: Outside, request: &ServiceRequest) -> RegisterBehaviour {
    let Some(state) = request.app_data::<State>() else { return RegisterBehaviour::Answers };
    let now = state.clock.now();
    let read = state.db.read(move |c: &mut PgConnection| outages::behaviour_of(c, outside, now)).await;
    read.map_or(RegisterBehaviour::Away, |set| set.unwrap_or(RegisterBehaviour::Answers))
}

/// Sends half of the answer: as if it were all, or with the rest to come, for ever.
async fn half(
    request: ServiceRequest,
    next: Next<BoxBody>,
    never_ends: bool,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (request, response) = next.call(request).await?.into_parts();
    let (head, body) = response.into_parts();
    let whole = to_bytes(body).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    let response = if never_ends {
        let begun = stream::iter([Ok::<Bytes, actix_web::Error>(half)]).chain(stream::pending());
        let length = u64::try_from(whole.len()).unwrap_or(u64::MAX).max(1);
        head.set_body(SizedStream::new(length, begun)).map_into_boxed_body()
    } else {
        head.set_body(half).map_into_boxed_body()
    };
    Ok(ServiceResponse::new(request, response))
}
