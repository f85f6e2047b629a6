//! A node that verifies alone: it is given the keys that verification needs, and refuses others.

use std::sync::Arc;

use super::outside::Outside;
use super::refusals::{Refusals, StartError, StartErrors};
use super::{Prepared, Role, refuse_unencrypted, tls};
use crate::config::Config;
use crate::log::LogKeys;
use crate::person::Keyring;
use crate::person::encrypted::KeyringError;
use crate::time::Clock;

const WITHHELD: &str = "a node that verifies alone must not have it: whoever takes over the node would have it too. Leave it out";
const OTHERS: &str =
    "only `cazier serve --only verify` takes it: this node has the keys that it is derived from";

/// Prepares it from its settings.
///
/// # Errors
/// All unusable settings, and all secrets that it must not have.
pub(super) fn prepare(config: &Config, role: Role) -> Result<Prepared, StartErrors> {
    let clock = role.stand_ins.map_or(Clock::System, |stand_ins| (stand_ins.clock)());
    let sandbox = role.stand_ins.is_some();
    let mut refusals = Refusals::default();
    refuse_secrets(config, &mut refusals);
    let database_url = refusals.needed(config.database_url.as_ref(), "DATABASE_URL");
    if !sandbox {
        refuse_unencrypted(config, &mut refusals);
        refusals.needed(config.log_memory.as_ref(), "CAZIER_LOG_MEMORY");
    }
    let keyring = keyring(config, &mut refusals).map(Arc::new);
    let log_keys = keyring.as_ref().and_then(|keyring| log_keys(config, keyring, &mut refusals));
    let outside = Outside::of_verification(config, sandbox, &mut refusals);
    let tls = tls::of(config, clock.now(), &mut refusals);
    let prepared = match (database_url, keyring, log_keys, outside, tls) {
        (Some(database_url), Some(keyring), Some(log_keys), Some(outside), Some(tls)) => Some(Prepared {
            serves: role.serves,
            database_url,
            worker_database_url: None,
            works: false,
            keyring,
            log_keys: Some(log_keys),
            held: Vec::new(),
            outside,
            tls,
            clock,
            stand_ins: role.stand_ins,
        }),
        _ => None,
    };
    refusals.settle(prepared)
}

/// Refuses what a node that verifies alone must not have.
fn refuse_secrets(config: &Config, refusals: &mut Refusals) {
    for (name, is_set) in [
        ("CAZIER_SEALING_KEYS", config.sealing_keys.is_some()),
        ("CAZIER_LOG_KEYS", config.log_keys.is_some()),
        ("CAZIER_SEAL_KEY", !config.seal_key.is_empty()),
        ("CAZIER_SEAL_KEY_PASSPHRASE", config.seal_key_passphrase.is_some()),
        ("CAZIER_SEAL_PIN", config.seal_pin.is_some()),
        ("CAZIER_WORKER_DATABASE_URL", config.worker_database_url.is_some()),
        ("CAZIER_REGISTER_DATABASE_URL", config.register_database_url.is_some()),
        ("CAZIER_REGISTER_IDENTITY", config.register_identity.is_some()),
        ("CAZIER_SMTP_URL", config.smtp_url.is_some()),
        ("CAZIER_IDENTITY_PROVIDERS", !config.identity_providers.is_empty()),
    ] {
        refuse_if(is_set, (name, WITHHELD), refusals);
    }
}

/// Refuses, for other nodes, what a node that verifies alone takes instead of secrets.
pub(super) fn refuse_its_settings(config: &Config, refusals: &mut Refusals) {
    refuse_if(config.binding_keys.is_some(), ("CAZIER_BINDING_KEYS", OTHERS), refusals);
    refuse_if(!config.log_public_keys.is_empty(), ("CAZIER_LOG_PUBLIC_KEYS", OTHERS), refusals);
}

fn refuse_if(is_set: bool, (name, why): (&'static str, &str), refusals: &mut Refusals) {
    if is_set {
        refusals.take::<()>(Err(StartError::Unusable(name, why.to_owned())));
    }
}

fn keyring(config: &Config, refusals: &mut Refusals) -> Option<Keyring> {
    let binding_keys = refusals.needed(config.binding_keys.as_ref(), "CAZIER_BINDING_KEYS");
    let index_keys = refusals.needed(config.index_keys.as_ref(), "CAZIER_INDEX_KEYS");
    let keyring = Keyring::for_verification(&binding_keys?, &index_keys?);
    let unusable =
        |why: KeyringError| StartError::Unusable("CAZIER_BINDING_KEYS, CAZIER_INDEX_KEYS", why.to_string());
    refusals.take(keyring.map_err(unusable))
}

fn log_keys(config: &Config, keyring: &Keyring, refusals: &mut Refusals) -> Option<LogKeys> {
    const SETTING: &str = "CAZIER_LOG_PUBLIC_KEYS";
    refusals.needed(config.log_public_keys.first(), SETTING)?;
    let keys = LogKeys::public_alone(&config.log_public_keys, keyring);
    refusals.take(keys.map_err(|fault| StartError::Unusable(SETTING, fault.to_string())))
}
