//! A list of keys with ids, the active one first.

use std::iter;

use zeroize::Zeroizing;

use crate::text::base64;

/// Octets of an encryption key (AES-256) and of an index key (as long as the hash of HMAC-SHA-256).
pub(super) const KEY_LENGTH: usize = 32;

/// The fault in a list of keys. Names at most an id, never a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// An entry, or the whole list, is not `id:key`.
    #[error("keys are written id:base64, separated by commas")]
    Entry,
    /// An id is not a number from 1 to 255.
    #[error("a key id is a number of 1 to 255")]
    Id,
    /// Two keys have the same id.
    #[error("key id {0} occurs twice")]
    DuplicateId(u8),
    /// A key is not 32 octets in base64.
    #[error("a key is 32 octets in base64")]
    Key,
}

/// At least one key; each id once.
#[derive(Clone)]
pub(super) struct Keys<K> {
    active: (u8, K),
    retired: Vec<(u8, K)>,
}

impl<K> Keys<K> {
    /// Parses `id:key` entries and makes each key with `make`. Erases the decoded octets; the cryptographic library
    /// cannot erase what a key keeps inside.
    pub(super) fn parse(
        list: &str,
        make: impl Fn(&[u8]) -> Result<K, KeyringError>,
    ) -> Result<Self, KeyringError> {
        let mut entries = list.split(',').map(|entry| parse_entry(entry.trim(), &make));
        let mut keys = Self { active: entries.next().ok_or(KeyringError::Entry)??, retired: Vec::new() };
        for entry in entries {
            let (id, key) = entry?;
            if keys.find(id).is_some() {
                return Err(KeyringError::DuplicateId(id));
            }
            keys.retired.push((id, key));
        }
        Ok(keys)
    }

    /// Returns the key for new values.
    pub(super) fn active(&self) -> &(u8, K) {
        &self.active
    }

    /// Returns every key, the active one first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(u8, K)> {
        iter::once(&self.active).chain(&self.retired)
    }

    /// Returns the key with this id.
    pub(super) fn find(&self, id: u8) -> Option<&K> {
        self.iter().find(|(of_key, _)| *of_key == id).map(|(_, key)| key)
    }
}

fn parse_entry<K>(
    entry: &str,
    make: impl Fn(&[u8]) -> Result<K, KeyringError>,
) -> Result<(u8, K), KeyringError> {
    let (id, key) = entry.split_once(':').ok_or(KeyringError::Entry)?;
    let id = id.parse().ok().filter(|id| *id != 0).ok_or(KeyringError::Id)?;
    let key = Zeroizing::new(base64::decode(key).ok_or(KeyringError::Key)?);
    if key.len() != KEY_LENGTH {
        return Err(KeyringError::Key);
    }
    Ok((id, make(&key)?))
}
