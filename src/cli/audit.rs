//! `cazier audit`: whether the tamper-evident log is whole, and the keys that sign it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::Utc;
use clap::{Args, Subcommand};

use super::{Failure, connect};
use crate::config::Config;
use crate::log::whole::{self, Expected, Report};
use crate::log::{Checkpoint, LogKeys, NoteKey};
use crate::person::Keyring;
use crate::state::Addresses;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Check that nothing that was logged was changed, removed or reordered, and that everything is logged.
    ///
    /// Reads the database alone. Exit code 0: the log is whole. 1: it is not, or cannot be checked.
    Verify(Verify),
    /// Print the public keys of the log, as witnesses and monitors are given them.
    Key,
}

#[derive(Args)]
pub(super) struct Verify {
    /// A checkpoint that was saved earlier (`GET /v1/log/checkpoint`): the log must begin as it says. May be repeated.
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
    /// A public key that `cazier audit key` printed; then only `DATABASE_URL` is needed. May be repeated. By default,
    /// the keys of the settings.
    #[arg(long, value_name = "KEY", value_parser = key)]
    key: Vec<NoteKey>,
    /// The numbers of the leaves that are known to be erased, comma separated: no other may lack its salt.
    #[arg(long, value_name = "LEAVES", value_delimiter = ',')]
    erased: Vec<u64>,
    /// Save the newest checkpoint here if the log is whole, for the next time.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

fn key(text: &str) -> Result<NoteKey, &'static str> {
    NoteKey::parse(text).ok_or("not a key as `cazier audit key` prints one")
}

pub(super) fn run(config: &Config, command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Verify(arguments) => verify(config, arguments),
        Command::Key => print_keys(config),
    }
}

fn verify(config: &Config, arguments: &Verify) -> Result<ExitCode, Failure> {
    let keys = if arguments.key.is_empty() { Some(log_keys(config)?) } else { None };
    let open = |note: &str| match &keys {
        Some(keys) => keys.open(note),
        None => arguments.key.iter().find_map(|key| Checkpoint::open_by(note, key)),
    };
    let saved = |path: &PathBuf| -> Result<_, Failure> {
        let note = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let opened = open(&note)
            .ok_or_else(|| format!("{}: not a checkpoint that a trusted key has signed", path.display()))?;
        Ok(opened.head)
    };
    let saved = arguments.since.iter().map(saved).collect::<Result<Vec<_>, _>>()?;
    let expected = Expected { open: &open, saved: &saved, erased: &arguments.erased, now: Utc::now() };
    let report = whole::check(&mut connect(config)?, &expected)?;
    tell(&report)?;
    if !report.is_whole() {
        return Ok(ExitCode::FAILURE);
    }
    if let (Some(path), Some(note)) = (&arguments.save, &report.newest) {
        save(path, note)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Replaces a file as a whole: a half-written checkpoint would be worth nothing.
fn save(path: &Path, note: &str) -> Result<(), Failure> {
    let beside = path.with_extension("new");
    fs::write(&beside, note)?;
    Ok(fs::rename(&beside, path)?)
}

fn tell(report: &Report) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    for fault in &report.faults {
        writeln!(out, "{fault}")?;
    }
    if report.fault_count > report.faults.len() {
        writeln!(out, "… and {} more", report.fault_count - report.faults.len())?;
    }
    let Report { leaves, checkpoints, erased, waiting, .. } = report;
    writeln!(out, "{leaves} leaves, {checkpoints} checkpoints, {erased} erased, {waiting} waiting")?;
    let verdict = if report.is_whole() { "the log is whole" } else { "THE LOG IS NOT WHOLE" };
    Ok(writeln!(out, "{verdict}")?)
}

fn print_keys(config: &Config) -> Result<ExitCode, Failure> {
    let keys = log_keys(config)?;
    for key in keys.public(&keys.origin(&mut connect(config)?)?) {
        writeln!(std::io::stdout(), "{key}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the keys of the settings.
fn log_keys(config: &Config) -> Result<LogKeys, Failure> {
    let index = config.index_keys.as_deref().ok_or("CAZIER_INDEX_KEYS is not set")?;
    let keyring = Keyring::parse(index, index)?;
    let api = Addresses::of(config)?.api;
    let (list, origin) = (config.log_keys.as_deref(), config.log_origin.as_deref());
    LogKeys::of(list, origin, &keyring, &api).ok_or_else(|| "CAZIER_LOG_KEYS, CAZIER_LOG_ORIGIN".into())
}
