//! Where the tests' own PostgreSQL lies: in memory where there is room, and gone when the tests have ended.
//!
//! Each test makes and drops hundreds of files. ext4 passes over every file number that was freed a moment ago, so there one more
//! database takes longer with each that was dropped: a second, where it takes a twentieth of one in memory.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};

use rustix::fs::statvfs;

/// A file system in memory.
const MEMORY: &str = "/dev/shm";

/// What must be free there, in bytes: several times what the tests need.
const ROOM: u64 = 2 << 30;

/// Makes the data folder of this process.
pub fn data_dir() -> PathBuf {
    let below = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("api-postgres");
    in_memory(Path::new(MEMORY), &below).unwrap_or(below)
}

fn in_memory(memory: &Path, log: &Path) -> Option<PathBuf> {
    let space = statvfs(memory).ok()?;
    if space.f_bavail.saturating_mul(space.f_frsize) < ROOM {
        return None;
    }
    let folder = memory.join(format!("cazier-tests-{}", id()));
    // Nobody else's: whoever made it first would have the databases. The server's account must pass through it.
    DirBuilder::new().mode(0o700).create(&folder).ok()?;
    fs::set_permissions(&folder, Permissions::from_mode(0o711)).ok()?;
    fs::create_dir_all(log).ok()?;
    removed_at_the_end(&folder, log);
    Some(folder)
}

/// Removes the folder as soon as this process has ended, however that came about; the server's log is kept.
#[expect(clippy::zombie_processes, reason = "it ends after this process")]
fn removed_at_the_end(folder: &Path, log: &Path) {
    const WAIT: &str = r#"while kill -0 "$1" 2>/dev/null; do sleep 1; done
        # The server ends with the process that started it.
        for second in 1 2 3 4 5 6 7 8 9 10; do [ -e "$2/postgres/data/postmaster.pid" ] || break; sleep 1; done
        cp "$2/postgres/postgres.log" "$3/" 2>/dev/null
        rm -rf "$2""#;
    let mut watch = Command::new("sh");
    watch.args(["-c", WAIT, "sh", &id().to_string()]).args([folder, log]);
    // Not of the terminal's group: Ctrl-C is for the tests.
    watch.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    watch.spawn().unwrap();
}
