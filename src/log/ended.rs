//! Certificates whose end a process has seen in the log. That something is not in the log, no tree proves: the owner of the
//! database deletes the row of the leaf and puts the certificate back as it was. So what was seen once is remembered outside
//! the database, beside the checkpoint.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::pg::PgConnection;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use uuid::Uuid;

use crate::error::Result;

/// The file of the folder: a line for each end, its leaf and its certificate.
const FILE: &str = "ended";

/// The ends that were seen.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// `None` remembers as long as the process lives.
    file: Option<PathBuf>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The first leaf that was not looked at.
    next: i64,
    /// The leaf of each; of those of before the start, none.
    certificates: HashMap<Uuid, Option<i64>>,
}

impl Ended {
    /// Reads what is remembered in a folder, of a log of which `size` leaves were seen.
    ///
    /// # Errors
    /// Fails if the file cannot be read.
    pub(super) fn open(folder: &Path, size: u64) -> io::Result<Self> {
        let file = folder.join(FILE);
        let lines = match fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            lines => lines?,
        };
        // A line that was not written to its end is read from the database again.
        let ends: Vec<(i64, Uuid)> = lines.lines().filter_map(parse).collect();
        let next = ends.iter().map(|(leaf, _)| leaf.saturating_add(1)).max().unwrap_or(0);
        let next = next.min(i64::try_from(size).unwrap_or(i64::MAX));
        let seen = Seen {
            next,
            certificates: ends.into_iter().map(|(_, certificate)| (certificate, None)).collect(),
        };
        Ok(Self { file: Some(file), seen: Mutex::new(seen) })
    }

    /// Looks at the leaves that are new in a log of `size` leaves.
    ///
    /// # Errors
    /// Fails if the database is away; what is new is looked at the next time.
    pub(super) fn follow(&self, connection: &mut PgConnection, size: u64) -> Result<()> {
        let next = self.seen().next;
        let new = ends(connection, next, i64::try_from(size).unwrap_or(i64::MAX))?;
        if let Some(Err(error)) = self.file.as_ref().map(|file| append(file, &new)) {
            log::error!("log: ends of certificates cannot be remembered (CAZIER_LOG_MEMORY): {error}");
        }
        let mut seen = self.seen();
        seen.next = seen.next.max(new.iter().map(|(leaf, _)| leaf.saturating_add(1)).max().unwrap_or(next));
        for (leaf, certificate) in new {
            let _ = seen.certificates.entry(certificate).or_insert(Some(leaf));
        }
        Ok(())
    }

    /// Returns whether the end of this certificate was seen in the first `size` leaves, or before the start.
    pub(super) fn has(&self, certificate: Uuid, size: u64) -> bool {
        let leaf = self.seen().certificates.get(&certificate).copied();
        leaf.is_some_and(|leaf| leaf.and_then(|leaf| u64::try_from(leaf).ok()).is_none_or(|leaf| leaf < size))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(QueryableByName)]
struct End {
    #[diesel(sql_type = BigInt)]
    leaf_index: i64,
    #[diesel(sql_type = SqlUuid)]
    certificate_id: Uuid,
}

/// Returns the leaves of ends of certificates from one place up to another, and the certificates.
fn ends(connection: &mut PgConnection, from: i64, to: i64) -> Result<Vec<(i64, Uuid)>> {
    let ends = sql_query(
        "SELECT leaf_index, certificate_id FROM log_ends WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index",
    );
    let ends: Vec<End> = ends.bind::<BigInt, _>(from).bind::<BigInt, _>(to).load(connection)?;
    Ok(ends.into_iter().map(|end| (end.leaf_index, end.certificate_id)).collect())
}

fn parse(line: &str) -> Option<(i64, Uuid)> {
    let (leaf, certificate) = line.split_once(' ')?;
    Some((leaf.parse().ok()?, certificate.parse().ok()?))
}

/// Writes lines at the end of a file, for its owner alone.
fn append(file: &Path, ends: &[(i64, Uuid)]) -> io::Result<()> {
    if ends.is_empty() {
        return Ok(());
    }
    // The first line break ends a line that was not written to its end.
    let lines: String = ends.iter().map(|(leaf, certificate)| format!("\n{leaf} {certificate}")).collect();
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    file.write_all(format!("{lines}\n").as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_remembered_over_a_restart_and_a_broken_line_is_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let (file, ends) = (folder.path().join(FILE), [(3, Uuid::now_v7()), (8, Uuid::now_v7())]);
        append(&file, &ends[..1]).unwrap();
        let broken = format!("7 {}", &Uuid::now_v7().to_string()[..20]);
        let half = [fs::read_to_string(&file).unwrap(), broken].concat();
        fs::write(&file, half).unwrap();
        append(&file, &ends[1..]).unwrap();
        let read = Ended::open(folder.path(), 100).unwrap();
        assert!(ends.iter().all(|(_, certificate)| read.has(*certificate, 0)));
        let seen = read.seen();
        assert_eq!((seen.next, seen.certificates.len()), (9, 2));
        drop(seen);
        assert_eq!(Ended::open(folder.path(), 5).unwrap().seen().next, 5, "after a restore, from its end");
    }
}
