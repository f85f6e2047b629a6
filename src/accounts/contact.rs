//! The address and language for mails to an account's owner.

use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use super::store::{self, Account};
use super::view;
use crate::clients::store as clients;
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
    /// Where links in the mails lead; `None`: to the first-party front end.
    pub(crate) front_end: Option<Url>,
}

impl Contact {
    /// Reads the contact of an account; `None` if it has no address. Leaves out where links lead.
    pub(crate) fn of(keyring: &Keyring, account: &Account) -> Result<Option<Self>> {
        let Some(encrypted) = &account.email else { return Ok(None) };
        let email = view::decrypt(keyring, Column::ACCOUNTS_EMAIL, account.id, encrypted)?;
        Ok(Some(Self { email, locale: account.locale, front_end: None }))
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
    account.map_or(Ok(None), |account| with_front_end(connection, keyring, &account))
}

fn with_front_end(c: &mut PgConnection, keyring: &Keyring, account: &Account) -> Result<Option<Contact>> {
    let base = account.client_id.as_deref().map_or(Ok(None), |client| clients::mail_link_base(c, client))?;
    let front_end = base.and_then(|base| Url::parse(&base).ok());
    Ok(Contact::of(keyring, account)?.map(|contact| Contact { front_end, ..contact }))
}

/// Finds the contact of an account by id; `None` without an account or an address.
pub(crate) fn contact(connection: &mut PgConnection, keyring: &Keyring, id: Uuid) -> Result<Option<Contact>> {
    let account = store::find_by_id(connection, id)?;
    account.map_or(Ok(None), |account| with_front_end(connection, keyring, &account))
}
