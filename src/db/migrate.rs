//! Migrations, compiled into the binary and run by one process at a time.

use diesel::pg::PgConnection;
use diesel::{Connection, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::{Error, Result};

/// The migrations of this version.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// An arbitrary constant that stands for "somebody migrates this database".
const ADVISORY_LOCK: i64 = 0x0063_617a_6965_7231;

/// Brings a database to this version; a second process waits for the first and then finds nothing to do.
///
/// # Errors
/// When the server is away or a migration fails; a failed one is rolled back as a whole.
pub fn run(url: &str) -> Result<Vec<String>> {
    let mut connection = PgConnection::establish(url).map_err(Error::internal)?;
    lock(&mut connection)?;
    let done = connection.run_pending_migrations(MIGRATIONS).map_err(Error::Internal)?;
    Ok(done.iter().map(ToString::to_string).collect())
}

/// Whether the database stands at this version.
pub(crate) fn is_current(connection: &mut PgConnection) -> Result<bool> {
    Ok(!connection.has_pending_migration(MIGRATIONS).map_err(Error::Internal)?)
}

/// Held until the connection closes: diesel itself takes no lock, and two starting nodes would collide.
fn lock(connection: &mut PgConnection) -> Result<()> {
    sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(ADVISORY_LOCK)
        .execute(connection)?;
    Ok(())
}
