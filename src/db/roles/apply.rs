//! Applies the table to a database.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Bool, Text};

use super::DbRole;
use super::sql;
use super::table::TABLES;
use crate::db::schema_version::{self, Misfit};

/// What happens to a role that the server does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is made, without a password.
    Create,
    /// It is left out.
    LeaveOut,
}

/// Why the rights could not be set.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The database has not the schema of this version.
    #[error("{0}")]
    Schema(#[from] Misfit),
    /// The schema is newer, and so may be its rights.
    #[error(
        "the schema is newer than this version, whose rights may lack some: use the newest version that has migrated it"
    )]
    Newer,
    /// A statement failed.
    #[error(
        "the rights could not be set; this needs the owner of the tables, and to make roles the right CREATEROLE: {0}"
    )]
    Database(#[from] DieselError),
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Owned {
    #[diesel(sql_type = Bool)]
    owned: bool,
}

/// Makes the rights in this database those of the table, in one transaction; returns the roles that have them now.
/// Repeating it changes nothing.
///
/// # Errors
/// See [`ApplyError`].
pub fn apply(connection: &mut PgConnection, missing: Missing) -> Result<Vec<DbRole>, ApplyError> {
    connection.transaction(|c| {
        // Two at once would change the same rows of the catalogue.
        c.batch_execute("SELECT pg_advisory_xact_lock(hashtext('cazier'), hashtext('roles'))")?;
        schema_version::check(c)??;
        if !schema_version::is_ours(c)? {
            return Err(ApplyError::Newer);
        }
        let roles = match missing {
            Missing::Create => DbRole::ALL.to_vec(),
            Missing::LeaveOut => existing(c)?,
        };
        if roles.is_empty() {
            return Ok(roles);
        }
        if missing == Missing::Create {
            c.batch_execute(&roles.iter().map(|role| sql::create(*role)).collect::<String>())?;
        }
        c.batch_execute(&sql::of_server(&roles))?;
        if owns_database(c)? {
            c.batch_execute(&sql::of_database(&roles))?;
        } else {
            log::warn!("roles: the database has another owner, whose part it is to revoke CREATE and TEMPORARY from PUBLIC");
        }
        c.batch_execute(&sql::of_tables(&roles))?;
        Ok(roles)
    })
}

/// Grants the rights to one table, which was made again.
///
/// # Errors
/// Fails if the database is away, or the table is another role's.
pub fn grant(connection: &mut PgConnection, table: &str) -> QueryResult<()> {
    let roles = existing(connection)?;
    let lines = TABLES.iter().filter(|line| line.table == table);
    connection.batch_execute(&lines.map(|line| sql::grants(line, &roles)).collect::<String>())
}

/// Returns the roles that the server has.
fn existing(connection: &mut PgConnection) -> QueryResult<Vec<DbRole>> {
    let found: Vec<Found> =
        diesel::sql_query("SELECT rolname::text AS name FROM pg_roles").load(connection)?;
    let is_there = |role: &DbRole| found.iter().any(|one| one.name == role.name());
    Ok(DbRole::ALL.into_iter().filter(is_there).collect())
}

fn owns_database(connection: &mut PgConnection) -> QueryResult<bool> {
    let query =
        "SELECT pg_has_role(datdba, 'USAGE') AS owned FROM pg_database WHERE datname = current_database()";
    Ok(diesel::sql_query(query).get_result::<Owned>(connection)?.owned)
}
