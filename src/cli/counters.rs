//! `cazier counters`: the offices, and the roll-out.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use diesel::{Connection, PgConnection};

use super::sandbox::now;
use super::{Failure, connect};
use crate::audit;
use crate::config::Config;
use crate::error::{Context, Result as HouseResult};
use crate::offices::import::{self, COLUMNS, Refused};
use crate::offices::{OfficeKind, store};
use crate::time::civil_date::CivilDate;

/// What to do with offices.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Import offices from a CSV file (UTF-8) with the columns code, kind, name, county, locality, address, programme,
    /// phone. Updates offices with a known code.
    Import {
        /// The file (RFC 4180); imported as a whole or not at all.
        file: PathBuf,
        #[command(flatten)]
        plan: Plan,
    },
    /// Set the day from which a kind of office certifies identities.
    Phase {
        /// The kind.
        kind: OfficeKind,
        /// The first day, YYYY-MM-DD; if left out, the kind does not certify.
        since: Option<CivilDate>,
    },
}

/// Options of an import.
#[derive(Args)]
pub(super) struct Plan {
    /// Close the offices that the file does not list.
    #[arg(long, requires = "expect_rows")]
    close_missing: bool,
    /// The number of offices in the file; required to close others.
    #[arg(long, value_name = "N")]
    expect_rows: Option<usize>,
}

/// Runs the command.
pub(super) fn run(config: &Config, command: &Command) -> Result<(), Failure> {
    let mut connection = connect(config)?;
    match command {
        Command::Import { file, plan } => import(&mut connection, file, plan),
        Command::Phase { kind, since } => set_phase(&mut connection, *kind, *since),
    }
}

/// Sets the first day of a kind, and records it.
fn set_phase(
    connection: &mut PgConnection,
    kind: OfficeKind,
    since: Option<CivilDate>,
) -> Result<(), Failure> {
    let now = now(connection)?;
    let since = since.map(CivilDate::day);
    let day = since.map_or_else(|| String::from("none"), |day| day.to_string());
    connection.transaction(|c| -> HouseResult<()> {
        store::set_phase(c, kind, since)?;
        audit::record_command(c, "office_phase.set", format!("{}: {day}", kind.as_str()), now)
    })?;
    Ok(())
}

/// Imports all lines in one transaction, or none.
fn import(connection: &mut PgConnection, path: &Path, plan: &Plan) -> Result<(), Failure> {
    let now = now(connection)?;
    let file = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let offices = match import::read(&file, now) {
        Ok(offices) => offices,
        Err(refused) => {
            report(&refused)?;
            let count = refused.len();
            let why = format!(
                "{count} lines were refused, so nothing was imported; the file needs the columns {COLUMNS}"
            );
            return Err(why.into());
        }
    };
    let rows = offices.len();
    if rows == 0 && plan.expect_rows != Some(0) {
        return Err("the file has no office; if that is right, use --expect-rows 0".into());
    }
    if let Some(expected) = plan.expect_rows.filter(|&expected| expected != rows) {
        return Err(format!("the file has {rows} offices, but --expect-rows says {expected}").into());
    }
    let closed = connection
        .transaction(|connection| -> HouseResult<usize> {
            offices.iter().try_for_each(|office| store::upsert(connection, office))?;
            let closed = if plan.close_missing { store::close_older(connection, now)? } else { 0 };
            audit::record_command(connection, "offices.imported", format!("{rows}, {closed} closed"), now)?;
            Ok(closed)
        })
        .context("storing the offices")?;
    Ok(writeln!(std::io::stdout(), "{rows} offices imported, {closed} closed")?)
}

fn report(refused: &[Refused]) -> Result<(), Failure> {
    let mut out = std::io::stderr().lock();
    for Refused { line, column, rule } in refused {
        writeln!(out, "line {line} {column}: {} ({})", rule.en, rule.code)?;
    }
    Ok(())
}
