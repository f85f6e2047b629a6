//! The sandbox's part of the commands: `cazier dev`, and some flags. In a build without it, `no_sandbox` takes this
//! module's place.

mod dev;
mod keys;
mod listeners;
mod places;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use diesel::pg::PgConnection;

use super::{Failure, configured};
use crate::sandbox::{STAND_INS, clock, registers};
use crate::server::app::StandIns;

/// Run everything for development: private Postgres, test persons, simulated Ghișeul, mailbox, API.
#[derive(Args)]
pub(super) struct Dev {
    /// Write the URLs as JSON to this file once everything answers.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Dev {
    pub(super) fn run(&self) -> Result<(), Failure> {
        dev::run(&configured()?, self.ready_file.as_deref())
    }
}

// No doc comment on a flattened struct: clap would show it as that of the command.
#[derive(Args)]
pub(super) struct NodeKind {
    /// This node belongs to a sandbox: needs a test certificate, shows the mailbox and the test persons.
    #[arg(long)]
    sandbox: bool,
}

impl NodeKind {
    pub(super) fn stand_ins(&self) -> Result<Option<StandIns>, Failure> {
        Ok(self.sandbox.then_some(STAND_INS))
    }
}

#[derive(Args)]
pub(super) struct HierarchyForTests {
    /// Generate a whole hierarchy for a sandbox: root, issuing CA, and a signing certificate with its key; `--out` is the
    /// folder.
    #[arg(long = "development")]
    wanted: bool,
}

impl HierarchyForTests {
    /// Makes the hierarchy in a folder, if it is requested.
    pub(super) fn make(&self, folder: &Path) -> Result<bool, Failure> {
        if self.wanted {
            keys::make_hierarchy(folder)?;
        }
        Ok(self.wanted)
    }
}

#[derive(Args)]
pub(super) struct RegistryContract {
    /// Print the remote registers' protocol instead of our own contract.
    #[arg(long = "registry")]
    wanted: bool,
}

impl RegistryContract {
    /// Returns the contract, if it is requested.
    pub(super) fn json(&self) -> Result<Option<String>, Failure> {
        Ok(self.wanted.then(registers::contract_json))
    }
}

/// Returns the time of the nodes on this database: testers can move the clock of a sandbox.
pub(super) fn now(connection: &mut PgConnection) -> Result<DateTime<Utc>, Failure> {
    Ok(clock::now(connection)?)
}
