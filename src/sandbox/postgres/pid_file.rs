//! `postmaster.pid`, in which a server publishes its process id and its state.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The content of `postmaster.pid`. After a crash it is stale, and its process id may belong to another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PidFile {
    /// Line 1: the server's process.
    pub(super) pid: u32,
    /// Line 8: whether connections are accepted.
    pub(super) ready: bool,
}

impl PidFile {
    /// Returns its path in a data directory.
    pub(super) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// Reads the file; `None` if it is absent or half written.
    pub(super) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(Self::path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let pid = text.lines().next()?.trim().parse().ok()?;
        Some(Self { pid, ready: text.lines().nth(7).is_some_and(|status| status.trim() == "ready") })
    }

    /// Returns whether the named process is alive and a server of this data directory.
    pub(super) fn is_postmaster_of(self, data: &Path) -> bool {
        let command_line = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        command_line.split(|byte| *byte == 0).any(|arg| OsStr::from_bytes(arg) == data.as_os_str())
    }
}

pub(super) fn running_on(data: &Path) -> Option<PidFile> {
    PidFile::read(data).filter(|file| file.is_postmaster_of(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/srv/data\n1700000000\n5432\n/srv/socket\n\n  123  0\nready   \n";

    #[test]
    fn the_eighth_line_says_whether_it_is_ready() {
        assert_eq!(PidFile::parse(READY), Some(PidFile { pid: 4711, ready: true }));
        let starting = READY.replace("ready   ", "starting");
        assert_eq!(PidFile::parse(&starting), Some(PidFile { pid: 4711, ready: false }));
    }

    #[test]
    fn a_half_written_file_is_not_ready() {
        assert_eq!(PidFile::parse("4711\n/srv/data\n"), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse(""), None);
        assert_eq!(PidFile::parse("\n/srv/data"), None);
    }

    #[test]
    fn a_recycled_process_id_is_not_a_server() {
        let own = PidFile { pid: std::process::id(), ready: true };
        assert!(!own.is_postmaster_of(Path::new("/nowhere/data")));
    }
}
