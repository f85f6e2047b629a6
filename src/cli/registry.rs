//! `cazier registry import`: fills a local register from a file.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::sandbox::now;
use super::{Failure, connect};
use crate::config::Config;
use crate::person::Keyring;
use crate::registry::Register;
use crate::registry::bulk::{self, Plan, Progress};
use crate::server::assembly::StartError;

#[derive(Subcommand)]
pub(super) enum RegistryCommand {
    /// Replace a local register by a CSV file (RFC 4180, UTF-8): as a whole, in one step, or not at all.
    Import(Import),
}

#[derive(Args)]
pub(super) struct Import {
    /// The file; its first line names the columns.
    file: PathBuf,
    /// The register.
    #[arg(long, value_enum, default_value_t = Register::CriminalRecords)]
    register: Register,
    /// Where refused lines are reported, by number and rule [default: FILE.refused.csv]
    #[arg(long, value_name = "PATH")]
    report: Option<PathBuf>,
    /// Discard what an interrupted import has loaded.
    #[arg(long)]
    restart: bool,
    /// The expected number of rows; required if the register would become empty or smaller. Best asked from whoever
    /// made the file.
    #[arg(long, value_name = "N")]
    expect_rows: Option<i64>,
    /// When the content of the file was current, in RFC 3339 [default: when the file was last written]
    #[arg(long, value_name = "TIME")]
    as_of: Option<DateTime<Utc>>,
    /// Import the file even if the current register is newer.
    #[arg(long)]
    older: bool,
}

pub(super) fn run(config: &Config, command: &RegistryCommand) -> Result<(), Failure> {
    match command {
        RegistryCommand::Import(import) => run_import(config, import),
    }
}

fn run_import(config: &Config, import: &Import) -> Result<(), Failure> {
    let encryption = config.sealing_keys.as_deref().ok_or(StartError::Missing("CAZIER_SEALING_KEYS"))?;
    let index = config.index_keys.as_deref().ok_or(StartError::Missing("CAZIER_INDEX_KEYS"))?;
    let keyring = Keyring::parse(encryption, index)?;
    let report = import.report.clone().unwrap_or_else(|| report_of(&import.file));
    let mut connection = connect(config)?;
    let now = now(&mut connection)?;
    let plan = Plan {
        register: import.register,
        file: &import.file,
        report: &report,
        restart: import.restart,
        expected_rows: import.expect_rows,
        as_of: import.as_of.unwrap_or(written_at(&import.file)?.min(now)),
        older: import.older,
    };
    let bar = bar(std::fs::metadata(&import.file)?.len())?;
    let told = |progress: Progress| {
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} records, {} refused", progress.records, progress.refused));
    };
    let summary = bulk::run(&mut connection, &keyring, &plan, now, told)?;
    bar.finish_and_clear();
    log::info!(
        "imported {}: {} lines, {} records (from {} on in this run), {} rows in force, {} records refused, reported in {}",
        import.file.display(),
        summary.lines,
        summary.records,
        summary.resumed_at,
        summary.rows,
        summary.refused,
        report.display(),
    );
    Ok(())
}

/// Returns when the file was last written: importing an old file today does not make it new.
fn written_at(file: &std::path::Path) -> std::io::Result<DateTime<Utc>> {
    Ok(std::fs::metadata(file)?.modified()?.into())
}

fn report_of(file: &std::path::Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".refused.csv");
    name.into()
}

/// Makes a progress bar, shown only on a terminal.
fn bar(length: u64) -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("{bar:40} {percent}% {msg} {elapsed}, {eta} to go")?;
    Ok(ProgressBar::new(length).with_style(style))
}
