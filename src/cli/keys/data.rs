//! `cazier keys rotate-data`: encrypts what older keys have encrypted again.

use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use super::super::{Failure, connect, sandbox};
use crate::audit;
use crate::config::Config;
use crate::data_keys::{self, Progress};
use crate::db::Installation;
use crate::person::Keyring;

/// Renewed values between two lines about the same part.
const TELL_EVERY: usize = 10_000;

/// Runs until nothing older is left; shows each part when it is done, and how far a long one is.
///
/// # Errors
/// Fails if a key or the database is missing, or if the role may not change what is encrypted.
pub(super) fn rotate(config: &Config) -> Result<ExitCode, Failure> {
    let encryption = config.sealing_keys.as_deref().ok_or("CAZIER_SEALING_KEYS is not set")?;
    let index = config.index_keys.as_deref().ok_or("CAZIER_INDEX_KEYS is not set")?;
    let keyring = Keyring::parse(encryption, index)?;
    let mut connection = connect(config)?;
    Installation::recognize(&mut connection, &keyring)?;
    let id = keyring.encryption_key();
    let keys = keyring.encryption_keys().iter().map(u8::to_string).collect::<Vec<_>>().join(" ");
    let now = sandbox::now(&mut connection)?;
    audit::record_command(&mut connection, "data_keys.rotation_begun", format!("keys {keys}"), now)?;
    let (mut out, mut told) = (std::io::stdout().lock(), 0);
    let parts = data_keys::run(&mut connection, &keyring, |progress| {
        if progress.left.is_some() || progress.renewed >= told + TELL_EVERY {
            told = if progress.left.is_some() { 0 } else { progress.renewed };
            // Nobody listens any more: the work goes on.
            let _ = writeln!(out, "{}", line(progress));
        }
        ControlFlow::Continue(())
    })?;
    let left: usize = parts.iter().filter_map(|part| part.left).sum();
    let renewed: usize = parts.iter().map(|part| part.renewed).sum();
    let detail = format!("{renewed} values under key {id}, {left} left under older ones");
    let now = sandbox::now(&mut connection)?;
    audit::record_command(&mut connection, "data_keys.rotation_ended", detail, now)?;
    if left > 0 {
        writeln!(out, "{left} values are left under older keys: keep these, and run this again")?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(
        out,
        "everything is under key {id}: once each node begins with it, the older keys can be taken away"
    )?;
    Ok(ExitCode::SUCCESS)
}

fn line(progress: &Progress) -> String {
    let Progress { part, renewed, unreadable, left } = progress;
    match left {
        None => format!("{part}: {renewed} renewed so far"),
        Some(0) => format!("{part}: {renewed} renewed"),
        Some(left) => format!("{part}: {renewed} renewed, {left} left, of which {unreadable} cannot be read"),
    }
}
