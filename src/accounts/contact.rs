//! Where and in which language the owner of an account is written to.

use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store::{self, Account};
use super::view;
use crate::error::Result;
use crate::http::Locale;
use crate::person::Keyring;

/// Where mail goes.
#[derive(Clone)]
pub(crate) struct Contact {
    /// The address, its domain as DNS has it.
    pub(crate) email: String,
    /// The language of the mails.
    pub(crate) locale: Locale,
}

impl Contact {
    /// Of an account that was read; none when it has no address.
    pub(crate) fn of(keyring: &Keyring, account: &Account) -> Result<Option<Self>> {
        let Some(sealed) = &account.email else { return Ok(None) };
        let email = view::open(keyring, "accounts.email", account.id, sealed)?;
        Ok(Some(Self { email, locale: Locale::from_tag(&account.locale) }))
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// Of the account that is a person's now, if there is one and it has an address.
pub(crate) fn contact_of_person(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person_index: &[u8],
) -> Result<Option<Contact>> {
    let account = store::find_by_person(connection, person_index)?;
    account.map_or(Ok(None), |account| Contact::of(keyring, &account))
}

/// Of the account with this id, if there is one and it has an address.
pub(crate) fn contact(connection: &mut PgConnection, keyring: &Keyring, id: Uuid) -> Result<Option<Contact>> {
    let account = store::find_by_id(connection, id)?;
    account.map_or(Ok(None), |account| Contact::of(keyring, &account))
}
