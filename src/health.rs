//! Whether this node lives, and whether it should get requests.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::db::migrate;
use crate::error::{Code, Result};
use crate::registry::Registers;
use crate::seal::{self, Seals};
use crate::state::State;

/// The routes of this file.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(get_liveness).service(get_readiness);
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The node lives.
#[derive(Serialize, ToSchema)]
struct Liveness {
    /// `live`.
    #[schema(example = "live")]
    status: &'static str,
    /// The version that answers.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// The node can be sent requests; that it cannot is a problem.
#[derive(Serialize, ToSchema)]
struct Readiness {
    /// `ready`, or `degraded` when it cannot do everything.
    #[schema(example = "ready")]
    status: &'static str,
    /// The version that answers.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// What was looked at.
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Serialize, ToSchema)]
struct Check {
    /// `database`, `seal` or `registers`.
    #[schema(example = "seal")]
    name: &'static str,
    /// `pass`, `warn` or `fail`.
    #[schema(example = "pass")]
    status: &'static str,
    /// What an operator must know; null when there is nothing.
    #[schema(example = json!(null))]
    detail: Option<String>,
    /// When the seal's certificate ends that is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
}

/// Tell whether the node lives
///
/// For whoever restarts it: an outage of the database is no reason to.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "It lives", body = Liveness))
)]
#[get("/health/live")]
async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().json(Liveness { status: "live", version: VERSION })
}

/// Tell whether the node is ready
///
/// For whoever sends it requests: the database answers and stands at this version, and no key had to be stopped. When
/// the seal's device is away, no key is in force, or a local register is empty or out of date, verification goes on and
/// the node stays ready, `degraded`.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "It is ready", body = Readiness))
)]
#[get("/health/ready")]
async fn get_readiness(
    state: State,
    seals: web::Data<Seals>,
    registers: web::Data<Registers>,
) -> Result<HttpResponse> {
    if !state.db.read(migrate::is_current).await? {
        return Err(crate::error::database_away());
    }
    let seal = seals.health(&state).await?;
    if seal.stopped {
        return Err(seal::unavailable());
    }
    let registers = registers_check(&registers).await?;
    let degraded = seal.failure.is_some() || registers.detail.is_some();
    let status = if degraded { "degraded" } else { "ready" };
    let database = Check { name: "database", status: "pass", detail: None, expires_at: None };
    let checks = vec![database, seal_check(seal), registers];
    Ok(HttpResponse::Ok().json(Readiness { status, version: VERSION, checks }))
}

fn seal_check(seal: seal::Health) -> Check {
    let warning = seal.warning_days.map(|days| format!("the certificate ends in {days} days"));
    let status = match (&seal.failure, &warning) {
        (Some(_), _) => "fail",
        (None, Some(_)) => "warn",
        (None, None) => "pass",
    };
    Check { name: "seal", status, detail: seal.failure.or(warning), expires_at: seal.expires_at }
}

/// The local registers: who is missing from one that is empty or out of date is unknown, so applications wait.
async fn registers_check(registers: &Registers) -> Result<Check> {
    let (local, read_locally) = &registers.local;
    let mut unusable = Vec::new();
    for &register in read_locally {
        match local.health(register).await {
            Ok(Ok(_)) => {}
            Ok(Err(why)) => unusable.push(format!("{}: {why}", register.as_str())),
            Err(error) if error.code() == Code::DatabaseUnavailable => {
                unusable.push(format!("{}: its database does not answer", register.as_str()));
            }
            Err(error) => return Err(error),
        }
    }
    let detail = (!unusable.is_empty()).then(|| unusable.join("; "));
    let status = if detail.is_some() { "warn" } else { "pass" };
    Ok(Check { name: "registers", status, detail, expires_at: None })
}
