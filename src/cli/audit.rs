//! `cazier audit`: whether the tamper-evident log is whole, and the keys that sign it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::sandbox::now;
use super::{Failure, connect};
use crate::config::Config;
use crate::db::Installation;
use crate::log::whole::{self, Expected, Report};
use crate::log::{Checkpoint, LogKeys, Memory, NoteKey, Signed, accept};
use crate::person::Keyring;
use crate::state::Addresses;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Check that nothing that was logged was changed, removed or reordered, and that everything is logged.
    ///
    /// Reads the database, and what this machine remembers of the log (CAZIER_LOG_MEMORY). Exit code 0: nothing was found.
    /// 1: something was, or the log cannot be checked.
    Verify(Verify),
    /// After a restore: go on with the log that is in the database, although a larger or another one was signed.
    ///
    /// For each folder of CAZIER_LOG_MEMORY once, while its process is stopped. The log needs a new name first
    /// (CAZIER_LOG_ORIGIN).
    AcceptRestore,
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
        Command::AcceptRestore => accept_restore(config),
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
    let mut saved = arguments.since.iter().map(saved).collect::<Result<Vec<_>, _>>()?;
    saved.extend(remembered(config)?.map(|signed| signed.checkpoint.head));
    let mut connection = connect(config)?;
    let now = now(&mut connection)?;
    let keyring = config.index_keys.as_deref().map(|index| Keyring::parse(index, index)).transpose()?;
    if whole::needs_index_keys(&mut connection)? {
        let why = "CAZIER_INDEX_KEYS is not set, and without it nobody can tell what was logged of rows whose hashes \
            `cazier keys rotate-index` made anew";
        Installation::recognize_if_claimed(&mut connection, keyring.as_ref().ok_or(why)?)?;
    }
    let chain = keyring.as_ref().map(Keyring::index_chain);
    let (saved, erased) = (&saved[..], &arguments.erased[..]);
    let expected = Expected { open: &open, chain, saved, erased, now };
    let report = whole::check(&mut connection, &expected)?;
    tell(&report, !saved.is_empty())?;
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

/// Reads what this machine remembers of the log.
fn remembered(config: &Config) -> Result<Option<Signed>, Failure> {
    let Some(folder) = &config.log_memory else { return Ok(None) };
    Ok(Memory::read(folder).map_err(|error| format!("CAZIER_LOG_MEMORY: {}: {error}", folder.display()))?)
}

fn tell(report: &Report, is_compared: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    for fault in &report.faults {
        writeln!(out, "{fault}")?;
    }
    if report.fault_count > report.faults.len() {
        writeln!(out, "… and {} more", report.fault_count - report.faults.len())?;
    }
    let Report { leaves, checkpoints, erased, waiting, .. } = report;
    writeln!(out, "{leaves} leaves, {checkpoints} checkpoints, {erased} erased, {waiting} waiting")?;
    Ok(writeln!(out, "{}", verdict(report, is_compared))?)
}

/// Says what was proved, and what was not.
const fn verdict(report: &Report, is_compared: bool) -> &'static str {
    match (report.is_whole(), is_compared) {
        (false, _) => "THE LOG IS NOT WHOLE",
        (true, true) => "the log is whole, since the earlier checkpoints with which it was compared",
        (true, false) => {
            "no fault was found, but NO EARLIER CHECKPOINT WAS COMPARED: a log that was written anew would look the same \
             (--since, CAZIER_LOG_MEMORY)"
        }
    }
}

fn accept_restore(config: &Config) -> Result<ExitCode, Failure> {
    let folder = config.log_memory.as_ref().ok_or("CAZIER_LOG_MEMORY is not set")?;
    let signed = remembered(config)?.ok_or("nothing is remembered there: there is nothing to accept")?;
    let keys = log_keys(config)?;
    let is_renamed = config.log_origin.as_ref().is_some_and(|name| *name != signed.checkpoint.origin);
    let mut connection = connect(config)?;
    let now = now(&mut connection)?;
    let accepted = accept::restore(&mut connection, &keys, (&signed, is_renamed), now)?;
    Memory::replace(folder, &signed, accepted.as_ref())?;
    let size = accepted.map_or(0, |accepted| accepted.checkpoint.head.size);
    let before = signed.checkpoint.head.size;
    writeln!(std::io::stdout(), "the log goes on from {size} leaves; {before} were signed before")?;
    Ok(ExitCode::SUCCESS)
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
