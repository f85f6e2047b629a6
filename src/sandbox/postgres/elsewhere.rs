//! A cluster outside its data folder: if root keeps that folder in a home of mode 0700, the server's user cannot enter
//! it. A link at the usual place leads to the cluster, so that people find it, and so that we notice when the data
//! folder was deleted but the cluster was not.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::error::EmbeddedError;
use super::pid_file::running_on;
use super::short_name::short_name;

/// What an installation may put into a data folder before its first start.
const BINARIES: &str = "postgres-binaries";

/// Returns whether the cluster of `wished` is outside already.
pub(super) fn is_known(wished: &Path) -> bool {
    fs::read_link(wished).is_ok_and(|target| target == place(wished))
}

/// Returns the folder in `/var/tmp` for the cluster of `wished`, and links to it. If the data folder is new, first
/// deletes what an earlier data folder of the same path left there.
///
/// # Errors
/// [`EmbeddedError::StillRunning`] if a server still runs on what was left.
pub(super) fn folder(data_dir: &Path, wished: &Path) -> Result<PathBuf, EmbeddedError> {
    let folder = place(wished);
    let at = |error| EmbeddedError::at(wished)(error);
    // One start at a time, until this is dropped: another must not find our cluster without its link.
    let data = File::open(data_dir).map_err(EmbeddedError::at(data_dir))?;
    data.lock().map_err(EmbeddedError::at(data_dir))?;
    if !is_known(wished) {
        if is_new(data_dir).map_err(EmbeddedError::at(data_dir))? {
            discard(&folder)?;
        }
        symlink(&folder, wished).map_err(at)?;
    }
    log::warn!("PostgreSQL cannot reach {}: its data is in {}", wished.display(), folder.display());
    Ok(folder)
}

/// Returns the folder's path, the same in every process.
fn place(wished: &Path) -> PathBuf {
    Path::new("/var/tmp").join(short_name(wished))
}

fn is_new(data_dir: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(data_dir)? {
        if entry?.file_name() != OsStr::new(BINARIES) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn discard(folder: &Path) -> Result<(), EmbeddedError> {
    if running_on(&folder.join("data")).is_some() {
        return Err(EmbeddedError::StillRunning { folder: folder.to_owned() });
    }
    match fs::remove_dir_all(folder) {
        Ok(()) => {
            log::warn!("deleted {}, whose data folder was deleted before", folder.display());
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(EmbeddedError::at(folder)(error)),
    }
}
