//! `cazier roles`: what each role of the database may do.

use std::io::Write;

use clap::Args;

use super::{Failure, configured, connect};
use crate::db::roles::{self, DbRole, Missing};

#[derive(Args)]
pub(super) struct Roles {
    /// Set the rights in the database at `DATABASE_URL`, as the owner of its tables: make the roles that are missing, and revoke what
    /// is not printed. Can be repeated, while nodes run.
    #[arg(long)]
    apply: bool,
}

impl Roles {
    /// Prints the statements, or runs them.
    pub(super) fn run(&self) -> Result<(), Failure> {
        if !self.apply {
            let script = roles::statements(&DbRole::ALL);
            return Ok(write!(std::io::stdout(), "BEGIN;\n{script}COMMIT;\n")?);
        }
        let roles = roles::apply(&mut connect(&configured()?)?, Missing::Create)?;
        let names: Vec<_> = roles.into_iter().map(DbRole::name).collect();
        Ok(writeln!(std::io::stdout(), "the rights of {} are set", names.join(", "))?)
    }
}
