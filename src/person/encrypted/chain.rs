//! The index keys. Each later key hashes again what the one before it made, so every hash follows from the one that an
//! earlier list of keys gave, and from nothing else that is stored.

use std::fmt;

use ring::aead::LessSafeKey;
use ring::hmac;
use uuid::Uuid;

use super::keys::{KeyringError, Keys};
use super::{Cell, Column, Index, cipher, decrypt, derive, encrypt, message};

/// What the key of [`IndexChain::keep`] is derived for; part of the data at rest.
const LOGGED: &[u8] = b"cazier logged hashes 1";
/// Octets of a hash: the key's id and HMAC-SHA-256.
const HASH: usize = 33;

/// The keys of one list, of which the newest stands first in the setting.
#[derive(Clone)]
pub struct IndexChain {
    /// From the oldest to the newest.
    keys: Vec<(u8, hmac::Key)>,
    /// Encrypt what [`IndexChain::keep`] keeps; the newest first.
    logged: Keys<LessSafeKey>,
}

impl fmt::Debug for IndexChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexChain(…)")
    }
}

impl IndexChain {
    /// Parses a list as [`super::Keyring::parse`] takes it.
    pub(super) fn parse(list: &str) -> Result<Self, KeyringError> {
        let keys = Keys::parse(list, |key| Ok(hmac::Key::new(hmac::HMAC_SHA256, key)))?;
        let mut keys: Vec<_> = keys.iter().cloned().collect();
        keys.reverse();
        let logged = Keys::parse(list, |key| cipher(derive(key, LOGGED)?.as_slice()))?;
        Ok(Self { keys, logged })
    }

    /// Returns the id of the newest key: with it each hash of this list begins.
    #[must_use]
    pub fn newest(&self) -> u8 {
        self.keys.last().map_or(0, |(id, _)| *id)
    }

    /// Returns the ids of the other keys.
    #[must_use]
    pub fn older(&self) -> Vec<u8> {
        self.keys.iter().rev().skip(1).map(|(id, _)| *id).collect()
    }

    /// Computes the hash by all keys.
    pub(super) fn hash(&self, index: Index, value: &[u8]) -> Vec<u8> {
        hash(&self.keys, index, value)
    }

    /// Returns the hash that the list gave when this key was its newest; `None` for the id of no key.
    #[must_use]
    pub fn hash_of(&self, newest: u8, index: Index, value: &[u8]) -> Option<Vec<u8>> {
        let at = self.keys.iter().position(|(id, _)| *id == newest)?;
        Some(hash(self.keys.get(..=at)?, index, value))
    }

    /// Returns the hash of the oldest key alone, for what stays when keys are added.
    #[must_use]
    pub fn oldest_hash(&self, index: Index, value: &[u8]) -> Vec<u8> {
        hash(self.keys.get(..1).unwrap_or_default(), index, value)
    }

    /// Hashes a hash of an earlier list on, up to the newest key; one of this list stays as it is. `None` if it is no
    /// hash by a key of this list.
    #[must_use]
    pub fn again(&self, hash: &[u8]) -> Option<Vec<u8>> {
        let id = hash.first().filter(|_| hash.len() == HASH)?;
        let at = self.keys.iter().position(|(of_key, _)| of_key == id)?;
        Some(hash_on(self.keys.get(at + 1..)?, hash.to_vec()))
    }

    /// Encrypts the hashes of a certificate that the log commits to, for its row, whose own are made anew.
    ///
    /// `None` if the operating system has no random octets.
    #[must_use]
    pub fn keep(&self, certificate: Uuid, hashes: &LoggedHashes) -> Option<Vec<u8>> {
        let plain = [&hashes.person[..], &hashes.control_code[..]].concat();
        encrypt(&self.logged, cell(certificate), &plain).ok()
    }

    /// Decrypts what was kept. `None` if it was not kept for this row under the newest key, or the hashes of the row do
    /// not follow from it.
    #[must_use]
    pub fn recall(&self, certificate: Uuid, kept: &[u8], row: (&[u8], &[u8])) -> Option<LoggedHashes> {
        let hashes = self.open(certificate, kept).filter(|_| kept.get(1) == Some(&self.newest()))?;
        let follows = |logged: &[u8], now: &[u8]| self.again(logged).is_some_and(|again| again == now);
        (follows(&hashes.person, row.0) && follows(&hashes.control_code, row.1)).then_some(hashes)
    }

    /// Decrypts what was kept under any key of this list.
    #[must_use]
    pub fn open(&self, certificate: Uuid, kept: &[u8]) -> Option<LoggedHashes> {
        let plain = decrypt(&self.logged, cell(certificate), kept).ok()?;
        let (person, control_code) = plain.split_at_checked(HASH)?;
        (control_code.len() == HASH)
            .then(|| LoggedHashes { person: person.to_vec(), control_code: control_code.to_vec() })
    }
}

/// The hashes of a certificate's row as its leaf in the log commits to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedHashes {
    /// Of the holder.
    pub person: Vec<u8>,
    /// Of the control code.
    pub control_code: Vec<u8>,
}

/// Hashes a value by the first of these keys, and that hash by each later one.
fn hash(keys: &[(u8, hmac::Key)], index: Index, value: &[u8]) -> Vec<u8> {
    let Some(((id, key), later)) = keys.split_first() else { return Vec::new() };
    hash_on(later, keyed(*id, key, index, value))
}

fn hash_on(keys: &[(u8, hmac::Key)], hash: Vec<u8>) -> Vec<u8> {
    keys.iter().fold(hash, |hash, (id, key)| keyed(*id, key, Index::INDEX_AGAIN, &hash))
}

fn keyed(id: u8, key: &hmac::Key, index: Index, value: &[u8]) -> Vec<u8> {
    [&[id], hmac::sign(key, &message(index.as_str(), &[value])).as_ref()].concat()
}

fn cell(certificate: Uuid) -> Cell {
    Column::CERTIFICATES_LOGGED_AS.at(certificate)
}
