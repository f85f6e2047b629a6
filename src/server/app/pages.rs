//! Which pages may call what from a browser (CORS): those of first-party front ends everything, those of other registered clients
//! what their tokens do and what is public, and no others.

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::ORIGIN;
use actix_web::middleware::Next;

use crate::clients::Clients;
use crate::state::State;

/// Wraps a request that a page sends: before its origin is compared, what this node remembers of the clients is renewed.
pub(super) async fn refresh<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if request.headers().contains_key(ORIGIN)
        && let Some(state) = request.app_data::<State>().cloned()
    {
        state.clients.refresh(&state.db).await;
    }
    next.call(request).await
}

/// Configures which pages may call from a browser. Credentials are allowed for the cookies of redirects.
pub(super) fn cors(clients: &Clients) -> Cors {
    let clients = clients.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, request| {
            origin.to_str().is_ok_and(|origin| clients.may_call(origin, request.uri.path()))
        })
        .allowed_methods(["GET", "POST", "PATCH", "DELETE"])
        .allowed_headers([
            "accept-language",
            "authorization",
            "content-type",
            "idempotency-key",
            "if-match",
            "if-none-match",
            "last-event-id",
            "traceparent",
            "tracestate",
            "x-request-id",
        ])
        .expose_headers([
            "allow",
            "content-disposition",
            "content-language",
            "etag",
            "idempotency-replayed",
            "location",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "www-authenticate",
            "x-request-id",
        ])
        .supports_credentials()
        .block_on_origin_mismatch(false)
        .max_age(600)
}
