//! The secrets of a node, from its settings.

use zeroize::Zeroizing;

use super::refusals::{Refusals, StartError};
use crate::config::Config;
use crate::person::Keyring;
use crate::signature::{Source, Where};
use ades::{Pkcs11Uri, Pkcs11UriError};

/// The secrets of a node.
pub struct Secrets {
    /// AES-256 keys of the encrypted fields, `id:base64`, the active one first.
    pub sealing_keys: String,
    /// HMAC keys of the keyed indexes, in the same form, the newest first.
    pub index_keys: String,
    /// The signing keys.
    pub seal_keys: Vec<Source>,
}

impl Secrets {
    /// Makes the keyring.
    ///
    /// # Errors
    /// Fails if a key is malformed.
    pub fn keyring(&self) -> Result<Keyring, StartError> {
        Keyring::parse(&self.sealing_keys, &self.index_keys).map_err(|error| {
            StartError::Unusable("CAZIER_SEALING_KEYS, CAZIER_INDEX_KEYS", error.to_string())
        })
    }
}

/// Makes the keyring from the settings; records faults.
pub(super) fn keyring(config: &Config, refusals: &mut Refusals) -> Option<Keyring> {
    let sealing_keys = refusals.needed(config.sealing_keys.as_ref(), "CAZIER_SEALING_KEYS");
    let index_keys = refusals.needed(config.index_keys.as_ref(), "CAZIER_INDEX_KEYS");
    let secrets = Secrets { sealing_keys: sealing_keys?, index_keys: index_keys?, seal_keys: Vec::new() };
    refusals.take(secrets.keyring())
}

/// Reads the signing keys with their chains; records faults.
pub(super) fn seal_keys(config: &Config, refusals: &mut Refusals) -> Option<Vec<Source>> {
    let (chains, keys) = (&config.seal_chain, &config.seal_key);
    let first_chain = refusals.needed(chains.first(), "CAZIER_SEAL_CHAIN");
    refusals.needed(keys.first(), "CAZIER_SEAL_KEY").and(first_chain)?;
    if chains.len() != keys.len() {
        let why = format!(
            "there must be as many keys as chains, and there are {} and {}",
            keys.len(),
            chains.len()
        );
        refusals.take::<()>(Err(StartError::Unusable("CAZIER_SEAL_KEY, CAZIER_SEAL_CHAIN", why)));
    }
    let chains: Vec<_> =
        chains.iter().map(|path| refusals.take(StartError::read("CAZIER_SEAL_CHAIN", path))).collect();
    let keys: Vec<_> = keys.iter().map(|key| refusals.take(seal_key(config, key))).collect();
    chains.into_iter().zip(keys).map(|(chain, key)| Some(Source { chain_pem: chain?, key: key? })).collect()
}

/// Locates a key: in a file, or in a device.
///
/// # Errors
/// Fails if the file cannot be read, or the URI does not name a key.
pub fn seal_key(config: &Config, key: &str) -> Result<Where, StartError> {
    if !Pkcs11Uri::is_one(key) {
        let pem = Zeroizing::new(StartError::read("CAZIER_SEAL_KEY", key.as_ref())?);
        return Ok(Where::File { pem, passphrase: config.seal_key_passphrase.clone(), rsa: config.seal_rsa });
    }
    let uri = Pkcs11Uri::parse(key).map_err(|error| {
        let pin = if error == Pkcs11UriError::Pin { " (CAZIER_SEAL_PIN)" } else { "" };
        StartError::Unusable("CAZIER_SEAL_KEY", format!("{error}{pin}"))
    })?;
    let pin = config.seal_pin.clone().ok_or(StartError::Missing("CAZIER_SEAL_PIN"))?;
    Ok(Where::Token { uri, pin, rsa: config.seal_rsa, deadline: config.seal_deadline })
}
