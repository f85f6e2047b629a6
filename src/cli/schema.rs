//! Whether a node may begin: not on a schema that is not for its version.

use std::time::Duration;

use super::Failure;
use crate::config::Config;
use crate::db::{Misfit, primary, schema_version};

/// Between two looks at a schema that somebody else migrates.
const PAUSE: Duration = Duration::from_secs(1);

/// Ends with the sentence that says what to do, or waits for it to be done. A database that is away says nothing: a node
/// begins without it, and opens no connection to a schema that is not for it.
///
/// # Errors
/// When the schema is not for this version: an older one unless it is waited for, a newer one in any case.
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
