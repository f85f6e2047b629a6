//! `cazier keys binding`: prints the keys that check what binds rows.

use std::io::Write;

use super::super::Failure;
use crate::config::Config;
use crate::person::Keyring;

/// Prints the keys that are derived from `CAZIER_SEALING_KEYS`, for `CAZIER_BINDING_KEYS`.
///
/// # Errors
/// Fails if the setting is missing.
pub(super) fn print(config: &Config) -> Result<(), Failure> {
    let encryption = config.sealing_keys.as_deref().ok_or("CAZIER_SEALING_KEYS is not set")?;
    Ok(writeln!(std::io::stdout(), "{}", Keyring::binding_keys(encryption)?.as_str())?)
}
