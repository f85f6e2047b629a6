//! The cluster on disk: its folders, its files and the command line of its server.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::account::Account;
use super::binaries::Binaries;
use super::elsewhere;
use super::error::EmbeddedError;
use super::pid_file::{PidFile, running_on};
use super::short_name::short_name;
use super::url::USER;

/// A socket's path must fit `sockaddr_un`: 108 bytes with the terminating zero.
const LONGEST_SOCKET_PATH: usize = 106;

/// The size in bytes above which the log is rotated at a start.
const LONGEST_LOG: u64 = 16 << 20;

/// Lines of the log's end that an error shows.
const TAIL_LINES: usize = 12;

/// Settings of every server. Given on the command line, so that old clusters get them too.
const SETTINGS: &[&str] = &[
    "cluster_name=cazier",
    // No TCP: only those who may enter the socket's folder (mode 0700) can connect.
    "listen_addresses=",
    "port=5432",
    // Not left to initdb, which chooses less where it finds little shared memory.
    "max_connections=100",
    "shared_buffers=128MB",
    // JIT pays off for long reports; our queries take well under a millisecond.
    "jit=off",
    // The detail of an error repeats the row, and rows hold personal data.
    "log_error_verbosity=terse",
    "timezone=UTC",
    "log_timezone=UTC",
];

/// Added when the data need not survive a crash of the machine, which is so for tests alone.
const NOT_DURABLE: &[&str] = &[
    // Commits are several times faster.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    // Many tests side by side have one server, and each a node or two of twenty connections. An unused one takes 45 kB.
    "max_connections=1000",
];

/// A cluster and how to run its server.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    /// The cluster's folder; mode 0700, owned by the account.
    pub(super) folder: PathBuf,
    /// The socket's folder; inside `folder` if that path is short enough.
    pub(super) socket_dir: PathBuf,
    pub(super) account: Account,
    pub(super) durable: bool,
}

impl Cluster {
    /// Creates the folders of the cluster of `data_dir`, which must be absolute.
    ///
    /// If the account cannot enter `data_dir`, the cluster goes [`elsewhere`].
    pub(super) fn prepare(data_dir: &Path, durable: bool) -> Result<Self, EmbeddedError> {
        let wished = data_dir.join("postgres");
        let account = Account::choose(&wished)?;
        let reachable = !elsewhere::is_known(&wished) && account.reaches(data_dir);
        let folder = if reachable { wished } else { elsewhere::folder(data_dir, &wished)? };
        private_folder(&folder, account).map_err(EmbeddedError::at(&folder))?;
        let socket_dir = socket_dir(&folder);
        Ok(Self { folder, socket_dir, account, durable })
    }

    /// Returns the folder that Postgres calls the data directory.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Returns the file that receives the server's standard error.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// Opens the lock file; the process that holds its lock keeps the server.
    pub(super) fn lock_file(&self) -> Result<File, EmbeddedError> {
        self.open(&self.folder.join("lock"))
    }

    /// Writes a small file for people and scripts to read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), EmbeddedError> {
        let path = self.folder.join(name);
        fs::write(&path, text).and_then(|()| self.account.give(&path)).map_err(EmbeddedError::at(&path))
    }

    /// Finds the running server of this cluster, whichever process started it.
    pub(super) fn running(&self) -> Option<PidFile> {
        running_on(&self.data())
    }

    /// Creates an empty cluster unless there is one. Safe to interrupt: the next call starts over.
    pub(super) fn initialize(&self, binaries: &Binaries) -> Result<(), EmbeddedError> {
        let data = self.data();
        if data.join("PG_VERSION").exists() {
            return Ok(());
        }
        let unfinished = self.folder.join("data.unfinished");
        match fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(EmbeddedError::at(&unfinished)(error));
            }
            _ => {}
        }
        let mut command = self.account.command(&binaries.initdb(), &self.folder);
        command.arg("--pgdata").arg(&unfinished).args([
            "--username",
            USER,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]);
        command.args(["--auth-local=trust", "--auth-host=reject", "--data-checksums"]);
        if !self.durable {
            command.arg("--no-sync");
        }
        self.account.output(&mut command)?;
        fs::rename(&unfinished, &data).map_err(EmbeddedError::at(&data))
    }

    /// Starts the server as a direct child of the calling thread; it ends with that thread.
    pub(super) fn spawn(&self, binaries: &Binaries) -> Result<Child, EmbeddedError> {
        private_folder(&self.socket_dir, self.account).map_err(EmbeddedError::at(&self.socket_dir))?;
        let log = self.open_log()?;
        let errors = log.try_clone().map_err(EmbeddedError::at(&self.log()))?;
        let mut command = self.account.command(&binaries.postgres(), &self.folder);
        command.arg("-D").arg(self.data()).stdout(log).stderr(Stdio::from(errors));
        let faster = if self.durable { &[] } else { NOT_DURABLE };
        for setting in SETTINGS.iter().chain(faster) {
            command.args(["-c", setting]);
        }
        command.arg("-c").arg(format!("unix_socket_directories={}", self.socket_dir.display()));
        command.spawn().map_err(EmbeddedError::running("setpriv (package util-linux)"))
    }

    /// Describes a server that does not become ready, with the end of its log.
    pub(super) fn not_ready(&self) -> EmbeddedError {
        let log = self.log();
        let text =
            fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let mut tail: Vec<_> = text.lines().rev().take(TAIL_LINES).collect();
        tail.reverse();
        EmbeddedError::NotReady { tail: tail.join("\n"), log }
    }

    fn open_log(&self) -> Result<File, EmbeddedError> {
        let log = self.log();
        if fs::metadata(&log).is_ok_and(|meta| meta.len() > LONGEST_LOG) {
            fs::rename(&log, log.with_extension("log.1")).map_err(EmbeddedError::at(&log))?;
        }
        self.open(&log)
    }

    /// Opens a file for appending; a new file belongs to the account.
    fn open(&self, path: &Path) -> Result<File, EmbeddedError> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        self.account.give(path).and(file).map_err(EmbeddedError::at(path))
    }
}

/// Creates a folder of mode 0700 for the account, or checks that the existing one is the account's: in `/tmp` anybody
/// could have created it first.
fn private_folder(path: &Path, account: Account) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let meta = fs::symlink_metadata(path)?;
    if !meta.is_dir() || ![account.uid(), 0].contains(&meta.uid()) {
        return Err(io::Error::new(
            ErrorKind::PermissionDenied,
            "not a folder of the user that runs PostgreSQL",
        ));
    }
    account.give(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o700))
}

/// Chooses the socket's folder: next to the data, or in `/tmp` if that path is too long for a socket or has characters
/// that are special in a setting or a URL.
fn socket_dir(folder: &Path) -> PathBuf {
    let near = folder.join("socket");
    let socket = near.join(".s.PGSQL.5432");
    if socket.as_os_str().len() <= LONGEST_SOCKET_PATH && is_plain(near.as_os_str()) {
        near
    } else {
        Path::new("/tmp").join(short_name(folder))
    }
}

fn is_plain(path: &OsStr) -> bool {
    path.as_encoded_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_beside_the_data_when_the_path_allows_it() {
        assert_eq!(socket_dir(Path::new("/srv/cazier/postgres")), Path::new("/srv/cazier/postgres/socket"));
        for awkward in [format!("/srv/{}", "x".repeat(90)), "/srv/ca,zier".into(), "/srv/căzier".into()] {
            let dir = socket_dir(Path::new(&awkward));
            assert!(dir.starts_with("/tmp") && is_plain(dir.as_os_str()), "{dir:?}");
            assert!(dir.as_os_str().len() < 40);
        }
    }

    #[test]
    fn a_private_folder_is_never_somebody_elses() {
        let root = tempfile::tempdir().unwrap();
        let account = Account::Own { uid: rustix::process::geteuid().as_raw() };
        let folder = root.path().join("private");
        private_folder(&folder, account).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        private_folder(&folder, account).unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert_eq!(private_folder(&link, account).unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
}
