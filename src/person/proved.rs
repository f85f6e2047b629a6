//! A person whose identity was proved.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::encrypted::{Cell, Column, EncryptionError, Keyring};
use super::{Cnp, PersonName};

/// A person, according to an identity provider or an officer.
#[derive(Clone)]
pub struct ProvedPerson {
    /// Personal numeric code.
    pub cnp: Cnp,
    /// Family name.
    pub family_name: PersonName,
    /// Given names.
    pub given_name: PersonName,
    /// Date of birth.
    pub birth_date: NaiveDate,
}

impl std::fmt::Debug for ProvedPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProvedPerson(…)")
    }
}

/// The stored form, before encryption.
#[derive(Serialize, Deserialize)]
struct Stored {
    cnp: String,
    family_name: String,
    given_name: String,
    birth_date: NaiveDate,
}

impl ProvedPerson {
    /// Encrypts the person for an account's row.
    ///
    /// # Errors
    /// Fails if the machine has no randomness.
    pub fn encrypt(&self, keyring: &Keyring, account: Uuid) -> Result<Vec<u8>, EncryptionError> {
        self.encrypt_in(keyring, Column::ACCOUNTS_PERSON.at(account))
    }

    /// Encrypts the person for any cell.
    ///
    /// # Errors
    /// Fails if the machine has no randomness.
    pub fn encrypt_in(&self, keyring: &Keyring, cell: Cell) -> Result<Vec<u8>, EncryptionError> {
        let stored = Stored {
            cnp: self.cnp.as_str().to_owned(),
            family_name: self.family_name.as_str().to_owned(),
            given_name: self.given_name.as_str().to_owned(),
            birth_date: self.birth_date,
        };
        let json = serde_json::to_vec(&stored).map_err(|_| EncryptionError::Malformed)?;
        keyring.encrypt(cell, &json)
    }

    /// Decrypts the person of an account.
    ///
    /// # Errors
    /// Fails if the bytes belong to another account or were altered.
    pub fn decrypt(keyring: &Keyring, account: Uuid, encrypted: &[u8]) -> Result<Self, EncryptionError> {
        Self::decrypt_in(keyring, Column::ACCOUNTS_PERSON.at(account), encrypted)
    }

    /// Decrypts the person of any cell.
    ///
    /// # Errors
    /// Fails if the bytes belong to another cell or were altered.
    pub fn decrypt_in(keyring: &Keyring, cell: Cell, encrypted: &[u8]) -> Result<Self, EncryptionError> {
        let json = keyring.decrypt(cell, encrypted)?;
        let stored: Stored = serde_json::from_slice(&json).map_err(|_| EncryptionError::Malformed)?;
        Ok(Self {
            cnp: Cnp::parse(&stored.cnp).map_err(|_| EncryptionError::Malformed)?,
            family_name: PersonName::parse_or_none(&stored.family_name)
                .map_err(|_| EncryptionError::Malformed)?,
            given_name: PersonName::parse_or_none(&stored.given_name)
                .map_err(|_| EncryptionError::Malformed)?,
            birth_date: stored.birth_date,
        })
    }
}
