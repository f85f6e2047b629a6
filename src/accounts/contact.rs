//! The address and language for mails to an account's owner.

use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store::{self, Account};
use super::view;
use crate::error::Result;
use crate::http::Locale;
use crate::person::{Column, Keyring};

/// The recipient of mails.
#[derive(Clone)]
pub(crate) struct Contact {
    /// The address, its domain in the form of DNS.
    pub(crate) email: String,
    /// The language of the mails.
    pub(crate) locale: Locale,
}

impl Contact {
    /// Reads the contact of an account; `None` if it has no address.
    pub(crate) fn of(keyring: &Keyring, account: &Account) -> Result<Option<Self>> {
        let Some(encrypted) = &account.email else { return Ok(None) };
        let email = view::decrypt(keyring, Column::ACCOUNTS_EMAIL, account.id, encrypted)?;
        Ok(Some(Self { email, locale: account.locale }))
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// Finds the contact of a person's current account; `None` without an account or an address.
pub(crate) fn contact_of_person(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person_index: &[u8],
) -> Result<Option<Contact>> {
    let account = store::find_by_person(connection, person_index)?;
    account.map_or(Ok(None), |account| Contact::of(keyring, &account))
}

/// Finds the contact of an account by id; `None` without an account or an address.
pub(crate) fn contact(connection: &mut PgConnection, keyring: &Keyring, id: Uuid) -> Result<Option<Contact>> {
    let account = store::find_by_id(connection, id)?;
    account.map_or(Ok(None), |account| Contact::of(keyring, &account))
}
