//! `cazier config`: shows the settings and their faults.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, Only, sandbox};
use crate::config::{Config, Reading};
use crate::db::{primary, schema_version};
use crate::server::assembly::{self, Prepared, Role};
use crate::telemetry::log_lines;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Report everything that `cazier serve` would refuse, one fault per line. Reads the files and opens the keys that
    /// settings name.
    ///
    /// Exit code 0: no faults. 1: some.
    Check(Check),
    /// Show every setting with its source and value. Secrets are hidden.
    Show,
}

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    kind: sandbox::NodeKind,
    /// For `cazier serve --without-worker`, which sends no mails.
    #[arg(long)]
    without_worker: bool,
    /// For `cazier serve --only` this part.
    #[arg(long, value_enum, value_name = "PART")]
    only: Option<Only>,
    /// Also connect to the database.
    #[arg(long)]
    connect: bool,
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check(check) => run_check(check),
        Command::Show => show(),
    }
}

/// Reads the settings of a node.
///
/// # Errors
/// All faults: of the values, and of the files and keys that they name.
pub(super) fn of_node(role: Role) -> Result<Config, Failure> {
    let reading = Reading::of_process();
    if reading.faults.is_some() {
        let (faults, _) = faults(&reading, role);
        return Err(format!("the settings cannot be used:\n  {}", faults.join("\n  ")).into());
    }
    let config = reading.into_config()?;
    log_lines::begin(config.log_format, &config.log_filter);
    Ok(config)
}

/// Returns the faults of the values, then those of what they name, and the node if there are none.
fn faults(reading: &Reading, role: Role) -> (Vec<String>, Option<Prepared>) {
    let of_values = || reading.faults.iter().flat_map(|faults| faults.iter());
    let mut lines: Vec<String> = of_values().map(ToString::to_string).collect();
    let prepared = match reading.config.as_ref().map(|config| assembly::prepare(config, role)) {
        Some(Ok(prepared)) => Some(prepared),
        Some(Err(errors)) => {
            let errors = errors.iter().map(ToString::to_string);
            // A setting that is missing because its value is invalid was reported already.
            lines.extend(errors.filter(|error| !of_values().any(|fault| names(error, fault.name()))));
            None
        }
        None => None,
    };
    (lines, prepared)
}

/// Returns whether a sentence is about this setting, given by value or by file.
fn names(sentence: &str, name: &str) -> bool {
    let name = name.strip_suffix("_FILE").unwrap_or(name);
    let about = sentence.split(':').next().unwrap_or_default();
    about.split(|c: char| !c.is_ascii_uppercase() && c != '_').any(|word| word == name)
}

fn run_check(check: &Check) -> Result<ExitCode, Failure> {
    let role = Only::role(check.only, check.kind.stand_ins()?, check.without_worker);
    let reading = Reading::of_process();
    let (mut lines, prepared) = faults(&reading, role);
    if let (true, Some(config)) = (check.connect, &reading.config) {
        lines.extend(databases(config, prepared.as_ref()));
    }
    let mut out = std::io::stdout();
    if lines.is_empty() {
        writeln!(out, "no faults in the settings")?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in lines {
        writeln!(out, "{}", line.replace('\n', " "))?;
    }
    Ok(ExitCode::FAILURE)
}

/// Returns the faults of the configured databases.
fn databases(config: &Config, prepared: Option<&Prepared>) -> Vec<String> {
    let urls = [
        ("DATABASE_URL", &config.database_url),
        ("CAZIER_REGISTER_DATABASE_URL", &config.register_database_url),
    ];
    let look = |(name, url): (&str, &Option<String>)| {
        let mut connection = match primary::establish(url.as_deref()?) {
            Ok(connection) => connection,
            Err(error) => return Some(format!("{name}: {error}")),
        };
        let whose = prepared.map_or(Ok(()), |prepared| prepared.installation().look(&mut connection));
        if let Err(foreign) = whose {
            return Some(foreign.to_string());
        }
        match schema_version::check(&mut connection) {
            Ok(fit) => fit.err().map(|misfit| format!("{name}: {misfit}")),
            Err(error) => Some(format!("{name}: its schema cannot be read: {error}")),
        }
    };
    urls.into_iter().filter_map(look).collect()
}

fn show() -> Result<ExitCode, Failure> {
    let reading = Reading::of_process();
    let widest = reading.overview.iter().map(|(_, source, _)| source.to_string().chars().count()).max();
    let mut out = std::io::stdout();
    for (name, source, value) in &reading.overview {
        writeln!(
            out,
            "{name:<34}  {:<width$}  {value}",
            source.to_string(),
            width = widest.unwrap_or_default()
        )?;
    }
    match reading.faults {
        None => Ok(ExitCode::SUCCESS),
        Some(faults) => Err(faults.into()),
    }
}
