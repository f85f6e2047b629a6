//! `cazier roles`: what each role of the database may do.

use std::io::Write;

use clap::Args;
use diesel::{Connection, PgConnection};

use super::sandbox::now;
use super::{Failure, configured, connect};
use crate::audit;
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
        let names = connect(&configured()?)?.transaction(applied)?;
        Ok(writeln!(std::io::stdout(), "the rights of {names} are set")?)
    }
}

/// Sets the rights, and records it with them; returns the names of the roles.
fn applied(connection: &mut PgConnection) -> Result<String, Failure> {
    let roles = roles::apply(connection, Missing::Create)?;
    let names = roles.into_iter().map(DbRole::name).collect::<Vec<_>>().join(", ");
    let now = now(connection)?;
    audit::record_command(connection, "roles.applied", format!("of {names}"), now)?;
    Ok(names)
}
