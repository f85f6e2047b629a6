//! Classifies failed statements: the table from SQLSTATE to problem, in one place.
//!
//! A fault that may pass (the server restarts, a lock is held, a disk is full) is an [`Outage`]: 503 with
//! `Retry-After`. Every other fault is a bug of ours, and never "not found": a store uses `.optional()` where a missing
//! row is an answer.
//!
//! diesel distinguishes few SQLSTATEs and does not expose the others, so we match on the server's messages. These are
//! English on every connection: [`crate::db`] sets the language.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Code, Error, Problem};

/// A database failure that may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Outage {
    /// The server refuses connections, stops or starts, or the network failed: class 08, 57P01 to 57P05, 25P03.
    #[error("the connection is lost (08006, 57P01)")]
    ConnectionLost,
    /// No answer within the time limit for this kind of work.
    #[error("no answer in time")]
    NoAnswer,
    /// No connection became free in time, or too many callers wait for one.
    #[error("no free connection")]
    PoolExhausted,
    /// The statement exceeded its time limit.
    #[error("statement timeout (57014)")]
    StatementTimeout,
    /// Another transaction holds the lock.
    #[error("lock timeout (55P03)")]
    LockTimeout,
    /// Two transactions wait for each other; this one was rolled back.
    #[error("deadlock (40P01)")]
    Deadlock,
    /// The transaction conflicts with a concurrent one and was rolled back.
    #[error("serialization failure (40001)")]
    SerializationFailure,
    /// The server takes no writes: a standby, or set to read-only.
    #[error("the server is read-only (25006)")]
    ReadOnly,
    /// The server's disk is full or fails.
    #[error("the server's disk is full or fails (53100, 58030)")]
    DiskFull,
    /// The server is out of memory, connections or temporary space.
    #[error("the server is out of resources (53000)")]
    OutOfResources,
    /// The schema does not fit this version.
    #[error("the schema does not fit this version")]
    Schema,
}

impl Outage {
    /// Returns when a retry makes sense.
    #[must_use]
    pub const fn retry_after(self) -> Duration {
        Duration::from_secs(match self {
            Self::Deadlock | Self::SerializationFailure | Self::PoolExhausted => 1,
            Self::LockTimeout | Self::StatementTimeout => 2,
            Self::ConnectionLost | Self::NoAnswer | Self::OutOfResources => 5,
            Self::ReadOnly | Self::DiskFull | Self::Schema => 30,
        })
    }

    /// Classifies a diesel error; `None` for a bug of ours.
    #[must_use]
    pub fn of(error: &DieselError) -> Option<Self> {
        match error {
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Some(Self::ConnectionLost)
                }
                DatabaseErrorKind::SerializationFailure => Some(Self::SerializationFailure),
                DatabaseErrorKind::ReadOnlyTransaction => Some(Self::ReadOnly),
                DatabaseErrorKind::Unknown => by_words(info.message()),
                _ => None,
            },
            DieselError::BrokenTransactionManager => Some(Self::ConnectionLost),
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::of(commit_error),
            _ => None,
        }
    }

    /// Returns whether a read is likely to succeed if it is repeated at once.
    #[must_use]
    pub const fn is_worth_another_try(self) -> bool {
        self.gave_way() || matches!(self, Self::ConnectionLost)
    }

    /// Returns whether Postgres rolled the transaction back for the sake of another one: nothing of it took effect.
    #[must_use]
    pub const fn gave_way(self) -> bool {
        matches!(self, Self::Deadlock | Self::SerializationFailure)
    }
}

/// Where the words occur in the server's message.
#[derive(Debug, Clone, Copy)]
enum Words {
    Begin(&'static str),
    Contain(&'static str),
}

use Words::{Begin, Contain};

/// SQLSTATE, the server's words, and the outage. The first match wins.
const WORDS: &[(&str, Words, Outage)] = &[
    ("57014", Begin("canceling statement due to statement timeout"), Outage::StatementTimeout),
    ("57014", Begin("canceling statement due to user request"), Outage::StatementTimeout),
    ("55P03", Begin("canceling statement due to lock timeout"), Outage::LockTimeout),
    ("55P03", Begin("could not obtain lock on"), Outage::LockTimeout),
    ("40P01", Begin("deadlock detected"), Outage::Deadlock),
    ("40001", Begin("canceling statement due to conflict with recovery"), Outage::SerializationFailure),
    ("53100", Contain("No space left on device"), Outage::DiskFull),
    ("53100", Contain("Disk quota exceeded"), Outage::DiskFull),
    ("53100", Begin("could not extend file"), Outage::DiskFull),
    ("58030", Contain("Input/output error"), Outage::DiskFull),
    ("53200", Begin("out of memory"), Outage::OutOfResources),
    ("53200", Begin("out of shared memory"), Outage::OutOfResources),
    ("53300", Begin("sorry, too many clients already"), Outage::OutOfResources),
    ("53300", Begin("remaining connection slots are reserved"), Outage::OutOfResources),
    ("53300", Begin("too many connections for"), Outage::OutOfResources),
    ("53400", Begin("temporary file size exceeds"), Outage::OutOfResources),
    ("57P01", Begin("terminating connection"), Outage::ConnectionLost),
    ("57P03", Begin("the database system is"), Outage::ConnectionLost),
    ("08006", Begin("server closed the connection unexpectedly"), Outage::ConnectionLost),
    ("08003", Begin("no connection to the server"), Outage::ConnectionLost),
];

/// Matches the server's message; `None` if it names no outage.
fn by_words(message: &str) -> Option<Outage> {
    let found = WORDS.iter().find(|(_, words, _)| match words {
        Begin(words) => message.starts_with(words),
        Contain(words) => message.contains(words),
    });
    found.map(|(_, _, outage)| *outage)
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match Outage::of(&error) {
            Some(outage) => outage.into(),
            None => Self::internal(error),
        }
    }
}

impl From<Outage> for Error {
    fn from(outage: Outage) -> Self {
        let problem = Problem { outage: Some(outage), ..Problem::new(Code::DatabaseUnavailable) };
        Self::Problem(Box::new(problem)).retry_after(outage.retry_after())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: DatabaseErrorKind, message: &str) -> DieselError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn a_broken_rule_or_statement_is_a_fault_of_ours() {
        let ours = [
            DieselError::NotFound,
            failed(DatabaseErrorKind::UniqueViolation, "deadlock detected"),
            failed(DatabaseErrorKind::Unknown, "column \"no_such_column\" does not exist"),
            failed(DatabaseErrorKind::Unknown, "current transaction is aborted, commands ignored until end"),
        ];
        for error in ours {
            assert_eq!(Error::from(error).code(), Code::Internal);
        }
    }

    #[test]
    fn a_commit_that_fails_says_why_the_commit_failed() {
        let commit_error = Box::new(failed(DatabaseErrorKind::Unknown, "deadlock detected"));
        let rollback_error = Box::new(failed(DatabaseErrorKind::Unknown, "what came of it"));
        let error = DieselError::RollbackErrorOnCommit { rollback_error, commit_error };
        assert_eq!(Error::from(error).outage(), Some(Outage::Deadlock));
    }

    #[test]
    fn disk_failures_are_recognized_anywhere_in_the_message() {
        let full = "could not write to file \"base/pgsql_tmp/pgsql_tmp1.0\": No space left on device";
        for message in [full, "could not extend file \"base/1/2\": wrote only 4096 of 8192 bytes at block 7"]
        {
            let error = Error::from(failed(DatabaseErrorKind::Unknown, message));
            assert_eq!((error.code(), error.outage()), (Code::DatabaseUnavailable, Some(Outage::DiskFull)));
        }
    }
}
