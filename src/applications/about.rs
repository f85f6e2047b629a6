//! The subject of an application.

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use uuid::Uuid;

use crate::accounts::store::Account;
use crate::error::{Code, Error, Result};
use crate::mandates::{self, Authority};
use crate::person::{Cnp, Index, Keyring, ProvedPerson};

/// The subject of the requested certificate.
#[derive(Debug, Clone)]
pub(super) enum About {
    /// A natural person: the applicant, or a person whom they represent.
    Person(Cnp),
    /// The legal person of a mandate.
    Company(Box<Authority>),
}

impl About {
    /// Returns the keyed hash by which the certificate is found.
    pub(super) fn index(&self, keyring: &Keyring) -> Vec<u8> {
        match self {
            Self::Person(cnp) => keyring.index(Index::PERSON_CNP, cnp.as_str().as_bytes()),
            Self::Company(mandate) => mandate.company_index.clone(),
        }
    }

    /// Returns the mandate by which the applicant acts for a legal person.
    pub(super) fn mandate(&self) -> Option<Uuid> {
        match self {
            Self::Person(_) => None,
            Self::Company(mandate) => Some(mandate.id),
        }
    }

    /// Returns the legal person of a mandate that is in force on that day for the account's owner.
    ///
    /// # Errors
    /// `identity_unverified` if the account has no proved owner, `mandate_not_in_force`.
    pub(super) fn company(
        connection: &mut PgConnection,
        keyring: &Keyring,
        account: &Account,
        (mandate, today): (Uuid, NaiveDate),
    ) -> Result<Self> {
        let person = account.person_index.as_deref().ok_or(Code::IdentityUnverified)?;
        let found = mandates::in_force(connection, keyring, person, mandate, today)?;
        Ok(Self::Company(Box::new(found)))
    }
}

/// Decrypts the account's proved person.
pub(super) fn owner(keyring: &Keyring, account: &Account) -> Result<Option<ProvedPerson>> {
    let encrypted = account.person.as_deref();
    encrypted
        .map(|encrypted| ProvedPerson::decrypt(keyring, account.id, encrypted).map_err(Error::internal))
        .transpose()
}
