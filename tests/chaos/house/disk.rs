//! A small file system of its own for PostgreSQL, which can be filled to the last byte.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{FallocateFlags, fallocate, statvfs};

/// Enough for the longest run with its write-ahead log.
const SIZE: &str = "size=3g,mode=755";

/// Left for the small pieces, in bytes.
const SLACK: u64 = 64 << 20;

pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// A tmpfs at this folder; None where we may not mount one: then the disk cannot be filled.
    pub fn mount(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "chaos"]).arg(folder).output();
        mount.is_ok_and(|output| output.status.success()).then(|| Self { folder: folder.to_owned() })
    }

    /// Takes all that is free: most of it at once, the rest in small pieces, for PostgreSQL goes on writing.
    pub fn fill(&self) -> bool {
        let Ok(room) = statvfs(&self.folder) else { return false };
        let mut file = File::create(self.filler()).unwrap();
        let most = (room.f_bavail * room.f_frsize).saturating_sub(SLACK);
        if fallocate(&file, FallocateFlags::empty(), 0, most).is_err() || file.seek(SeekFrom::End(0)).is_err()
        {
            return false;
        }
        for piece in [1 << 20, 4096] {
            while file.write_all(&vec![0; piece]).is_ok() {}
        }
        true
    }

    /// Gives it back.
    pub fn empty(&self) {
        let _ = fs::remove_file(self.filler());
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}
