//! Whether this node lives, and whether it should get requests.

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::db::migrate;
use crate::error::Result;
use crate::state::State;

/// The routes of this file.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(get_liveness).service(get_readiness);
}

/// A good state of health; a bad one is a problem.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `live` or `ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// The version that answers.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

fn health(status: &'static str) -> HttpResponse {
    HttpResponse::Ok().json(Health { status, version: env!("CARGO_PKG_VERSION") })
}

/// Tell whether the node lives
///
/// For whoever restarts it: an outage of the database is no reason to.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "It lives", body = Health))
)]
#[get("/health/live")]
async fn get_liveness() -> HttpResponse {
    health("live")
}

/// Tell whether the node is ready
///
/// For whoever sends it requests: the database answers and stands at this version.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "It is ready", body = Health))
)]
#[get("/health/ready")]
async fn get_readiness(state: State) -> Result<HttpResponse> {
    let current = state.db.read(migrate::is_current).await?;
    if current { Ok(health("ready")) } else { Err(crate::error::database_away()) }
}
