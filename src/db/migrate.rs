//! Migrations, compiled into the binary and run by one process at a time.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationError, MigrationHarness, embed_migrations};

use super::primary;
use crate::error::{Error, Result};

/// The migrations of this version.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// An arbitrary constant that stands for "somebody migrates this database".
const ADVISORY_LOCK: i64 = 0x0063_617a_6965_7231;

/// A migration that changes a table waits so long for those who use it, and they for it: then it lets them pass.
const LOCK_TIMEOUT_MS: u32 = 1000;
/// So many times it asks again.
const WAITS: u32 = 60;
/// Between two times.
const PAUSE: Duration = Duration::from_millis(500);

/// Brings a database to this version; a second process waits for the first and then finds nothing to do. A migration that
/// does not get its lock lets others pass and is tried again: whoever waits for a lock holds up all who come later.
///
/// # Errors
/// When the server is away or a migration fails; a failed one is rolled back as a whole, those before it stay.
pub fn run(url: &str) -> Result<Vec<String>> {
    let mut connection = primary::establish(url).map_err(Error::internal)?;
    lock(&mut connection)?;
    connection.batch_execute(&format!("SET lock_timeout = {LOCK_TIMEOUT_MS}"))?;
    let (mut done, mut waits) = (Vec::new(), WAITS);
    loop {
        match connection.run_next_migration(MIGRATIONS) {
            Ok(version) => done.push(version.to_string()),
            Err(error) if is_end(&*error) => return Ok(done),
            Err(error) if waits > 0 && is_locked(&*error) => {
                log::info!("migrate: a lock is held by somebody else; trying again");
                std::thread::sleep(PAUSE);
                waits -= 1;
            }
            Err(error) => return Err(Error::Internal(error)),
        }
    }
}

/// Nothing is left to run.
fn is_end(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(MigrationError::NoMigrationRun))
}

/// By the server's words: diesel_migrations hands on no more.
fn is_locked(error: &(dyn std::error::Error + 'static)) -> bool {
    let words = error.to_string();
    words.contains("canceling statement due to lock timeout") || words.contains("deadlock detected")
}

/// Held until the connection closes: diesel itself takes no lock, and two starting nodes would collide.
fn lock(connection: &mut PgConnection) -> Result<()> {
    sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(ADVISORY_LOCK)
        .execute(connection)?;
    Ok(())
}
