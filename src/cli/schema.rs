//! Checks that the schema fits this version before a node starts.

use std::time::Duration;

use super::Failure;
use crate::config::Config;
use crate::db::{Misfit, primary, schema_version};

/// The pause between two checks while another process migrates.
const PAUSE: Duration = Duration::from_secs(1);

/// Fails with an instruction if the schema does not fit, or waits for the migration. If the database is away, the node
/// starts without it, and later refuses connections to an unfit schema.
///
/// # Errors
/// Fails if the schema is older (unless `wait`) or incompatibly newer than this version.
pub(super) fn await_fit(config: &Config, wait: bool) -> Result<(), Failure> {
    let Some(url) = &config.database_url else { return Ok(()) };
    let mut is_told = false;
    while let Some(misfit) = misfit(url) {
        if !wait || matches!(misfit, Misfit::Newer(_)) {
            return Err(format!("DATABASE_URL: {misfit}").into());
        }
        if !std::mem::replace(&mut is_told, true) {
            log::warn!("waiting: {misfit}");
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

fn misfit(url: &str) -> Option<Misfit> {
    let mut connection = primary::establish(url).ok()?;
    schema_version::check(&mut connection).ok()?.err()
}
