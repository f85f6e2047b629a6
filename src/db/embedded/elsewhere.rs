//! A cluster outside its data folder: when root keeps that folder in a home of mode 0700, the server's user cannot get
//! in. A link at the usual place leads to it, so that people find it, and so that we know when the data folder was
//! deleted and the cluster was not.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::cluster::{Cluster, short_name};
use super::error::EmbeddedError;

/// What an installation may have put into a data folder before its first start.
const BINARIES: &str = "postgres-binaries";

/// Whether the cluster that belongs at `wished` is elsewhere already.
pub(super) fn is_known(wished: &Path) -> bool {
    fs::read_link(wished).is_ok_and(|target| target == place(wished))
}

/// The folder in `/var/tmp` for the cluster that belongs at `wished`, with a link to it there. What an earlier data folder
/// of the same path left in it is deleted when this one is new.
///
/// # Errors
/// [`EmbeddedError::StillRunning`] when a server runs on what was left.
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

/// A name that is the same for the same path in every process.
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
    if Cluster::running_in(folder) {
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
