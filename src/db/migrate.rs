//! Runs the migrations, which are compiled into the binary, in one process at a time.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{RunQueryDsl, sql_query};
use diesel_migrations::{MigrationError, MigrationHarness};

use super::roles::{self, ApplyError, Missing};
pub use super::schema_version::MIGRATIONS;
use super::{constraints, primary};
use crate::error::{Error, Result};

/// The advisory lock of a running migration: an arbitrary constant.
const ADVISORY_LOCK: i64 = 0x0063_617a_6965_7231;

/// How long a migration waits for a lock, and later callers wait behind it, before it lets them pass.
const LOCK_TIMEOUT_MS: u32 = 1000;
/// How often it asks for the lock again.
const WAITS: u32 = 60;
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// Migrates a database to this version. A second process waits for the first and then finds nothing to do. A migration
/// that does not get its lock gives way and retries: a waiting lock request blocks everybody who comes after it. At the
/// end, constraints that older rows satisfy by now are validated, and the roles of the nodes get their rights to what is new.
///
/// # Errors
/// Fails if the server is away or a migration fails. A failed migration is rolled back as a whole; earlier ones stay.
pub fn run(url: &str) -> Result<Vec<String>> {
    let mut connection = primary::establish(url).map_err(Error::internal)?;
    lock(&mut connection)?;
    connection.batch_execute(&format!("SET lock_timeout = {LOCK_TIMEOUT_MS}"))?;
    let (mut done, mut waits) = (Vec::new(), WAITS);
    loop {
        match connection.run_next_migration(MIGRATIONS) {
            Ok(version) => done.push(version.to_string()),
            Err(error) if is_end(&*error) => break,
            Err(error) if waits > 0 && is_locked(&*error) => {
                log::info!("migrate: another transaction holds a lock; trying again");
                std::thread::sleep(PAUSE);
                waits -= 1;
            }
            Err(error) => return Err(Error::internal(error)),
        }
    }
    constraints::validate(&mut connection)?;
    match roles::apply(&mut connection, Missing::LeaveOut) {
        Ok(_) => Ok(done),
        // A newer version has migrated this database, and has granted what its nodes need.
        Err(ApplyError::Newer | ApplyError::Schema(_)) => Ok(done),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Returns whether no migration is left to run.
fn is_end(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(MigrationError::NoMigrationRun))
}

/// Recognizes a lock failure by the server's message: diesel_migrations exposes nothing else.
fn is_locked(error: &(dyn std::error::Error + 'static)) -> bool {
    let words = error.to_string();
    words.contains("canceling statement due to lock timeout") || words.contains("deadlock detected")
}

/// Takes the lock, held until the connection closes: diesel takes none, and two starting nodes would collide.
fn lock(connection: &mut PgConnection) -> Result<()> {
    sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(ADVISORY_LOCK)
        .execute(connection)?;
    Ok(())
}
