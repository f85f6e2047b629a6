//! `cazier keys rotate-index`: makes the keyed hashes anew that older keys have made.

use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Duration;

use diesel::PgConnection;

use super::super::{Failure, connect, sandbox};
use crate::audit;
use crate::config::Config;
use crate::db::rehashing::Holder;
use crate::index_keys::{self, Progress, RotationError};
use crate::person::Keyring;

/// Rows between two lines about the same part.
const TELL_EVERY: usize = 100_000;

/// Runs until nothing older is left; shows each part when it is done, and how far a long one is.
///
/// # Errors
/// Fails if a key or the database is missing, if nodes do not let go of it, or if the role may not change the hashes.
pub(super) fn rotate(config: &Config, wait: Duration) -> Result<ExitCode, Failure> {
    let encryption = config.sealing_keys.as_deref().ok_or("CAZIER_SEALING_KEYS is not set")?;
    let index = config.index_keys.as_deref().ok_or("CAZIER_INDEX_KEYS is not set")?;
    let keyring = Keyring::parse(encryption, index)?;
    let mut connection = connect(config)?;
    // What is another installation's gets no mark in its log.
    index_keys::recognize(&mut connection, &keyring)?;
    let chain = keyring.index_chain();
    let older = chain.older().iter().map(u8::to_string).collect::<Vec<_>>().join(" ");
    let asked = format!("key {} in front of {older}", chain.newest());
    mark(&mut connection, "index_keys.rotation_asked", asked)?;
    let (mut out, mut told) = (std::io::stdout().lock(), 0);
    let parts = index_keys::run(&mut connection, &keyring, wait, |progress| {
        if progress.left.is_some() || progress.renewed >= told + TELL_EVERY {
            told = if progress.left.is_some() { 0 } else { progress.renewed };
            // Nobody listens any more: the work goes on.
            let _ = writeln!(out, "{}", line(progress));
        }
        ControlFlow::Continue(())
    });
    let parts = match parts {
        Err(RotationError::InUse(holders)) => {
            show(&mut out, &holders)?;
            return Err(RotationError::InUse(holders).into());
        }
        parts => parts?,
    };
    let newest = chain.newest();
    let left: usize = parts.iter().filter_map(|part| part.left).sum();
    let renewed: usize = parts.iter().map(|part| part.renewed).sum();
    let ended = format!("{renewed} rows under key {newest}, {left} left under older ones");
    mark(&mut connection, "index_keys.rotation_ended", ended)?;
    if left > 0 {
        writeln!(out, "{left} rows are left under older keys, and no node is admitted: run this again")?;
        return Ok(ExitCode::FAILURE);
    }
    let what = if parts.is_empty() { "nothing was to be done: " } else { "" };
    writeln!(
        out,
        "{what}all hashes are by key {newest}: the nodes with this list are admitted; its older keys stay behind it for good"
    )?;
    Ok(ExitCode::SUCCESS)
}

fn mark(connection: &mut PgConnection, action: &str, detail: String) -> Result<(), Failure> {
    let now = sandbox::now(connection)?;
    Ok(audit::record_command(connection, action, detail, now)?)
}

/// Shows who still looks rows up.
fn show(out: &mut impl Write, holders: &[Holder]) -> std::io::Result<()> {
    holders.iter().try_for_each(|holder| {
        let (role, application) = (holder.role.as_deref(), holder.application.as_deref());
        let (role, application) = (role.unwrap_or("?"), application.unwrap_or("?"));
        writeln!(out, "process {} of the server: {role}, {application}", holder.pid)
    })
}

fn line(progress: &Progress) -> String {
    let Progress { part, renewed, unfit, left } = progress;
    let unfit = match unfit {
        0 => String::new(),
        unfit => format!(", of which {unfit} were not intact before and are not now"),
    };
    match left {
        None => format!("{part}: {renewed} made anew so far{unfit}"),
        Some(0) => format!("{part}: {renewed} made anew{unfit}"),
        Some(left) => format!("{part}: {renewed} made anew{unfit}, {left} left"),
    }
}
