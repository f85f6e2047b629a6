//! Personal data at rest: encrypted with AES-256-GCM (NIST SP 800-38D), found again by a keyed hash (HMAC-SHA-256, FIPS
//! 198-1).
//!
//! An encrypted value is `version (1) | key id (1) | nonce (12) | ciphertext | tag (16)` octets. The header, the row
//! and the column are authenticated with it, so a value that is copied elsewhere cannot be decrypted. An index value is
//! `key id (1) | HMAC (32)` octets; equal values of one name ([`Index`]) have equal ones. With several index keys, each
//! later one hashes what the one before made ([`IndexChain`]). A bond ([`Keyring::bind`])
//! has the same form, by keys that are derived from the encryption keys and rotate with them.

use std::fmt;

use data_encoding::BASE64;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
    rand::{SecureRandom as _, SystemRandom},
};
use uuid::Uuid;
use zeroize::Zeroizing;

mod chain;
mod keys;
mod names;

pub use chain::{IndexChain, LoggedHashes};
pub use keys::KeyringError;
use keys::{KEY_LENGTH, Keys};
pub use names::{Bond, Column, Index};

/// The layout of an encrypted value; a new layout gets a new number.
const VERSION: u8 = 1;
/// Version and key id.
const HEADER_LENGTH: usize = 2;

/// The place in the database that an encrypted value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Table and column.
    pub column: Column,
    /// The primary key of the row.
    pub row: Uuid,
}

/// Why a value could not be encrypted or decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionError {
    /// The operating system returned no random octets, or the value is too long for the cipher.
    #[error("a value could not be encrypted")]
    Encrypt,
    /// The value is too short, or has an unknown version.
    #[error("not an encrypted value")]
    Malformed,
    /// The key is not in the keyring: perhaps it was removed before the rotation was over.
    #[error("encrypted with key {0}, which is not in the keyring")]
    UnknownKey(u8),
    /// The node verifies alone, and has no keys of encrypted values.
    #[error("this node has no keys of encrypted values")]
    NoKeys,
    /// The value was altered, moved from another cell, or encrypted with another key of the same id.
    #[error("an encrypted value is not authentic in its place")]
    NotAuthentic,
}

/// The keys of one installation. Of those that encrypt, the first does, and the others only decrypt; the index keys make
/// each hash together.
///
/// At most 2^32 values may be encrypted with one key, because nonces are random (SP 800-38D, 8.3).
pub struct Keyring {
    /// None on a node that verifies alone.
    encryption: Option<Keys<LessSafeKey>>,
    binding: Keys<hmac::Key>,
    /// Seeds of the keys that sign ID tokens, derived from those that encrypt; none on a node that verifies alone.
    id_tokens: Option<Keys<Zeroizing<[u8; KEY_LENGTH]>>>,
    /// For addresses of the verification page; derived from the keys that bind.
    page: Keys<LessSafeKey>,
    index: IndexChain,
}

impl Keyring {
    /// Parses two comma-separated lists of `id:key`: ids from 1 to 255, each once; keys of 32 octets in base64.
    ///
    /// # Errors
    /// See [`KeyringError`]; no error repeats a key.
    pub fn parse(encryption_keys: &str, index_keys: &str) -> Result<Self, KeyringError> {
        let encryption = Some(Keys::parse(encryption_keys, cipher)?);
        let binding_keys = Self::binding_keys(encryption_keys)?;
        let id_tokens = Some(Keys::parse(encryption_keys, |key| derive(key, ID_TOKENS))?);
        Ok(Self { encryption, id_tokens, ..Self::for_verification(&binding_keys, index_keys)? })
    }

    /// Parses the keys of a node that verifies alone: it checks what binds rows, and decrypts nothing.
    ///
    /// # Errors
    /// See [`KeyringError`]; no error repeats a key.
    pub fn for_verification(binding_keys: &str, index_keys: &str) -> Result<Self, KeyringError> {
        let binding = Keys::parse(binding_keys, |key| Ok(hmac::Key::new(hmac::HMAC_SHA256, key)))?;
        let page = Keys::parse(binding_keys, |key| cipher(derive(key, PAGE)?.as_slice()))?;
        let index = IndexChain::parse(index_keys)?;
        Ok(Self { encryption: None, id_tokens: None, binding, page, index })
    }

    /// Derives the keys that bind rows from those that encrypt, as a list for [`Keyring::for_verification`].
    ///
    /// # Errors
    /// See [`KeyringError`]; no error repeats a key.
    pub fn binding_keys(encryption_keys: &str) -> Result<Zeroizing<String>, KeyringError> {
        let derived = Keys::parse(encryption_keys, |key| derive(key, BONDS))?;
        let entries = derived.iter().map(|(id, key)| format!("{id}:{}", BASE64.encode(key.as_slice())));
        Ok(Zeroizing::new(entries.collect::<Vec<_>>().join(",")))
    }

    /// Returns the seeds of the keys that sign ID tokens, that of the active key first.
    pub(crate) fn id_token_seeds(&self) -> impl Iterator<Item = &[u8; KEY_LENGTH]> {
        self.id_tokens.iter().flat_map(Keys::iter).map(|(_, seed)| &**seed)
    }

    /// Returns whether it can encrypt and decrypt.
    #[must_use]
    pub fn decrypts(&self) -> bool {
        self.encryption.is_some()
    }

    /// Generates a list of one key, `1:<base64>`, for either argument of [`Keyring::parse`].
    ///
    /// # Errors
    /// [`EncryptionError::Encrypt`] if the operating system returns no random octets.
    pub fn generate_spec() -> Result<String, EncryptionError> {
        let key = Zeroizing::new(random::<KEY_LENGTH>()?);
        Ok(format!("1:{}", BASE64.encode(key.as_slice())))
    }

    /// Returns the id of the key that encrypts and binds: the others only decrypt and check.
    #[must_use]
    pub fn encryption_key(&self) -> u8 {
        self.binding.active().0
    }

    /// Returns the ids of all keys that encrypt or decrypt, the active one first; of a node that verifies alone, of those that
    /// check what binds rows.
    #[must_use]
    pub fn encryption_keys(&self) -> Vec<u8> {
        self.binding.iter().map(|(id, _)| *id).collect()
    }

    /// Encrypts a value for one cell; doing so twice gives two different results.
    ///
    /// # Errors
    /// [`EncryptionError::Encrypt`] or [`EncryptionError::NoKeys`].
    pub fn encrypt(&self, cell: Cell, plaintext: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        encrypt(self.encryption.as_ref().ok_or(EncryptionError::NoKeys)?, cell, plaintext)
    }

    /// Decrypts a value that was encrypted for the same cell, with any key of the keyring.
    ///
    /// # Errors
    /// [`EncryptionError::Malformed`], [`EncryptionError::UnknownKey`], [`EncryptionError::NotAuthentic`] or
    /// [`EncryptionError::NoKeys`].
    pub fn decrypt(&self, cell: Cell, encrypted: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        decrypt(self.encryption.as_ref().ok_or(EncryptionError::NoKeys)?, cell, encrypted)
    }

    /// Encrypts what an address of the verification page holds. Every node has the key, those that verify alone too.
    ///
    /// # Errors
    /// [`EncryptionError::Encrypt`].
    pub fn encrypt_for_page(&self, cell: Cell, plaintext: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        encrypt(&self.page, cell, plaintext)
    }

    /// Decrypts what an address of the verification page holds.
    ///
    /// # Errors
    /// [`EncryptionError::Malformed`], [`EncryptionError::UnknownKey`] or [`EncryptionError::NotAuthentic`].
    pub fn decrypt_from_page(&self, cell: Cell, encrypted: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        decrypt(&self.page, cell, encrypted)
    }

    /// Computes the 33 octets that bind values together in this order: nobody can change one value unnoticed without
    /// the keys. `bond` separates bonds for different purposes.
    #[must_use]
    pub fn bind(&self, bond: Bond, values: &[&[u8]]) -> Vec<u8> {
        let (id, key) = self.binding.active();
        [&[*id], hmac::sign(key, &message(bond.as_str(), values)).as_ref()].concat()
    }

    /// Returns whether bonds by the key with this id can be checked.
    #[must_use]
    pub fn binds_by(&self, id: u8) -> bool {
        self.binding.find(id).is_some()
    }

    /// Returns whether these values are bound together, by any key of the keyring.
    #[must_use]
    pub fn is_bound(&self, bond: Bond, values: &[&[u8]], mac: &[u8]) -> bool {
        let Some((id, tag)) = mac.split_first() else { return false };
        self.binding.find(*id).is_some_and(|key| {
            let message = message(bond.as_str(), values);
            hmac::verify(key, &message, tag).is_ok()
        })
    }

    /// Computes the 33 octets by which a value is found; `index` separates equal values of different kinds.
    #[must_use]
    pub fn index(&self, index: Index, value: &[u8]) -> Vec<u8> {
        self.index.hash(index, value)
    }

    /// Returns the index keys.
    #[must_use]
    pub const fn index_chain(&self) -> &IndexChain {
        &self.index
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

fn encrypt(keys: &Keys<LessSafeKey>, cell: Cell, plaintext: &[u8]) -> Result<Vec<u8>, EncryptionError> {
    let (id, key) = keys.active();
    let header = [VERSION, *id];
    let nonce: [u8; NONCE_LEN] = random()?;
    let mut body = Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len());
    body.extend_from_slice(plaintext);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), associated(header, cell), &mut body)
        .map_err(|_| EncryptionError::Encrypt)?;
    Ok([&header[..], &nonce[..], &body[..]].concat())
}

fn decrypt(keys: &Keys<LessSafeKey>, cell: Cell, encrypted: &[u8]) -> Result<Vec<u8>, EncryptionError> {
    let (&header, rest) = encrypted.split_first_chunk::<HEADER_LENGTH>().ok_or(EncryptionError::Malformed)?;
    let (&nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(EncryptionError::Malformed)?;
    let [VERSION, id] = header else { return Err(EncryptionError::Malformed) };
    let key = keys.find(id).ok_or(EncryptionError::UnknownKey(id))?;
    let mut body = body.to_vec();
    let length = key
        .open_in_place(Nonce::assume_unique_for_key(nonce), associated(header, cell), &mut body)
        .map_err(|_| EncryptionError::NotAuthentic)?
        .len();
    body.truncate(length);
    Ok(body)
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, KeyringError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| KeyringError::Key)
}

/// Builds the associated data of an encrypted value. Header and row have a fixed length, so no two cells share octets.
fn associated(header: [u8; HEADER_LENGTH], cell: Cell) -> Aad<Vec<u8>> {
    Aad::from([&header[..], cell.row.as_bytes(), cell.column.as_str().as_bytes()].concat())
}

/// Encodes each part after its length, so that no two lists share octets.
fn message(name: &str, values: &[&[u8]]) -> Vec<u8> {
    let parts = std::iter::once(name.as_bytes()).chain(values.iter().copied());
    parts.flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.iter().copied())).collect()
}

/// What keys are derived for. The names are part of the data at rest.
const BONDS: &[u8] = b"cazier bonds 1";
const PAGE: &[u8] = b"cazier verification page 1";
const ID_TOKENS: &[u8] = b"cazier ID tokens 1";

/// Derives a separate key for a purpose (HKDF-SHA-256, RFC 5869): no key serves two.
fn derive(key: &[u8], purpose: &[u8]) -> Result<Zeroizing<[u8; KEY_LENGTH]>, KeyringError> {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(key);
    let mut derived = Zeroizing::new([0; KEY_LENGTH]);
    let purpose = [purpose];
    let expanded = extracted.expand(&purpose, hmac::HMAC_SHA256);
    expanded.and_then(|expanded| expanded.fill(derived.as_mut_slice())).map_err(|_| KeyringError::Key)?;
    Ok(derived)
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], EncryptionError> {
    let mut octets = [0; LENGTH];
    SystemRandom::new().fill(&mut octets).map_err(|_| EncryptionError::Encrypt)?;
    Ok(octets)
}

#[cfg(test)]
mod tests;
