//! The system account that runs Postgres, which refuses to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::EmbeddedError;

/// Accounts that may run Postgres for root, best first. The account must exist by name: `initdb` looks it up.
const STAND_INS: [&str; 3] = ["postgres", "nobody", "daemon"];

/// The account that runs Postgres: our own, or an unprivileged one if we are root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// The user of this process.
    Own { uid: u32 },
    /// Another user of the machine, for root.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// Chooses the account for a cluster in `folder`: an existing cluster keeps its owner.
    pub(super) fn choose(folder: &Path) -> Result<Self, EmbeddedError> {
        let own = rustix::process::geteuid();
        if !own.is_root() {
            return Ok(Self::Own { uid: own.as_raw() });
        }
        let owner = fs::symlink_metadata(folder).map(|meta| meta.uid()).ok().filter(|uid| *uid != 0);
        let passwd = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(passwd).map_err(EmbeddedError::at(passwd))?;
        stand_in(&passwd, owner).ok_or(EmbeddedError::NoUser)
    }

    /// Returns the user id of Postgres.
    pub(super) fn uid(self) -> u32 {
        match self {
            Self::Own { uid } | Self::Other { uid, .. } => uid,
        }
    }

    /// Makes the account the owner of `path`; does nothing unless we are root. Does not follow symbolic links.
    pub(super) fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Own { .. } => Ok(()),
            Self::Other { uid, gid } => lchown(path, Some(uid), Some(gid)),
        }
    }

    /// Builds a command that runs `program` as this account, in `folder`, and that ends when the calling **thread**
    /// ends.
    ///
    /// `setpriv` replaces itself by the program, so the child is the program itself. The parent-death signal SIGINT
    /// asks Postgres for a fast shutdown. Its own process group keeps a Ctrl-C in the terminal from ending Postgres
    /// before us; the empty environment keeps our secrets and `PG…` settings out of it.
    pub(super) fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.env_clear().env("LANG", "C.UTF-8").current_dir(folder).process_group(0).stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.arg("--pdeathsig=INT");
        if let Self::Other { uid, gid } = self {
            command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--init-groups".to_owned()]);
        }
        command.arg("--").arg(program);
        command
    }

    /// Runs a short program to its end and returns its output.
    pub(super) fn output(self, command: &mut Command) -> Result<String, EmbeddedError> {
        let output = command.output().map_err(EmbeddedError::running("setpriv (package util-linux)"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let program = command.get_args().skip_while(|arg| *arg != "--").nth(1).unwrap_or_default();
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(EmbeddedError::Program { program: program.to_string_lossy().into_owned(), reason })
    }

    /// Returns whether the account can enter `folder`: a parent of mode 0700 would prevent it.
    pub(super) fn reaches(self, folder: &Path) -> bool {
        match self {
            Self::Own { .. } => true,
            Self::Other { .. } => {
                self.output(self.command(Path::new("test"), Path::new("/")).arg("-x").arg(folder)).is_ok()
            }
        }
    }
}

/// Finds the account with the user id `owner` in the text of `/etc/passwd`, or else the best stand-in.
fn stand_in(passwd: &str, owner: Option<u32>) -> Option<Account> {
    let find = |wanted: &dyn Fn(&str, u32) -> bool| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            wanted(name, uid).then_some(Account::Other { uid, gid })
        })
    };
    match owner {
        Some(owner) => find(&|_, uid| uid == owner),
        None => STAND_INS.iter().find_map(|stand_in| find(&|name, uid| name == *stand_in && uid != 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/:/usr/sbin/nologin\n\
                          broken line\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\nana:x:1000:1001::/:\n";

    #[test]
    fn root_prefers_the_account_made_for_postgres() {
        assert_eq!(stand_in(PASSWD, None), Some(Account::Other { uid: 101, gid: 104 }));
        let without = PASSWD.replace("postgres:", "pg:");
        assert_eq!(stand_in(&without, None), Some(Account::Other { uid: 65534, gid: 65533 }));
        assert_eq!(stand_in("postgres:x:0:0::/:/bin/sh", None), None);
    }

    #[test]
    fn an_existing_cluster_keeps_its_owner() {
        assert_eq!(stand_in(PASSWD, Some(1000)), Some(Account::Other { uid: 1000, gid: 1001 }));
        assert_eq!(stand_in(PASSWD, Some(4242)), None);
    }
}
