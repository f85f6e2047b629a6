//! The commands' answer about the sandbox in a build without it: one sentence, and nothing in `--help`.

use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use diesel::pg::PgConnection;

use super::Failure;
use crate::server::app::StandIns;

const LEFT_OUT: &str = "this program is built without the sandbox (cargo feature `sandbox`)";

/// `cazier dev`, with any arguments.
#[derive(Args)]
#[command(hide = true, disable_help_flag = true)]
pub(super) struct Dev {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<String>,
}

impl Dev {
    pub(super) fn run(&self) -> Result<(), Failure> {
        Err(LEFT_OUT.into())
    }
}

// No doc comment on a flattened struct: clap would show it as that of the command.
#[derive(Args)]
pub(super) struct NodeKind {
    #[arg(long, hide = true)]
    sandbox: bool,
}

impl NodeKind {
    /// Returns `None`: every node is a live one.
    ///
    /// # Errors
    /// Fails if a sandbox node is requested.
    pub(super) fn stand_ins(&self) -> Result<Option<StandIns>, Failure> {
        refuse(self.sandbox).map(|()| None)
    }
}

#[derive(Args)]
pub(super) struct HierarchyForTests {
    #[arg(long = "development", hide = true)]
    wanted: bool,
}

impl HierarchyForTests {
    /// Returns false: there is no hierarchy to make.
    ///
    /// # Errors
    /// Fails if one is requested.
    pub(super) fn make(&self, _folder: &Path) -> Result<bool, Failure> {
        refuse(self.wanted).map(|()| false)
    }
}

#[derive(Args)]
pub(super) struct RegistryContract {
    #[arg(long = "registry", hide = true)]
    wanted: bool,
}

impl RegistryContract {
    /// Returns `None`: the simulated registers, from which it is generated, are left out.
    ///
    /// # Errors
    /// Fails if it is requested.
    pub(super) fn json(&self) -> Result<Option<String>, Failure> {
        refuse(self.wanted).map(|()| None)
    }
}

/// Returns the time.
///
/// # Errors
/// None: it is the machine's.
pub(super) fn now(_: &mut PgConnection) -> Result<DateTime<Utc>, Failure> {
    Ok(Utc::now())
}

fn refuse(wanted: bool) -> Result<(), Failure> {
    if wanted { Err(LEFT_OUT.into()) } else { Ok(()) }
}
