//! Fills a local register from a CSV file of any length.
//!
//! The lines go by COPY, a few thousand in a transaction, into a table to come, with a count of how far the file was
//! read: an import that is interrupted goes on where it stood. When all of them lie there, one transaction makes that
//! table the register. Until then everybody reads the old one, afterwards everybody the new one.
//!
//! A register that lost its entries would call everybody clean, so a switch is refused when too many lines were, or when
//! the new register is much smaller than the old one.

mod columns;
mod file;
mod report;
mod rows;
mod staging;
mod values;

pub use columns::Register;

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;

use self::file::File;
use self::report::Report;
use self::rows::Rows;
use self::staging::Import;
use crate::db::Installation;
use crate::error::{Error, Result};
use crate::person::Keyring;

/// Lines of one transaction.
const CHUNK: usize = 5_000;

/// What is imported, and how careful one is.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Which register.
    pub register: Register,
    /// The file.
    pub file: &'a Path,
    /// Where refused lines are told, by number and rule, free of personal data.
    pub report: &'a Path,
    /// Forget an import of another file that stands half done.
    pub restart: bool,
    /// Of a thousand lines so many may be refused.
    pub refused_per_mille: u64,
    /// Switch even if the new register has less than nine tenths of the old one's rows.
    pub may_shrink: bool,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub bytes: u64,
    /// Lines that were read.
    pub lines: i64,
    /// Of those, refused.
    pub refused: i64,
}

/// What came of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Lines that were read.
    pub lines: i64,
    /// Rows of the register now.
    pub rows: i64,
    /// Lines that were refused.
    pub refused: i64,
    /// Lines that an earlier, interrupted run had read.
    pub resumed_at: i64,
}

/// Why nothing was switched; what was loaded stays, and the same command goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file or the report.
    #[error("{0}")]
    File(#[from] io::Error),
    /// Not a file of this register.
    #[error("the first line must name the columns, in this order: {0}")]
    Header(String),
    /// Nobody would be found in what was imported.
    #[error("CAZIER_INDEX_KEYS is not the key that the nodes of this database find people by")]
    ForeignKeys,
    /// Another import of the same register stands half done.
    #[error(
        "an import of another file stands half done: finish that one, or give --restart to begin with this one"
    )]
    AnotherFile,
    /// Too many lines were refused.
    #[error(
        "{refused} of {lines} lines were refused, more than allowed: nothing was switched (see the report)"
    )]
    TooManyRefused {
        /// Lines that were refused.
        refused: i64,
        /// All lines.
        lines: i64,
    },
    /// The new register is much smaller.
    #[error("the new register has {new} rows, the one in force {old}: give --may-shrink if that is right")]
    Shrunk {
        /// Rows to come.
        new: i64,
        /// Rows in force.
        old: i64,
    },
    /// The database.
    #[error("the database: {0}")]
    Database(Error),
}

impl From<Error> for ImportError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Imports a file, and makes it the register.
///
/// # Errors
/// See [`ImportError`].
pub fn run(
    connection: &mut PgConnection,
    keyring: &Keyring,
    plan: &Plan<'_>,
    now: DateTime<Utc>,
    mut told: impl FnMut(Progress),
) -> Result<Summary, ImportError> {
    if !Installation::is_found_by(connection, keyring).map_err(Error::from)? {
        return Err(ImportError::ForeignKeys);
    }
    let mut file = File::open(plan.file, plan.register)?;
    let mut import = Import::begin(connection, plan, file.digest(), file.length(), now)?;
    let resumed_at = import.lines;
    let mut report = Report::open(plan.report, import.report_bytes)?;
    file.skip(resumed_at)?;
    loop {
        let chunk = file.read(CHUNK, plan.register)?;
        if chunk.lines == 0 {
            break;
        }
        chunk.refused.iter().try_for_each(|refusal| report.add(refusal))?;
        let rows = Rows::seal(keyring, chunk.records)?;
        import.lines += chunk.lines;
        import.loaded += rows.count();
        import.refused += i64::try_from(chunk.refused.len()).unwrap_or(i64::MAX);
        import.report_bytes = report.flushed()?;
        connection.transaction(|connection| import.load(connection, &rows))?;
        told(Progress { bytes: chunk.ends_at, lines: import.lines, refused: import.refused });
    }
    let rows = switch(connection, plan, &import, now)?;
    Ok(Summary { lines: import.lines, rows, refused: import.refused, resumed_at })
}

fn switch(
    connection: &mut PgConnection,
    plan: &Plan<'_>,
    import: &Import,
    now: DateTime<Utc>,
) -> Result<i64, ImportError> {
    let allowed =
        import.lines.saturating_mul(i64::try_from(plan.refused_per_mille).unwrap_or(i64::MAX)) / 1000;
    if import.refused > allowed {
        return Err(ImportError::TooManyRefused { refused: import.refused, lines: import.lines });
    }
    let (new, old) = Import::prepare(connection, plan.register)?;
    if !plan.may_shrink && new.saturating_mul(10) < old.saturating_mul(9) {
        return Err(ImportError::Shrunk { new, old });
    }
    connection.transaction(|connection| import.switch(connection, plan.register, now))?;
    Ok(new)
}
