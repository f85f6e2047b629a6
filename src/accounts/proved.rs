//! Finds accounts by their proved person.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::role::Role;
use super::store::{self, Account};
use crate::error::{Error, Result};
use crate::http::Locale;
use crate::person::{Index, Keyring, ProvedPerson};

/// The account of a person.
pub(crate) struct Found {
    pub(crate) account: Account,
    /// Whether it was created just now.
    pub(crate) made: bool,
}

/// Finds the person's account, or creates one without address and password. Concurrent calls for one person create one
/// account, and all find it.
pub(crate) fn find_or_make(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person: &ProvedPerson,
    method: &str,
    locale: Locale,
    now: DateTime<Utc>,
) -> Result<Found> {
    let index = keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes());
    if let Some(account) = store::find_by_person(connection, &index)? {
        return Ok(Found { account, made: false });
    }
    let id = Uuid::now_v7();
    let account = Account {
        id,
        email_index: None,
        email: None,
        phone: None,
        password_hash: None,
        role: Role::Citizen,
        locale,
        person: Some(person.encrypt(keyring, id).map_err(Error::internal)?),
        person_index: Some(index.clone()),
        identity_method: Some(method.to_owned()),
        identity_verified_at: Some(now),
        created_at: now,
        office_id: None,
        staff_person_index: None,
        client_id: None,
    };
    let made = store::insert_proved_account(connection, &account)?;
    let account = if made { Some(account) } else { store::find_by_person(connection, &index)? };
    let account = account.ok_or_else(|| Error::internal("an account has disappeared"))?;
    Ok(Found { account, made })
}
