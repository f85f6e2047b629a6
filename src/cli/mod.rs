//! The commands of the one binary.

mod config;
mod counters;
mod dev;
mod development_keys;
mod jobs;
mod keys;
mod listeners;
mod officers;
mod places;
mod registry;
mod schema;
mod serve;
mod signals;
mod verify;
mod verify_report;
mod verify_trust;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::Utc;
use clap::{Parser, Subcommand};
use diesel::PgConnection;

use crate::app::StandIns;
use crate::assembly::Role;
use crate::config::{Config, VARIABLES};
use crate::person::Keyring;
use crate::telemetry::log_lines;
use crate::time::civil_date::CivilDate;
use crate::{db, openapi, sandbox, statistics};

/// What commands fail with; shown to the operator.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Criminal-record certificates online.
#[derive(Parser)]
#[command(name = "cazier", version, about, after_help = settings())]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything for development: private Postgres, test persons, simulated Ghișeul, mailbox, API.
    Dev {
        /// Write the addresses as JSON to this file once everything answers.
        #[arg(long, value_name = "PATH")]
        ready_file: Option<PathBuf>,
    },
    /// Serve the API (any number of nodes on one Postgres).
    #[command(after_help = settings())]
    Serve {
        /// This node belongs to a sandbox: needs a seal for tests, shows the mailbox and the test persons.
        #[arg(long)]
        sandbox: bool,
        /// Leave background work to `cazier worker`.
        #[arg(long)]
        without_worker: bool,
        /// Wait for `cazier migrate` when the schema is older than this version, instead of ending.
        #[arg(long)]
        wait_for_schema: bool,
    },
    /// Do background work alone (any number, on any machine): mails, what recurs.
    #[command(after_help = settings())]
    Worker {
        /// This worker belongs to a sandbox.
        #[arg(long)]
        sandbox: bool,
        /// Wait for `cazier migrate` when the schema is older than this version, instead of ending.
        #[arg(long)]
        wait_for_schema: bool,
    },
    /// Look at background work, and give what failed another chance. Needs `DATABASE_URL` alone.
    Jobs {
        #[command(subcommand)]
        command: jobs::Command,
    },
    /// Tell which offices there are, and since when each kind certifies identities.
    #[command(subcommand, after_help = settings())]
    Counters(counters::Command),
    /// Appoint and dismiss officers and operators.
    #[command(subcommand, after_help = settings())]
    Officers(officers::Command),
    /// Bring the database at `DATABASE_URL` to this version.
    Migrate,
    /// Count the public figures again, from a day on. Needs `DATABASE_URL` alone.
    RecountStatistics {
        /// First day, such as 2026-11-24.
        from: CivilDate,
    },
    /// Look after the local registers.
    Registry {
        #[command(subcommand)]
        command: registry::RegistryCommand,
    },
    /// Print the contract (OpenAPI 3.1).
    Openapi {
        /// The one that the remote registers keep, instead of our own.
        #[arg(long)]
        registry: bool,
    },
    /// Judge a signature offline: whether it passes, who signed, when, and what speaks against it.
    ///
    /// Exit code 0: it passes. 1: it does not, or cannot be judged.
    Verify(verify::Arguments),
    /// Make, list and rotate the keys of the seal.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Look at the settings: what they are, what is wrong with them.
    #[command(subcommand, after_help = settings())]
    Config(config::Command),
    /// Print a fresh key for `CAZIER_SEALING_KEYS` or `CAZIER_INDEX_KEYS`.
    GenerateKey,
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "cazier: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Whether a command line parses, the program's name being its first word. Runs nothing: the documents are checked by it.
///
/// # Errors
/// What is wrong with it, as the program would say.
pub fn parses(words: &[&str]) -> Result<(), String> {
    Cli::try_parse_from(words).map(drop).map_err(|error| error.to_string())
}

fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Verify(arguments) => return verify::run(arguments),
        Command::Keys(command) => return keys::run(command, &configured()?),
        Command::Dev { ready_file } => dev::run(&configured()?, ready_file.as_deref())?,
        Command::Config(command) => return config::run(command),
        Command::Serve { sandbox, without_worker, wait_for_schema } => {
            let role = Role { stand_ins: stand_ins(*sandbox), works: !without_worker };
            serve::run(&config::of_node(role)?, role, *wait_for_schema)?;
        }
        Command::Worker { sandbox, wait_for_schema } => {
            let role = Role { stand_ins: stand_ins(*sandbox), works: true };
            serve::run_worker(&config::of_node(role)?, role, *wait_for_schema)?;
        }
        Command::Jobs { command } => jobs::run(&configured()?, command)?,
        Command::Counters(command) => counters::run(&configured()?, command)?,
        Command::Officers(command) => officers::run(&configured()?, command)?,
        Command::Migrate => migrate(&configured()?)?,
        Command::RecountStatistics { from } => recount(&configured()?, *from)?,
        Command::GenerateKey => writeln!(std::io::stdout(), "{}", Keyring::generate_spec()?)?,
        Command::Registry { command } => registry::run(&configured()?, command)?,
        Command::Openapi { registry } => {
            let contract =
                if *registry { sandbox::registers::contract_json() } else { openapi::contract_json() };
            std::io::stdout().write_all(contract.as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a node of a sandbox has in place of the outside world.
fn stand_ins(is_sandbox: bool) -> Option<StandIns> {
    is_sandbox.then_some(sandbox::STAND_INS)
}

/// The settings, which also say how to log.
fn configured() -> Result<Config, Failure> {
    let config = Config::read()?;
    log_lines::begin(config.log_format, &config.log_filter);
    Ok(config)
}

fn migrate(config: &Config) -> Result<(), Failure> {
    let url = config.database_url.as_deref().ok_or("DATABASE_URL is not set")?;
    for version in db::migrate::run(url)? {
        log::info!("migrated: {version}");
    }
    Ok(())
}

fn recount(config: &Config, from: CivilDate) -> Result<(), Failure> {
    let days = statistics::recount(&mut connect(config)?, from.day(), Utc::now())?;
    Ok(writeln!(std::io::stdout(), "{days} days were counted")?)
}

/// A connection of a command's own.
fn connect(config: &Config) -> Result<PgConnection, Failure> {
    let url = config.database_url.as_deref().ok_or("DATABASE_URL is not set")?;
    Ok(db::primary::establish(url)?)
}

/// The settings as a table for `--help`.
fn settings() -> String {
    let line = |v: &crate::config::Variable| format!("  {:<28} {} [{}]\n", v.name, v.meaning, v.default);
    format!("Settings (environment, or lines of a file):\n{}", VARIABLES.iter().map(line).collect::<String>())
}
