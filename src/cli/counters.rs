//! `cazier counters`: the offices, and the roll-out.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, Utc};
use clap::Subcommand;
use diesel::{Connection, PgConnection};

use super::{Failure, connect, progress};
use crate::config::Config;
use crate::error::Result as HouseResult;
use crate::offices::import::{self, COLUMNS, Refused};
use crate::offices::{Kind, Office, store};

/// What to do with the offices.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Take offices over from a CSV file (UTF-8) with the columns code, kind, name, county, locality, address,
    /// programme, phone. A known code is brought up to date.
    Import {
        /// The file.
        file: PathBuf,
        /// Close the offices that the file does not name.
        #[arg(long)]
        close_missing: bool,
    },
    /// Set since when a kind of office certifies identities.
    Phase {
        /// The kind.
        kind: Kind,
        /// The first day, YYYY-MM-DD; left out, the kind does not certify.
        since: Option<NaiveDate>,
    },
}

/// Runs the command.
pub(super) fn run(config: &Config, command: &Command) -> Result<(), Failure> {
    let mut connection = connect(config)?;
    match command {
        Command::Import { file, close_missing } => import(&mut connection, file, *close_missing),
        Command::Phase { kind, since } => Ok(store::set_phase(&mut connection, *kind, *since)?),
    }
}

/// All good lines become true together; the refused ones are reported, and make the command fail.
fn import(connection: &mut PgConnection, path: &Path, close_missing: bool) -> Result<(), Failure> {
    let now = Utc::now();
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let bar = progress::over_bytes(file.metadata()?.len());
    let (offices, refused): (Vec<_>, Vec<_>) =
        import::read(bar.wrap_read(file), now).partition(Result::is_ok);
    bar.finish_and_clear();
    let offices: Vec<Office> = offices.into_iter().flatten().collect();
    let refused: Vec<Refused> = refused.into_iter().filter_map(Result::err).collect();
    let close = close_missing && refused.is_empty();
    let closed = connection.transaction(|connection| -> HouseResult<usize> {
        offices.iter().try_for_each(|office| store::upsert(connection, office))?;
        if close { store::close_older(connection, now) } else { Ok(0) }
    })?;
    report(&refused)?;
    writeln!(std::io::stdout(), "{} offices taken over, {closed} closed", offices.len())?;
    match refused.len() {
        0 => Ok(()),
        count => Err(format!("{count} lines were refused; the file needs the columns {COLUMNS}").into()),
    }
}

fn report(refused: &[Refused]) -> Result<(), Failure> {
    let mut out = std::io::stderr().lock();
    for Refused { line, column, rule } in refused {
        writeln!(out, "line {line} {column}: {} ({})", rule.en, rule.code)?;
    }
    Ok(())
}
