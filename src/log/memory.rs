//! What a process remembers of the log outside the database: the largest signed checkpoint that it has seen. Whoever owns
//! the database can write all of it anew, but not this; so nothing is signed on top of a log, or answered from it, that does
//! not go on from what is remembered. What is seen first is trusted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::pg::PgConnection;
use uuid::Uuid;

use super::checkpoint::Checkpoint;
use super::ended::Ended;
use super::proof::{Head, consistency, is_consistent};
use super::store;
use crate::error::{Error, Result};
use crate::telemetry;

/// The file of the folder, a signed note.
const FILE: &str = "checkpoint";

/// Why the log of the database is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// There is no checkpoint.
    #[error("the log of the database is empty, and one of {0} leaves was signed")]
    Gone(u64),
    /// The newest checkpoint is older.
    #[error("the log of the database has {found} leaves, and one of {remembered} was signed")]
    Smaller {
        /// Leaves of the tree that is remembered.
        remembered: u64,
        /// Leaves of the tree in the database.
        found: u64,
    },
    /// The newest checkpoint is over another tree.
    #[error("the log of the database does not begin with the {0} leaves that were signed")]
    Other(u64),
    /// The newest checkpoint is not ours.
    #[error("the newest checkpoint is not what one of our keys has signed")]
    Foreign,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note with its signatures.
    pub note: String,
}

/// The memory of a process.
#[derive(Debug, Default)]
pub struct Memory {
    /// `None` remembers as long as the process lives.
    folder: Option<PathBuf>,
    kept: Mutex<Kept>,
    ended: Ended,
    /// Held while the log is followed: of many that found a new checkpoint, one follows, and the others wait for it.
    following: Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    signed: Option<Signed>,
    doubt: Option<Doubt>,
}

impl Memory {
    /// Opens the memory in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// Fails if the folder cannot be written, or what is in it is not a checkpoint.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let signed = Self::read(folder)?;
        let ended = Ended::open(folder, signed.as_ref().map_or(0, |signed| signed.checkpoint.head.size))?;
        let kept = Kept { signed, doubt: None };
        let trial = folder.join("trial");
        write_whole(&trial, "")?;
        fs::remove_file(trial)?;
        let (kept, following) = (Mutex::new(kept), Mutex::default());
        Ok(Self { folder: Some(folder.to_owned()), kept, ended, following })
    }

    /// Reads what is remembered in a folder.
    ///
    /// # Errors
    /// Fails if the file cannot be read or is not a checkpoint: that is not the same as none.
    pub fn read(folder: &Path) -> io::Result<Option<Signed>> {
        let note = match fs::read_to_string(folder.join(FILE)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            note => note?,
        };
        let checkpoint = Checkpoint::read(&note);
        let checkpoint =
            checkpoint.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "not a checkpoint"))?;
        Ok(Some(Signed { checkpoint, note }))
    }

    /// Remembers a log from now on instead of another, which stays in a file of its own; without a log, begins anew.
    ///
    /// # Errors
    /// Fails if the folder cannot be written.
    pub fn replace(folder: &Path, instead: &Signed, by: Option<&Signed>) -> io::Result<()> {
        let Head { size, .. } = instead.checkpoint.head;
        write_whole(&folder.join(format!("{FILE}.before-restore-{size}")), &instead.note)?;
        match by {
            Some(signed) => write_whole(&folder.join(FILE), &signed.note),
            None => fs::remove_file(folder.join(FILE)),
        }
    }

    /// Returns what is remembered now. To be asked before the database is: what is found there is compared with it.
    pub(crate) fn signed(&self) -> Option<Signed> {
        self.kept().signed.clone()
    }

    /// Returns whether the end of a certificate was seen in a log that was remembered then: a row that is read later has it.
    pub(crate) fn has_ended(&self, certificate: Uuid, then: Option<&Signed>) -> bool {
        self.ended.has(certificate, then.map_or(0, size))
    }

    /// Returns whether the log of the database was not trusted when it was last compared.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.kept().doubt.is_some()
    }

    /// Compares the newest checkpoint of the database with what was remembered before the database was asked for it, and
    /// remembers it if it is larger.
    pub(super) fn compare(
        &self,
        connection: &mut PgConnection,
        before: Option<&Signed>,
        newest: Option<Signed>,
    ) -> Result<std::result::Result<(), Doubt>> {
        let head = newest.as_ref().map(|newest| newest.checkpoint.head);
        let doubt = match before {
            Some(before) => doubt(connection, before.checkpoint.head, head)?,
            None => None,
        };
        if let (None, Some(newest)) = (doubt, newest) {
            let size = size(&newest);
            self.remember(newest, || self.ended.follow(connection, size))?;
        }
        Ok(self.kept().conclude(doubt))
    }

    /// Remembers a checkpoint, after its log was followed, if it is larger than the one remembered. If it cannot be written,
    /// it is remembered as long as the process lives. Nobody who asks what is remembered waits for that.
    fn remember(&self, newest: Signed, follow: impl FnOnce() -> Result<()>) -> Result<()> {
        let is_larger = || self.signed().is_none_or(|signed| size(&signed) < size(&newest));
        if !is_larger() {
            return Ok(());
        }
        let _following = lock(&self.following);
        if is_larger() {
            follow()?;
            if let Some(Err(error)) =
                self.folder.as_ref().map(|folder| write_whole(&folder.join(FILE), &newest.note))
            {
                log::error!("log: the newest checkpoint cannot be remembered (CAZIER_LOG_MEMORY): {error}");
            }
            self.kept().signed = Some(newest);
        }
        Ok(())
    }

    /// Notes that the newest checkpoint of the database is the one remembered.
    pub(super) fn agree(&self) -> std::result::Result<(), Doubt> {
        self.kept().conclude(None)
    }

    /// Notes that the newest checkpoint of the database is not ours.
    pub(super) fn refuse(&self, doubt: Doubt) -> std::result::Result<(), Doubt> {
        self.kept().conclude(Some(doubt))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.kept)
    }
}

impl Kept {
    /// Takes the result of a comparison; tells once when it changes.
    fn conclude(&mut self, doubt: Option<Doubt>) -> std::result::Result<(), Doubt> {
        telemetry::log_in_doubt(doubt.is_some());
        match doubt {
            Some(doubt) if self.doubt != Some(doubt) => {
                log::error!("log: {doubt}: nothing is signed or answered from it; see docs/runbook.md");
            }
            None if self.doubt.is_some() => {
                log::warn!("log: the log of the database goes on again from what was signed");
            }
            _ => {}
        }
        self.doubt = doubt;
        doubt.map_or(Ok(()), Err)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const fn size(signed: &Signed) -> u64 {
    signed.checkpoint.head.size
}

/// Finds what speaks against a log that has this head now, for whoever has seen another signed.
fn doubt(connection: &mut PgConnection, before: Head, now: Option<Head>) -> Result<Option<Doubt>> {
    let Some(now) = now else { return Ok(Some(Doubt::Gone(before.size))) };
    if now == before {
        return Ok(None);
    }
    let Some(spans) = consistency(before.size, now.size) else {
        return Ok(Some(Doubt::Smaller { remembered: before.size, found: now.size }));
    };
    let proof = store::hashes(connection, &spans)?;
    let goes_on = proof.is_some_and(|proof| is_consistent(before, now, &proof));
    Ok((!goes_on).then_some(Doubt::Other(before.size)))
}

/// Replaces a file as a whole, for its owner alone.
fn write_whole(path: &Path, content: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

impl From<Doubt> for Error {
    fn from(doubt: Doubt) -> Self {
        Self::internal(doubt)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::super::note::NoteSigner;
    use super::*;

    fn signed(size: u64) -> Signed {
        let checkpoint =
            Checkpoint { origin: "a.example/v1/log".to_owned(), head: Head { size, root: [3; 32] } };
        let note = checkpoint.sign(&[NoteSigner::of_seed(&[7; 32]).unwrap()]).unwrap();
        Signed { checkpoint, note }
    }

    fn kept(memory: &Memory, size: u64) {
        memory.remember(signed(size), || Ok(())).unwrap();
    }

    #[test]
    fn the_largest_checkpoint_is_remembered_over_a_restart_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("memory");
        let memory = Memory::open(&at).unwrap();
        assert_eq!(memory.signed(), None);
        for size in [5, 9, 7] {
            kept(&memory, size);
        }
        assert_eq!(Memory::open(&at).unwrap().signed(), Some(signed(9)));
        assert_eq!(fs::metadata(at.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&at).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn of_many_who_find_a_checkpoint_one_follows_the_log_and_nobody_waits_to_read() {
        let memory = Memory::default();
        kept(&memory, 5);
        let followed = AtomicUsize::new(0);
        let follow = || {
            followed.fetch_add(1, Ordering::Relaxed);
            // While the log is followed, the memory can be read.
            assert_eq!(memory.signed(), Some(signed(5)));
            thread::sleep(Duration::from_millis(50));
            Ok(())
        };
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| memory.remember(signed(9), follow).unwrap());
            }
        });
        assert_eq!((followed.into_inner(), memory.signed()), (1, Some(signed(9))));
    }

    #[test]
    fn what_cannot_be_read_is_not_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "").unwrap();
        Memory::open(folder.path()).unwrap_err();
        fs::write(folder.path().join("file"), "").unwrap();
        Memory::open(&folder.path().join("file")).unwrap_err();
    }

    #[test]
    fn what_is_replaced_is_kept_beside() {
        let folder = tempfile::tempdir().unwrap();
        kept(&Memory::open(folder.path()).unwrap(), 9);
        Memory::replace(folder.path(), &signed(9), Some(&signed(4))).unwrap();
        assert_eq!(Memory::read(folder.path()).unwrap(), Some(signed(4)));
        Memory::replace(folder.path(), &signed(4), None).unwrap();
        assert_eq!(Memory::read(folder.path()).unwrap(), None);
        for size in [9, 4] {
            let beside = folder.path().join(format!("{FILE}.before-restore-{size}"));
            assert_eq!(fs::read_to_string(beside).unwrap(), signed(size).note);
        }
    }
}
