//! `cazier registry import`: fills a local register from a file.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::Utc;
use clap::{Args, Subcommand, ValueEnum};
use diesel::{Connection, PgConnection};
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use crate::assembly::StartError;
use crate::config::Config;
use crate::person::Keyring;
use crate::registry::bulk::{self, Plan, Progress};

#[derive(Subcommand)]
pub(super) enum RegistryCommand {
    /// Make the lines of a CSV file the local register: all of them in one step, or none.
    Import(Import),
}

#[derive(Args)]
pub(super) struct Import {
    /// The file; its first line names the columns.
    file: PathBuf,
    /// Which register it fills.
    #[arg(long, value_enum, default_value_t = Register::CriminalRecords)]
    register: Register,
    /// Where refused lines are told by number and rule [default: FILE.refused.csv]
    #[arg(long, value_name = "PATH")]
    report: Option<PathBuf>,
    /// Forget an import of another file that stands half done.
    #[arg(long)]
    restart: bool,
    /// Of a thousand lines so many may be refused.
    #[arg(long, value_name = "N", default_value_t = 10)]
    refused_per_mille: u64,
    /// Switch even if the new register is smaller than the old one by more than a tenth.
    #[arg(long)]
    may_shrink: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Register {
    CriminalRecords,
    CivilStatus,
    Companies,
    CompanyCriminalRecords,
}

pub(super) fn run(config: &Config, command: &RegistryCommand) -> Result<(), Failure> {
    match command {
        RegistryCommand::Import(import) => run_import(config, import),
    }
}

fn run_import(config: &Config, import: &Import) -> Result<(), Failure> {
    let url = config.database_url.as_deref().ok_or(StartError::Missing("DATABASE_URL"))?;
    let sealing = config.sealing_keys.as_deref().ok_or(StartError::Missing("CAZIER_SEALING_KEYS"))?;
    let index = config.index_keys.as_deref().ok_or(StartError::Missing("CAZIER_INDEX_KEYS"))?;
    let keyring = Keyring::parse(sealing, index)?;
    let report = import.report.clone().unwrap_or_else(|| report_of(&import.file));
    let plan = Plan {
        register: match import.register {
            Register::CriminalRecords => bulk::Register::CriminalRecords,
            Register::CivilStatus => bulk::Register::CivilStatus,
            Register::Companies => bulk::Register::Companies,
            Register::CompanyCriminalRecords => bulk::Register::CompanyCriminalRecords,
        },
        file: &import.file,
        report: &report,
        restart: import.restart,
        refused_per_mille: import.refused_per_mille,
        may_shrink: import.may_shrink,
    };
    let bar = bar(std::fs::metadata(&import.file)?.len())?;
    let mut connection = PgConnection::establish(url)?;
    let told = |progress: Progress| {
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} lines, {} refused", progress.lines, progress.refused));
    };
    let summary = bulk::run(&mut connection, &keyring, &plan, Utc::now(), told)?;
    bar.finish_and_clear();
    log::info!(
        "imported {}: {} lines (from {} on in this run), {} rows in force, {} refused, told in {}",
        import.file.display(),
        summary.lines,
        summary.resumed_at,
        summary.rows,
        summary.refused,
        report.display(),
    );
    Ok(())
}

fn report_of(file: &std::path::Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".refused.csv");
    name.into()
}

/// Shown where a person watches, and nowhere else.
fn bar(length: u64) -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("{bar:40} {percent}% {msg} {elapsed}, {eta} to go")?;
    Ok(ProgressBar::new(length).with_style(style))
}
