//! Fills a local register from a CSV file of any length.
//!
//! Rows are copied into a staging table, a few thousand in a transaction, together with the position in the file, so an
//! interrupted import resumes. When all rows are there, one transaction makes that table the register. Until then
//! everybody reads the old one, afterwards everybody reads the new one.
//!
//! A person without a row is certified to have no record. So a file is imported as a whole or not at all (`csv_file`);
//! a line that breaks a rule is kept as "unreadable" for its subject; a line with an unreadable subject fails the
//! import; and an empty or smaller register needs the expected number of rows.

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
use crate::audit;
use crate::db::{ClaimError, Installation};
use crate::error::{Context, Error, Result};
use crate::person::Keyring;
use crate::text::csv_file::Defect;

/// Records in one transaction.
const CHUNK: usize = 5_000;

/// The options of an import.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The register.
    pub register: Register,
    /// The file.
    pub file: &'a Path,
    /// Where refused lines are reported, by number and rule, without personal data.
    pub report: &'a Path,
    /// Discard what an interrupted import has loaded.
    pub restart: bool,
    /// The expected number of rows; without it, an import that empties or shrinks the register is refused.
    pub expected_rows: Option<i64>,
    /// The time at which the content of the file was current.
    pub as_of: DateTime<Utc>,
    /// Import the file even if the current register is newer.
    pub older: bool,
}

/// The progress of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file read so far.
    pub bytes: u64,
    /// Records read so far.
    pub records: i64,
    /// Records refused so far.
    pub refused: i64,
}

/// The result of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Physical lines of the file, including the header.
    pub lines: u64,
    /// Records, excluding the header.
    pub records: i64,
    /// Rows of the register after the import.
    pub rows: i64,
    /// Refused records, of which only the subject is kept.
    pub refused: i64,
    /// Records that an earlier, interrupted run had read.
    pub resumed_at: i64,
}

/// Why the register was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file or the report cannot be read or written.
    #[error("{0}")]
    File(#[from] io::Error),
    /// The file is not valid CSV.
    #[error("the whole file is refused: {0}")]
    Defect(Defect),
    /// The header is not this register's.
    #[error("the first line must name the columns, in this order: {0}")]
    Header(String),
    /// The file changed during the import.
    #[error("the file changed while it was read")]
    Changed,
    /// Our index key is not the one of this database's nodes, so they would find nobody.
    #[error("CAZIER_INDEX_KEYS is not the index key of this database's nodes")]
    ForeignKeys,
    /// The index keys are being rotated, or have to be.
    #[error("{0}")]
    Waits(&'static str),
    /// The content's time lies in the future.
    #[error("--as-of lies in the future")]
    Future,
    /// Another process imports the same register right now.
    #[error("another import of this register is running")]
    UnderWay,
    /// The staging table does not hold all that was loaded.
    #[error("the staging table has {found} rows, but {loaded} were loaded: use --restart")]
    Lost {
        /// Rows found.
        found: i64,
        /// Rows loaded.
        loaded: i64,
    },
    /// The current register is newer than the file.
    #[error(
        "the current register is of {in_force}, the file of {as_of}: to import the older one, use --older"
    )]
    Older {
        /// Time of the file.
        as_of: DateTime<Utc>,
        /// Time of the register.
        in_force: DateTime<Utc>,
    },
    /// An import of another file into this register was interrupted.
    #[error(
        "an import of another file was interrupted: finish that one, or use --restart to begin with this one"
    )]
    AnotherFile,
    /// Records have an unreadable subject.
    #[error("{0} records have an unreadable CNP or CUI, so their subjects would look clean (see the report)")]
    Nameless(i64),
    /// The new register would be empty, or smaller than the current one.
    #[error(
        "the new register has {new} rows, the current one {old}: if that is right, use --expect-rows {new}"
    )]
    Shrunk {
        /// Rows of the new register.
        new: i64,
        /// Rows of the current register.
        old: i64,
    },
    /// The number of rows is not the expected one.
    #[error("the new register has {new} rows, but --expect-rows says {expected}")]
    Unexpected {
        /// Rows of the new register.
        new: i64,
        /// Expected rows.
        expected: i64,
    },
    /// The database failed.
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
/// See [`ImportError`]. The old register then stays. Rows that were loaded from a good file stay too: the same command
/// resumes.
pub fn run(
    connection: &mut PgConnection,
    keyring: &Keyring,
    plan: &Plan<'_>,
    now: DateTime<Utc>,
    mut told: impl FnMut(Progress),
) -> Result<Summary, ImportError> {
    Installation::recognize_if_claimed(connection, keyring).map_err(|error| match error {
        ClaimError::Foreign(_) => ImportError::ForeignKeys,
        ClaimError::Waits(why) => ImportError::Waits(why),
        ClaimError::Database(error) => ImportError::Database(Error::from(error)),
    })?;
    if plan.as_of > now {
        return Err(ImportError::Future);
    }
    let in_force = Holding::find(connection, plan.register).context("reading the register in force")?;
    let in_force = in_force.map(|holding| holding.as_of);
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
    // An import of a file that has changed, or that can never become the register, must not be resumed.
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
        // A file with an unreadable subject never becomes the register: the rest is read for the report only.
        if nameless == 0 {
            let rows = Rows::encrypt(keyring, plan.register, chunk.lines, now)?;
            import.loaded += rows.count();
            connection.transaction(|connection| import.load(connection, &rows)).context("loading lines")?;
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
    let found = Import::staged(connection, plan.register).context("counting the loaded rows")?;
    // Of several rows about one subject the earlier ones may be deleted already.
    if !plan.register.has_one_row_each() && found != import.loaded {
        return Err(ImportError::Lost { found, loaded: import.loaded });
    }
    let (new, old) = Import::prepare(connection, plan.register).context("indexing the loaded rows")?;
    match plan.expected_rows {
        Some(expected) if expected != new => return Err(ImportError::Unexpected { new, expected }),
        None if new < old || new == 0 => return Err(ImportError::Shrunk { new, old }),
        _ => {}
    }
    let holding =
        Holding { rows: new, as_of: plan.as_of, index_key_digest: Installation::index_key_digest(keyring) };
    connection.transaction(|connection| {
        import.switch(connection, plan.register, now)?;
        holding.set(connection, plan.register)?;
        let detail = format!(
            "{}: {new} rows instead of {old} rows, {} records refused, as of {}",
            plan.register.as_str(),
            import.refused,
            plan.as_of
        );
        audit::record_command(connection, "register.imported", detail, now)
    })?;
    Ok(new)
}
