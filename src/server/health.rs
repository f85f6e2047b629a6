//! Health checks: whether this node lives, and whether it should get requests.

mod checks;

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use self::checks::{
    Check, CheckName, database_checks, known, log_check, not_ready, registers_check, seal_check, tls_check,
};
use crate::connections::tls::Tls;
use crate::error::{Code, Error, Result};
use crate::log::{Doubt, Lag, LogKeys, lag};
use crate::registry::Registers;
use crate::signature::Seals;
use crate::state::{AppState, State};
use crate::telemetry;

/// Registers the routes of this file.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(get_liveness).service(get_readiness);
}

/// What the checks look at.
#[derive(Clone)]
pub struct Watched {
    /// The database, the time, and whether the node is stopping.
    pub state: Arc<AppState>,
    /// What issuing needs; none on a node that verifies alone.
    pub issues: Option<Issues>,
    /// TLS on the listener, if the node speaks it.
    pub tls: Option<Arc<Tls>>,
    /// What was seen signed of the log.
    pub log_keys: Arc<LogKeys>,
}

/// What issuing needs.
#[derive(Clone)]
pub struct Issues {
    /// The keys that sign.
    pub seals: Arc<Seals>,
    /// The registers.
    pub registers: Arc<Registers>,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether a node lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LivenessStatus {
    /// It answers.
    Live,
}

/// Whether a node is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadinessStatus {
    /// It can do everything.
    Ready,
    /// It cannot do everything; `checks` says why.
    Degraded,
}

/// The node lives.
#[derive(Serialize, ToSchema)]
struct Liveness {
    /// That it lives.
    status: LivenessStatus,
    /// The running version.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// The node can get requests; otherwise the answer is a problem.
#[derive(Serialize, ToSchema)]
struct Readiness {
    /// Whether it can do everything.
    status: ReadinessStatus,
    /// The running version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The checks.
    checks: Vec<Check>,
}

/// The pause between two checks for the metrics.
const PAUSE: Duration = Duration::from_secs(15);

/// The longest time for the checks: unfinished ones are reported as unknown.
const KNOWN_WITHIN: Duration = Duration::from_millis(1900);

/// Check whether the node is alive
///
/// For the process manager. An outage of the database is no reason to restart the node; but if nothing has succeeded
/// for a minute although the database is well, it is.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "The node is alive", body = Liveness))
)]
#[get("/health/live")]
async fn get_liveness(state: State) -> Result<HttpResponse> {
    if state.db.is_wedged() {
        log::error!(
            "nothing has worked for a minute although the database is well: this node must be restarted"
        );
        return Err(Code::DatabaseUnavailable.into());
    }
    Ok(HttpResponse::Ok().json(Liveness { status: LivenessStatus::Live, version: VERSION }))
}

/// Check whether the node is ready
///
/// For the load balancer: the database answers, is writable and has a schema for this version, and no signing key had
/// to be stopped. If the key's device is away, no key is in force, a local register is empty or outdated, the log is late, or the
/// certificate of the node's own TLS has expired, verification still works and the node stays ready, `degraded`. So it does if
/// the log in the database is not the one that was signed, and then nothing is verified. A node that
/// verifies alone has no checks of seal and registers. Answers within two seconds; if the node is not ready,
/// `checks` of the problem says why. A stopping node is not ready (`stopping`), but goes on answering for some seconds.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "The node is ready", body = Readiness)),
    extensions(("x-problems" = json!([Code::SealUnavailable]))),
)]
#[get("/health/ready")]
async fn get_readiness(watched: web::Data<Watched>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(look(&watched).await?))
}

/// Runs the checks and updates the metrics.
async fn look(watched: &Watched) -> Result<Readiness> {
    let found = find(watched).await;
    telemetry::readiness(
        found.is_ok(),
        found.as_ref().map_or(true, |found| found.status != ReadinessStatus::Ready),
    );
    found
}

/// Runs the checks periodically for the metrics, even if nobody probes.
pub async fn watch(watched: Watched) {
    loop {
        // The faults are reported to those who probe; the metrics show that there is one.
        let _ = look(&watched).await;
        actix_web::rt::time::sleep(PAUSE).await;
    }
}

async fn find(Watched { state, issues, tls, log_keys }: &Watched) -> Result<Readiness> {
    if state.stopping.has_begun() {
        return Err(Error::from(Code::Stopping).retry_after(Duration::from_secs(1)));
    }
    let (database, issuing, log) = tokio::join!(
        state.db.examine(),
        async { Some(look_at_issuing(state, issues.as_ref()?).await) },
        timeout(KNOWN_WITHIN, log_state(state, log_keys.clone())),
    );
    let [database, writes] = database_checks(database);
    if database.degrades || writes.degrades {
        return Err(not_ready(Code::DatabaseUnavailable, vec![database, writes]));
    }
    let mut checks = vec![database];
    match issuing {
        Some(Issuing::Stopped(seal)) => {
            checks.extend([seal, writes]);
            return Err(not_ready(Code::SealUnavailable, checks));
        }
        Some(Issuing::Known(seal, registers)) => checks.extend([seal?, registers?]),
        None => {}
    }
    checks.extend([writes, known(CheckName::Log, log.map(|found| found.map(log_check)))?]);
    checks.extend(tls.as_ref().map(|tls| tls_check(tls.health(state.clock.now()))));
    let status = if checks.iter().any(|check| check.degrades) {
        ReadinessStatus::Degraded
    } else {
        ReadinessStatus::Ready
    };
    Ok(Readiness { status, version: VERSION, checks })
}

/// What was found of what issuing needs.
enum Issuing {
    /// A key was stopped.
    Stopped(Check),
    /// The checks of seal and registers.
    Known(Result<Check>, Result<Check>),
}

async fn look_at_issuing(state: &AppState, Issues { seals, registers }: &Issues) -> Issuing {
    let (seal, registers) = tokio::join!(
        timeout(KNOWN_WITHIN, seals.health(state)),
        timeout(KNOWN_WITHIN, registers_check(registers)),
    );
    match seal {
        Ok(Ok(health)) if health.stopped => {
            let why = "a key was stopped: it signed what does not verify";
            Issuing::Stopped(Check::fail(CheckName::Seal, &why))
        }
        seal => Issuing::Known(
            known(CheckName::Seal, seal.map(|health| health.map(seal_check))),
            known(CheckName::Registers, registers),
        ),
    }
}

/// Reads how far the log is behind, and whether it goes on from what this process has seen signed.
async fn log_state(state: &AppState, keys: Arc<LogKeys>) -> Result<(Lag, std::result::Result<(), Doubt>)> {
    state.db.read(move |c| Ok((lag(c)?, keys.look(c)?))).await
}
