//! The commands of the binary.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `serve`, `schema`, `signals` | `cazier serve` and `worker`: start and stop of a node |
//! | `config` | `cazier config` |
//! | `counters`, `officers`, `sessions`, `clients`, `registry`, `jobs` | what an operator keeps: offices and roll-out, staff, sessions, front ends of others, local registers, the queue |
//! | `keys` | `cazier keys` |
//! | `roles` | `cazier roles` |
//! | `audit` | `cazier audit`: whether the tamper-evident log is whole |
//! | `verify`, `verify_trust`, `verify_report` | `cazier verify`: checks a certificate offline |
//! | `sandbox`, `no_sandbox` | `cazier dev`; what a build without the sandbox says instead |

mod audit;
mod clients;
mod config;
mod counters;
mod jobs;
mod keys;
mod officers;
mod registry;
mod roles;
#[cfg_attr(not(feature = "sandbox"), path = "no_sandbox.rs")]
mod sandbox;
mod schema;
mod serve;
mod sessions;
mod signals;
mod verify;
mod verify_report;
mod verify_trust;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use diesel::{Connection, PgConnection};

use crate::config::{Config, Variable};
use crate::db::transport::{self, UNENCRYPTED};
use crate::error::chain;
use crate::person::Keyring;
use crate::server::app::StandIns;
use crate::server::assembly::Role;
use crate::server::openapi;
use crate::state::Serves;
use crate::telemetry::log_lines;
use crate::time::civil_date::CivilDate;
use crate::{audit as marks, db, statistics};

/// The error of a command, shown to the operator.
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
    Dev(sandbox::Dev),
    /// Serve the API (any number of nodes on one Postgres).
    #[command(after_help = settings())]
    Serve {
        #[command(flatten)]
        kind: sandbox::NodeKind,
        /// Leave background work to `cazier worker`.
        #[arg(long)]
        without_worker: bool,
        /// Serve a part of the API alone, with fewer keys and rights.
        #[arg(long, value_enum, value_name = "PART")]
        only: Option<Only>,
        /// If the schema is older than this version, wait for `cazier migrate` instead of exiting.
        #[arg(long)]
        wait_for_schema: bool,
    },
    /// Do background work only (any number, on any machine): mails and recurring jobs.
    #[command(after_help = settings())]
    Worker {
        #[command(flatten)]
        kind: sandbox::NodeKind,
        /// If the schema is older than this version, wait for `cazier migrate` instead of exiting.
        #[arg(long)]
        wait_for_schema: bool,
    },
    /// Show background work, and retry dead jobs. Needs only `DATABASE_URL`.
    Jobs {
        #[command(subcommand)]
        command: jobs::Command,
    },
    /// Import offices, and set since when each kind certifies identities.
    #[command(subcommand, after_help = settings())]
    Counters(counters::Command),
    /// Appoint and dismiss officers and operators.
    #[command(subcommand, after_help = settings())]
    Officers(officers::Command),
    /// End sessions of others.
    #[command(subcommand, after_help = settings())]
    Sessions(sessions::Command),
    /// Register front ends of others and relying parties' systems, and rotate their secrets.
    #[command(subcommand, after_help = settings())]
    Clients(clients::Command),
    /// Migrate the database at `DATABASE_URL` to this version.
    Migrate,
    /// Print, or set, what each role of the database may do.
    Roles(roles::Roles),
    /// Count the public figures again, from a day on. Needs only `DATABASE_URL`.
    RecountStatistics {
        /// First day, such as 2026-11-24.
        from: CivilDate,
    },
    /// Manage the local registers.
    Registry {
        #[command(subcommand)]
        command: registry::RegistryCommand,
    },
    /// Print the contract (OpenAPI 3.1).
    Openapi {
        #[command(flatten)]
        registry: sandbox::RegistryContract,
    },
    /// Verify a signature offline: whether it passes, who signed and when, and what is wrong with it.
    ///
    /// Exit code 0: it passes. 1: it does not, or cannot be judged.
    Verify(verify::Arguments),
    /// Generate, list and rotate the signing keys; encrypt data again under a new key.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Check the tamper-evident log.
    #[command(subcommand, after_help = settings())]
    Audit(audit::Command),
    /// Show the settings and their faults.
    #[command(subcommand, after_help = settings())]
    Config(config::Command),
    /// Print a new key for `CAZIER_SEALING_KEYS`, `CAZIER_INDEX_KEYS` or `CAZIER_LOG_KEYS`.
    GenerateKey,
}

/// A part of the API.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Only {
    /// Verification, the keys to check signatures with, and the log. Takes `CAZIER_BINDING_KEYS` and
    /// `CAZIER_LOG_PUBLIC_KEYS` instead of secrets, and does no background work.
    Verify,
}

impl Only {
    /// Returns the role of a node that serves this part, or everything.
    fn role(part: Option<Self>, stand_ins: Option<StandIns>, without_worker: bool) -> Role {
        let serves = part.map_or(Serves::Everything, |Self::Verify| Serves::Verification);
        Role { serves, stand_ins, works: part.is_none() && !without_worker }
    }
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "cazier: {}", chain(failure.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// Checks whether a command line parses; its first word is the program's name. Runs nothing: tests check the documents
/// with it.
///
/// # Errors
/// The fault, as the program would report it.
pub fn parses(words: &[&str]) -> Result<(), String> {
    Cli::try_parse_from(words).map(drop).map_err(|error| error.to_string())
}

fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Verify(arguments) => return verify::run(arguments),
        Command::Keys(command) => return keys::run(command, &configured()?),
        Command::Audit(command) => return audit::run(&configured()?, command),
        Command::Dev(dev) => dev.run()?,
        Command::Config(command) => return config::run(command),
        Command::Serve { kind, without_worker, only, wait_for_schema } => {
            let role = Only::role(*only, kind.stand_ins()?, *without_worker);
            serve::run(&config::of_node(role)?, role, *wait_for_schema)?;
        }
        Command::Worker { kind, wait_for_schema } => {
            let role = Role { serves: Serves::Nothing, stand_ins: kind.stand_ins()?, works: true };
            serve::run_worker(&config::of_node(role)?, role, *wait_for_schema)?;
        }
        Command::Jobs { command } => jobs::run(&configured()?, command)?,
        Command::Counters(command) => counters::run(&configured()?, command)?,
        Command::Officers(command) => officers::run(&configured()?, command)?,
        Command::Sessions(command) => sessions::run(&configured()?, command)?,
        Command::Clients(command) => clients::run(&configured()?, command)?,
        Command::Migrate => migrate(&configured()?)?,
        Command::Roles(roles) => roles.run()?,
        Command::RecountStatistics { from } => recount(&configured()?, *from)?,
        Command::GenerateKey => writeln!(std::io::stdout(), "{}", Keyring::generate_spec()?)?,
        Command::Registry { command } => registry::run(&configured()?, command)?,
        Command::Openapi { registry } => {
            let contract = registry.json()?.unwrap_or_else(openapi::contract_json);
            std::io::stdout().write_all(contract.as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the settings and sets up logging.
fn configured() -> Result<Config, Failure> {
    let config = Config::read()?;
    log_lines::begin(config.log_format, &config.log_filter);
    Ok(config)
}

fn migrate(config: &Config) -> Result<(), Failure> {
    let url = database_url(config)?;
    let versions = db::migrate::run(url)?;
    for version in &versions {
        log::info!("migrated: {version}");
    }
    if let [first, .., last] | [first @ last] = &versions[..] {
        let mut connection = connect(config)?;
        let now = sandbox::now(&mut connection)?;
        let detail = format!("{} migrations, {first} to {last}", versions.len());
        marks::record_command(&mut connection, "schema.migrated", detail, now)?;
    }
    Ok(())
}

fn recount(config: &Config, from: CivilDate) -> Result<(), Failure> {
    let mut connection = connect(config)?;
    let now = sandbox::now(&mut connection)?;
    let days = connection.transaction(|c| -> Result<usize, Failure> {
        let days = statistics::recount(c, from.day(), now)?;
        let detail = format!("{days} days from {} on", from.day());
        marks::record_command(c, "statistics.recounted", detail, now)?;
        Ok(days)
    })?;
    Ok(writeln!(std::io::stdout(), "{days} days were counted")?)
}

/// Opens a connection for a command.
fn connect(config: &Config) -> Result<PgConnection, Failure> {
    Ok(db::primary::establish(database_url(config)?)?)
}

/// Returns the address of the database. A command does not know yet whose it is, so it sends nothing unencrypted.
fn database_url(config: &Config) -> Result<&str, Failure> {
    let url = config.database_url.as_deref().ok_or("DATABASE_URL is not set")?;
    if !transport::is_private(url) {
        return Err(format!("DATABASE_URL: {UNENCRYPTED}").into());
    }
    Ok(url)
}

/// Formats the settings as a table for `--help`.
fn settings() -> String {
    let line = |v: &Variable| format!("  {:<28} {} [{}]\n", v.name, v.meaning, v.default);
    format!("Settings (environment, or lines of a file):\n{}", Variable::all().map(line).collect::<String>())
}
