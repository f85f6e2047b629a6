//! Health checks: whether this node lives, and whether it should get requests.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::db::Unfit;
use crate::error::{Code, Error, Result};
use crate::log::{Lag, lag};
use crate::registry::Registers;
use crate::signature::{self, Seals};
use crate::state::{AppState, State};
use crate::telemetry;

/// Registers the routes of this file.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(get_liveness).service(get_readiness);
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

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CheckName {
    /// The database can be read by this version.
    Database,
    /// Certificates can be signed.
    Seal,
    /// The local registers are filled and not out of date.
    Registers,
    /// The database can be written.
    Writes,
    /// The tamper-evident log keeps up.
    Log,
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CheckStatus {
    /// All is well.
    Pass,
    /// An operator should look.
    Warn,
    /// It does not work.
    Fail,
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

/// A check.
#[derive(Serialize, ToSchema)]
struct Check {
    /// What was checked.
    name: CheckName,
    /// The result.
    status: CheckStatus,
    /// What an operator must know; null if there is nothing.
    #[schema(example = json!(null))]
    detail: Option<String>,
    /// When the certificate of the signing key in force expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    /// Whether it degrades the node.
    #[serde(skip)]
    degrades: bool,
}

impl Check {
    fn pass(name: CheckName) -> Self {
        Self { name, status: CheckStatus::Pass, detail: None, expires_at: None, degrades: false }
    }

    fn fail(name: CheckName, detail: &impl ToString) -> Self {
        Self {
            status: CheckStatus::Fail,
            detail: Some(detail.to_string()),
            degrades: true,
            ..Self::pass(name)
        }
    }
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
/// to be stopped. If the key's device is away, no key is in force, a local register is empty or outdated, or the log is late,
/// verification still works and the node stays ready, `degraded`. Answers within two seconds; if the node is not ready,
/// `checks` of the problem says why. A stopping node is not ready (`stopping`), but goes on answering for some seconds.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "The node is ready", body = Readiness))
)]
#[get("/health/ready")]
async fn get_readiness(
    state: State,
    seals: web::Data<Seals>,
    registers: web::Data<Registers>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(look(&state, &seals, &registers).await?))
}

/// Runs the checks and updates the metrics.
async fn look(state: &AppState, seals: &Seals, registers: &Registers) -> Result<Readiness> {
    let found = find(state, seals, registers).await;
    telemetry::readiness(
        found.is_ok(),
        found.as_ref().map_or(true, |found| found.status != ReadinessStatus::Ready),
    );
    found
}

/// Runs the checks periodically for the metrics, even if nobody probes.
pub async fn watch(state: Arc<AppState>, seals: Arc<Seals>, registers: Arc<Registers>) {
    loop {
        // The faults are reported to those who probe; the metrics show that there is one.
        let _ = look(&state, &seals, &registers).await;
        actix_web::rt::time::sleep(PAUSE).await;
    }
}

async fn find(state: &AppState, seals: &Seals, registers: &Registers) -> Result<Readiness> {
    if state.stopping.has_begun() {
        return Err(Error::from(Code::Stopping).retry_after(Duration::from_secs(1)));
    }
    let (database, seal, registers, log) = tokio::join!(
        state.db.examine(),
        timeout(KNOWN_WITHIN, seals.health(state)),
        timeout(KNOWN_WITHIN, registers_check(registers)),
        timeout(KNOWN_WITHIN, state.db.read(lag)),
    );
    let [database, writes] = database_checks(database);
    if database.degrades || writes.degrades {
        return Err(not_ready(Code::DatabaseUnavailable, vec![database, writes]));
    }
    let seal = match seal {
        Ok(Ok(health)) if health.stopped => {
            let stopped = Check::fail(CheckName::Seal, &"a key was stopped: it signed what does not verify");
            return Err(not_ready(Code::SealUnavailable, vec![database, stopped, writes]));
        }
        Ok(health) => known(CheckName::Seal, health.map(seal_check))?,
        Err(_) => Check::fail(CheckName::Seal, &NOT_KNOWN),
    };
    let registers = registers.map_or_else(
        |_| Ok(Check::fail(CheckName::Registers, &NOT_KNOWN)),
        |check| known(CheckName::Registers, check),
    )?;
    let log = log.map_or_else(
        |_| Ok(Check::fail(CheckName::Log, &NOT_KNOWN)),
        |lag| known(CheckName::Log, lag.map(log_check)),
    )?;
    let checks = vec![database, seal, registers, writes, log];
    let status = if checks.iter().any(|check| check.degrades) {
        ReadinessStatus::Degraded
    } else {
        ReadinessStatus::Ready
    };
    Ok(Readiness { status, version: VERSION, checks })
}

const NOT_KNOWN: &str = "unknown now: its database does not answer in time";

/// Reports a check without a free connection as unknown: a busy node is not unhealthy.
fn known(name: CheckName, check: Result<Check>) -> Result<Check> {
    match check {
        Err(error) if error.outage().is_some() => Ok(Check::fail(name, &NOT_KNOWN)),
        check => check,
    }
}

fn not_ready(code: Code, checks: Vec<Check>) -> Error {
    let checks = serde_json::to_value(checks).unwrap_or_default();
    Error::from(code).retry_after(Duration::from_secs(5)).with("checks", checks)
}

/// Checks that this version can read and write the database.
fn database_checks(examined: Result<(), Unfit>) -> [Check; 2] {
    match examined {
        Ok(()) => [Check::pass(CheckName::Database), Check::pass(CheckName::Writes)],
        Err(why @ Unfit::ReadOnly(_)) => {
            [Check::pass(CheckName::Database), Check::fail(CheckName::Writes, &why)]
        }
        Err(why) => [Check::fail(CheckName::Database, &why), Check::fail(CheckName::Writes, &"not known")],
    }
}

fn seal_check(seal: signature::Health) -> Check {
    let warning = seal.warning_days.map(|days| format!("the certificate expires in {days} days"));
    let status = match (&seal.failure, &warning) {
        (Some(_), _) => CheckStatus::Fail,
        (None, Some(_)) => CheckStatus::Warn,
        (None, None) => CheckStatus::Pass,
    };
    let degrades = seal.failure.is_some();
    Check {
        name: CheckName::Seal,
        status,
        detail: seal.failure.or(warning),
        expires_at: seal.expires_at,
        degrades,
    }
}

/// How long rows may wait for their leaves before somebody should look; after an hour, certificates do not verify.
const LOG_LATE_SECONDS: f64 = 600.0;

/// Checks that the log keeps up. Late, the node still serves.
fn log_check(lag: Lag) -> Check {
    telemetry::log(lag.size, lag.seconds);
    let late = lag.seconds > LOG_LATE_SECONDS;
    let detail = late.then(|| format!("rows have waited for {:.0} minutes to be logged", lag.seconds / 60.0));
    let status = if late { CheckStatus::Warn } else { CheckStatus::Pass };
    Check { name: CheckName::Log, status, detail, expires_at: None, degrades: late }
}

/// Checks the local registers: if one is empty or outdated, applications wait.
async fn registers_check(registers: &Registers) -> Result<Check> {
    let (local, read_locally) = &registers.local;
    let mut unusable = Vec::new();
    for &register in read_locally {
        if let Err(why) = local.health(register).await? {
            unusable.push(format!("{}: {why}", register.as_str()));
        }
    }
    let detail = (!unusable.is_empty()).then(|| unusable.join("; "));
    let degrades = detail.is_some();
    let status = if degrades { CheckStatus::Warn } else { CheckStatus::Pass };
    Ok(Check { name: CheckName::Registers, status, detail, expires_at: None, degrades })
}
