//! `cazier keys list`: for people, and for monitoring.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::super::Failure;
use crate::signature::WARN_DAYS;
use crate::signature::store::{self, SealKey, State};
use ades::{Certificate, ordered_chain};

/// The exit codes.
pub(super) const EXIT_CODES: &str = "Exit codes: 0 all is well; 3 the certificate in force expires within 60 days; \
    4 no key is active, or the certificate in force has expired; 1 the list could not be read.";

const WARNING: u8 = 3;
const CRITICAL: u8 = 4;

/// A key and the data of its certificate.
struct Line {
    key: SealKey,
    leaf: Certificate,
    state: State,
    days_left: i64,
}

pub(super) fn run(
    connection: &mut PgConnection,
    as_json: bool,
    now: DateTime<Utc>,
) -> Result<ExitCode, Failure> {
    let lines =
        store::list(connection)?.into_iter().map(|key| line(key, now)).collect::<Result<Vec<_>, _>>()?;
    let text = if as_json { json_of(&lines) } else { table(&lines) };
    let (code, warning) = judge(&lines);
    std::io::stdout().write_all(text.as_bytes())?;
    if let Some(warning) = warning {
        writeln!(std::io::stderr(), "cazier: {warning}")?;
    }
    Ok(ExitCode::from(code))
}

fn line(key: SealKey, now: DateTime<Utc>) -> Result<Line, Failure> {
    let leaf = ordered_chain(&key.chain_pem)?.into_iter().next().ok_or("a chain without certificates")?;
    let days_left = (leaf.not_after() - now).num_days();
    Ok(Line { state: key.state(now), key, days_left, leaf })
}

/// Judges the key that became active last: the one that signs.
fn judge(lines: &[Line]) -> (u8, Option<String>) {
    let Some(active) = lines.iter().find(|line| line.state == State::Active) else {
        return (CRITICAL, Some("no key is active: nothing can be issued".to_owned()));
    };
    let days = active.days_left;
    if days < 0 {
        (CRITICAL, Some("the certificate in force has expired: nothing can be issued".to_owned()))
    } else if days < WARN_DAYS {
        let next = lines.iter().any(|line| line.state == State::Announced && line.days_left > days);
        let advice = if next { "the next is announced" } else { "bring in the next by `cazier keys rotate`" };
        (WARNING, Some(format!("the certificate in force expires in {days} days; {advice}")))
    } else {
        (0, None)
    }
}

fn table(lines: &[Line]) -> String {
    let head = format!(
        "{:<10} {:<10} {:>9} {:<21} {:<17} SUBJECT\n",
        "STATE", "KIND", "DAYS LEFT", "ENDS", "FINGERPRINT"
    );
    let row = |line: &Line| {
        format!(
            "{:<10} {:<10} {:>9} {:<21} {:<17.16} {}\n",
            line.state.as_str(),
            line.key.kind.as_str(),
            line.days_left,
            line.leaf.not_after().format("%Y-%m-%dT%H:%M:%SZ"),
            line.key.sha256(),
            line.leaf.subject(),
        )
    };
    head + &lines.iter().map(row).collect::<String>()
}

fn json_of(lines: &[Line]) -> String {
    let object = |line: &Line| {
        json!({
            "state": line.state.as_str(),
            "kind": line.key.kind,
            "sha256": line.key.sha256(),
            "subject": line.leaf.subject(),
            "not_before": line.leaf.not_before(),
            "not_after": line.leaf.not_after(),
            "days_left": line.days_left,
            "announced_at": line.key.announced_at,
            "active_from": line.key.active_from,
            "retired_from": line.key.retired_from,
        })
    };
    format!("{:#}\n", json!(lines.iter().map(object).collect::<Vec<_>>()))
}
