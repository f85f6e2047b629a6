//! Validates constraints that a migration added `NOT VALID`, without checking older rows.
//!
//! New rows are checked from the start. Once nodes have fixed the older ones, the constraint can be
//! validated, which only the owner of the table may do: so `cazier migrate` does it.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::Text;

use crate::error::Result;

/// How long the validation waits for its lock, which lets reads and writes pass.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '60s'";

/// The constraints that are not validated, and the statements that validate them.
const NOT_VALIDATED: &str = "SELECT conname::text AS name, \
    format('ALTER TABLE %s VALIDATE CONSTRAINT %I', conrelid::regclass, conname) AS statement \
    FROM pg_constraint WHERE contype = 'c' AND NOT convalidated AND pg_table_is_visible(conrelid) ORDER BY conname";

#[derive(QueryableByName)]
struct Constraint {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    statement: String,
}

/// Validates each check constraint that all rows satisfy. One that some row violates stays as it is: its nodes have
/// not started yet.
///
/// # Errors
/// Fails if the database is away, if the role does not own the table, or if the table stays locked for a minute.
pub(super) fn validate(connection: &mut PgConnection) -> Result<()> {
    connection.batch_execute(LOCK_TIMEOUT)?;
    let open: Vec<Constraint> = diesel::sql_query(NOT_VALIDATED).load(connection)?;
    for Constraint { name, statement } in open {
        match diesel::sql_query(statement).execute(connection) {
            Ok(_) => log::info!("migrate: validated {name}"),
            Err(DieselError::DatabaseError(DatabaseErrorKind::CheckViolation, _)) => {
                log::info!(
                    "migrate: {name} is not true of all rows yet; migrate again when the nodes have run"
                );
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
