//! Who sees each request of a sandbox and its answer. A live node has nobody.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::ServiceConfig;
use futures_util::future::LocalBoxFuture;

/// The answer of a request, to come.
pub type Answering = LocalBoxFuture<'static, Result<ServiceResponse<BoxBody>, actix_web::Error>>;

/// Sees every request of a node and its answer, and may show them.
pub trait Witness: Send + Sync {
    /// Gives itself to the routes that show what it has seen.
    fn provide(self: Arc<Self>, config: &mut ServiceConfig);

    /// Lets the inner layers answer, and looks on.
    fn attend(self: Arc<Self>, request: ServiceRequest, next: Next<BoxBody>) -> Answering;
}

/// Answers a request, before the witness if there is one.
pub(super) fn attended(
    witness: Option<Arc<dyn Witness>>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Answering {
    match witness {
        Some(witness) => witness.attend(request, next),
        None => Box::pin(async move { next.call(request).await }),
    }
}
