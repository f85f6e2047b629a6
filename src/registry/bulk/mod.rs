//! Fills a local register from a CSV file of any length.
//!
//! Rows are copied into a staging table, a few thousand in a transaction, with a count of how far the file was read: an
//! import that is interrupted goes on where it stood. When all of them lie there, one transaction makes that table the
//! register. Until then everybody reads the old one, afterwards everybody the new one.
//!
//! Who does not stand in the criminal records is certified to have none. So a file is taken whole or not at all
//! (`csv_file`); a line that breaks a rule still says that its subject is known, and is kept as such; a line whose subject
//! cannot be read fails the import; and a register that would be empty or smaller than before asks for the number of
//! its rows.

mod columns;
#[cfg(test)]
pub(crate) mod doors;
mod file;
mod report;
mod rows;
mod staging;
mod values;

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;

use self::file::File;
use self::report::Report;
use self::rows::Rows;
use self::staging::Import;
use super::Register;
use super::holding::Holding;
use crate::db::Installation;
use crate::error::{Error, Result};
use crate::person::Keyring;
use crate::text::csv_file::Defect;

/// Records of one transaction.
const CHUNK: usize = 5_000;

/// What is imported, and what is known of it.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Which register.
    pub register: Register,
    /// The file.
    pub file: &'a Path,
    /// Where refused lines are reported, by number and rule, free of personal data.
    pub report: &'a Path,
    /// Forget what was loaded by an import that was interrupted.
    pub restart: bool,
    /// How many rows the register is to have; without it an import that empties or shrinks it is refused.
    pub expected_rows: Option<i64>,
    /// The moment at which the content of the file was right.
    pub as_of: DateTime<Utc>,
    /// Take it even if the register in force is newer.
    pub older: bool,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub bytes: u64,
    /// Records that were read.
    pub records: i64,
    /// Of those, refused.
    pub refused: i64,
}

/// What came of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Physical lines of the file, the header among them.
    pub lines: u64,
    /// Records, the header not among them.
    pub records: i64,
    /// Rows of the register now.
    pub rows: i64,
    /// Records that were refused, and of which the subject alone is kept.
    pub refused: i64,
    /// Records that an earlier, interrupted run had read.
    pub resumed_at: i64,
}

/// Why nothing was switched.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file or the report.
    #[error("{0}")]
    File(#[from] io::Error),
    /// The file is not CSV to its end.
    #[error("the file is refused as a whole: {0}")]
    Defect(Defect),
    /// Not a file of this register.
    #[error("the first line must name the columns, in this order: {0}")]
    Header(String),
    /// Somebody wrote to the file while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// Nobody would be found in what was imported.
    #[error("CAZIER_INDEX_KEYS is not the key that the nodes of this database find people by")]
    ForeignKeys,
    /// Content that is not right yet.
    #[error("--as-of lies in the future")]
    Future,
    /// Somebody else imports the same register at this moment.
    #[error("another import of this register is under way")]
    UnderWay,
    /// The staging table does not hold what was loaded into it.
    #[error("the staging table has {found} rows and {loaded} were loaded: give --restart")]
    Lost {
        /// Rows that are there.
        found: i64,
        /// Rows that were loaded.
        loaded: i64,
    },
    /// The register in force is newer than the file.
    #[error(
        "the register in force is of {in_force}, the file of {as_of}: if the older one is right, give --older"
    )]
    Older {
        /// Of the file.
        as_of: DateTime<Utc>,
        /// Of the register.
        in_force: DateTime<Utc>,
    },
    /// Another import of the same register was interrupted.
    #[error(
        "an import of another file was interrupted: finish that one, or give --restart to begin with this one"
    )]
    AnotherFile,
    /// The register means somebody, and nobody can say whom.
    #[error(
        "of {0} records not even the CNP or CUI can be read, and whoever they are about would look clean (see the report)"
    )]
    Nameless(i64),
    /// The new register is empty, or smaller than the one in force.
    #[error(
        "the new register has {new} rows, the one in force {old}: if that is right, give --expect-rows {new}"
    )]
    Shrunk {
        /// Rows to come.
        new: i64,
        /// Rows in force.
        old: i64,
    },
    /// Another number of rows than the operator knows of.
    #[error("the new register has {new} rows, and --expect-rows says {expected}")]
    Unexpected {
        /// Rows to come.
        new: i64,
        /// Rows that were expected.
        expected: i64,
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
/// See [`ImportError`]. Nothing is switched then; what was loaded of a file that is good so far stays, and the same
/// command goes on with it.
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
    if plan.as_of > now {
        return Err(ImportError::Future);
    }
    let in_force = Holding::find(connection, plan.register)?.map(|holding| holding.as_of);
    if let Some(in_force) = in_force.filter(|&in_force| plan.as_of < in_force && !plan.older) {
        return Err(ImportError::Older { as_of: plan.as_of, in_force });
    }
    if !Import::lock(connection, plan.register)? {
        return Err(ImportError::UnderWay);
    }
    let file = File::open(plan.file, plan.register)?;
    let lines = file.lines();
    let mut import = Import::begin(connection, plan, file.digest(), file.length(), now)?;
    let resumed_at = import.records;
    let loaded = load(connection, (keyring, now), plan, file, &mut import, &mut told);
    // Of a file that is not what was checked, or that is never switched to, nothing may be gone on with.
    if matches!(loaded, Err(ImportError::Changed | ImportError::Nameless(_))) {
        import.forget(connection)?;
    }
    loaded?;
    let rows = switch(connection, keyring, plan, &import, now)?;
    Ok(Summary { lines, records: import.records, rows, refused: import.refused, resumed_at })
}

/// Copies the rest of the file into the staging table.
fn load(
    connection: &mut PgConnection,
    (keyring, now): (&Keyring, DateTime<Utc>),
    plan: &Plan<'_>,
    mut file: File,
    import: &mut Import,
    told: &mut impl FnMut(Progress),
) -> Result<(), ImportError> {
    let mut report = Report::open(plan.report, import.report_bytes)?;
    let mut nameless = 0;
    file.skip(import.records)?;
    loop {
        let chunk = file.read(CHUNK, plan.register, now)?;
        if chunk.lines.is_empty() {
            break;
        }
        chunk.refused.iter().try_for_each(|refusal| report.add(refusal))?;
        nameless += chunk.nameless();
        import.records += chunk.count();
        import.refused += i64::try_from(chunk.refused.len()).unwrap_or(i64::MAX);
        import.report_bytes = report.flushed()?;
        let bytes = chunk.ends_at;
        // A file with a nameless record is never switched to: the rest of it is read for the report alone.
        if nameless == 0 {
            let rows = Rows::seal(keyring, plan.register, chunk.lines, now)?;
            import.loaded += rows.count();
            connection.transaction(|connection| import.load(connection, &rows))?;
        }
        told(Progress { bytes, records: import.records, refused: import.refused });
    }
    file.finish()?;
    if nameless > 0 { Err(ImportError::Nameless(nameless)) } else { Ok(()) }
}

fn switch(
    connection: &mut PgConnection,
    keyring: &Keyring,
    plan: &Plan<'_>,
    import: &Import,
    now: DateTime<Utc>,
) -> Result<i64, ImportError> {
    let found = Import::staged(connection, plan.register)?;
    // Of several rows about one subject those that are not the latest may be gone already.
    if !plan.register.has_one_row_each() && found != import.loaded {
        return Err(ImportError::Lost { found, loaded: import.loaded });
    }
    let (new, old) = Import::prepare(connection, plan.register)?;
    match plan.expected_rows {
        Some(expected) if expected != new => return Err(ImportError::Unexpected { new, expected }),
        None if new < old || new == 0 => return Err(ImportError::Shrunk { new, old }),
        _ => {}
    }
    let holding =
        Holding { rows: new, as_of: plan.as_of, index_key_digest: Installation::index_key_digest(keyring) };
    connection.transaction(|connection| {
        import.switch(connection, plan.register, now)?;
        holding.set(connection, plan.register)
    })?;
    Ok(new)
}
