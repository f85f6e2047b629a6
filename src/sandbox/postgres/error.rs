//! Why the private Postgres cannot run, and what a person can do about it.

use std::io;
use std::path::{Path, PathBuf};

use super::OLDEST_MAJOR;

/// A private Postgres could not be started or reached.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// This machine has no usable server.
    #[error(
        "found no PostgreSQL server of version {OLDEST_MAJOR} or newer: run `make install`, or install the \
         package `postgresql`, or name the folder that holds `postgres` and `initdb` in CAZIER_POSTGRES_BIN"
    )]
    NoBinaries,
    /// Only the major version that created the cluster can open it.
    #[error(
        "the database in {} was made by PostgreSQL {made_by}, which is not installed: install the package \
         `postgresql-{made_by}`, or move that folder away to start with an empty database", folder.display()
    )]
    OtherVersion {
        /// Where the cluster is.
        folder: PathBuf,
        /// The major version that created it.
        made_by: u32,
    },
    /// Root cannot run Postgres, and no other account can do it.
    #[error("PostgreSQL refuses to run as root: create a user for it with `useradd --system postgres`")]
    NoUser,
    /// A program could not be started, or ended with an error.
    #[error("`{program}` failed: {reason}")]
    Program {
        /// The program.
        program: String,
        /// Its output, or why it could not be run.
        reason: String,
    },
    /// A file or folder of the cluster cannot be used.
    #[error("cannot use {}: {source}; choose another data folder or correct its owner and mode", path.display())]
    Folder {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The data folder was deleted, but its server, whose data is outside, still runs.
    #[error("a program still uses the database in {}, whose data folder was deleted: stop it first", folder.display())]
    StillRunning {
        /// Where the cluster is.
        folder: PathBuf,
    },
    /// The server was started and did not become ready.
    #[error("PostgreSQL did not become ready; {} ends with:\n{tail}", log.display())]
    NotReady {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server is up and refuses a connection.
    #[error("the private PostgreSQL refuses the connection: {0}")]
    Connection(#[from] diesel::ConnectionError),
    /// The database could not be created.
    #[error("the private PostgreSQL cannot make the database: {0}")]
    Database(#[from] diesel::result::Error),
}

impl EmbeddedError {
    /// For `map_err`: adds the path, which std leaves out, to the error of a file operation.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Folder { path, source }
    }

    /// For `map_err`: describes a program that could not be run at all.
    pub(super) fn running(program: &str) -> impl FnOnce(io::Error) -> Self {
        let program = program.to_owned();
        move |error| Self::Program { program, reason: error.to_string() }
    }
}
