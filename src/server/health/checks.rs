//! What readiness looks at, and how each finding is told.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::time::error::Elapsed;
use utoipa::ToSchema;

use crate::connections::tls;
use crate::db::Unfit;
use crate::error::{Code, Error, Result};
use crate::log::{Doubt, Lag};
use crate::registry::Registers;
use crate::signature;
use crate::telemetry;

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CheckName {
    /// The database can be read by this version.
    Database,
    /// Certificates can be signed.
    Seal,
    /// The local registers are filled and not out of date.
    Registers,
    /// The database can be written.
    Writes,
    /// The tamper-evident log keeps up, and goes on from what was signed.
    Log,
    /// The certificate of the node's own TLS is valid, and so is what renews it. Only where the node speaks TLS.
    Tls,
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CheckStatus {
    /// All is well.
    Pass,
    /// An operator should look.
    Warn,
    /// It does not work.
    Fail,
}

/// A check.
#[derive(Serialize, ToSchema)]
pub(super) struct Check {
    /// What was checked.
    pub(super) name: CheckName,
    /// The result.
    pub(super) status: CheckStatus,
    /// What an operator must know; null if there is nothing.
    #[schema(example = json!(null))]
    pub(super) detail: Option<String>,
    /// When the certificate of the signing key in force, or of TLS, expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// Whether it degrades the node.
    #[serde(skip)]
    pub(super) degrades: bool,
}

impl Check {
    pub(super) fn pass(name: CheckName) -> Self {
        Self { name, status: CheckStatus::Pass, detail: None, expires_at: None, degrades: false }
    }

    pub(super) fn fail(name: CheckName, detail: &impl ToString) -> Self {
        Self {
            status: CheckStatus::Fail,
            detail: Some(detail.to_string()),
            degrades: true,
            ..Self::pass(name)
        }
    }
}

const NOT_KNOWN: &str = "unknown now: its database does not answer in time";

/// Reports a check without an answer in time, or without a free connection, as unknown: a busy node is not unhealthy.
pub(super) fn known(name: CheckName, check: Result<Result<Check>, Elapsed>) -> Result<Check> {
    match check {
        Err(_) => Ok(Check::fail(name, &NOT_KNOWN)),
        Ok(Err(error)) if error.outage().is_some() => Ok(Check::fail(name, &NOT_KNOWN)),
        Ok(check) => check,
    }
}

pub(super) fn not_ready(code: Code, checks: Vec<Check>) -> Error {
    let checks = serde_json::to_value(checks).unwrap_or_default();
    Error::from(code).retry_after(Duration::from_secs(5)).with("checks", checks)
}

/// Checks that this version can read and write the database.
pub(super) fn database_checks(examined: Result<(), Unfit>) -> [Check; 2] {
    match examined {
        Ok(()) => [Check::pass(CheckName::Database), Check::pass(CheckName::Writes)],
        Err(why @ Unfit::ReadOnly(_)) => {
            [Check::pass(CheckName::Database), Check::fail(CheckName::Writes, &why)]
        }
        Err(why) => [Check::fail(CheckName::Database, &why), Check::fail(CheckName::Writes, &"not known")],
    }
}

pub(super) fn seal_check(seal: signature::Health) -> Check {
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

/// Checks that the log keeps up, and goes on from what was signed. If it does not, the node serves what needs no log.
pub(super) fn log_check((lag, trust): (Lag, std::result::Result<(), Doubt>)) -> Check {
    telemetry::log(lag.size, lag.seconds);
    if let Err(doubt) = trust {
        return Check::fail(CheckName::Log, &doubt);
    }
    let late = lag.seconds > LOG_LATE_SECONDS;
    let detail = late.then(|| format!("rows have waited for {:.0} minutes to be logged", lag.seconds / 60.0));
    let status = if late { CheckStatus::Warn } else { CheckStatus::Pass };
    Check { name: CheckName::Log, status, detail, expires_at: None, degrades: late }
}

/// Checks the certificate of the node's own TLS. Expired, it keeps away whoever checks it.
pub(super) fn tls_check(tls: tls::Health) -> Check {
    let refused = tls.refused.map(|fault| format!("the new certificate and key are not used: {fault}"));
    let ends = tls.ends_soon.then(|| String::from("the certificate is in the last tenth of its life"));
    let (status, detail) = match (tls.has_expired, refused.or(ends)) {
        (true, _) => (CheckStatus::Fail, Some(String::from("the certificate has expired"))),
        (false, Some(detail)) => (CheckStatus::Warn, Some(detail)),
        (false, None) => (CheckStatus::Pass, None),
    };
    let (expires_at, degrades) = (Some(tls.expires_at), tls.has_expired);
    Check { name: CheckName::Tls, status, detail, expires_at, degrades }
}

/// Checks the local registers: if one is empty or outdated, applications wait.
pub(super) async fn registers_check(registers: &Registers) -> Result<Check> {
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
