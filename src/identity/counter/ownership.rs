//! The account that a person owns, one at a time. Certificates belong to the person, whichever account they own, so
//! losing an e-mail address never loses a certificate.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::{mails, store};
use crate::accounts::session_store;
use crate::accounts::store::{self as accounts, Account, ProvedPerson as PersonColumns};
use crate::accounts::view;
use crate::error::{Code, Error, Result};
use crate::notify;
use crate::person::{Index, Keyring, ProvedPerson};

/// Returns the keyed hash by which a person is found.
pub(super) fn index(keyring: &Keyring, person: &ProvedPerson) -> Vec<u8> {
    keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes())
}

/// Binds a person to an account that has none.
///
/// # Errors
/// `already_verified` if the account has a person, `person_verified_elsewhere` if the person has an account.
pub(super) fn give(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    person: &ProvedPerson,
    method: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let columns = PersonColumns {
        person_index: index(keyring, person),
        person: person.encrypt(keyring, account).map_err(Error::internal)?,
        identity_method: method.to_owned(),
        identity_verified_at: now,
    };
    accounts::set_person(connection, account, &columns, || Code::PersonVerifiedElsewhere.into())
}

/// Removes the person from an account, ends its sessions, and mails its owner.
pub(super) fn take(
    connection: &mut PgConnection,
    keyring: &Keyring,
    from: &Account,
    now: DateTime<Utc>,
) -> Result<()> {
    accounts::clear_person(connection, from.id)?;
    session_store::delete_sessions(connection, from.id)?;
    let mail = view::mail(keyring, from, mails::identity_taken)?;
    notify::post(connection, keyring, mail.as_ref(), now)
}

/// A person's earlier account, and how they were proved to own it.
pub(super) struct Former {
    pub(super) account: Uuid,
    pub(super) method: String,
    pub(super) verified_at: DateTime<Utc>,
}

/// Gives a person back to their earlier account, unless it has got another owner since, or was deleted.
pub(super) fn give_back(
    connection: &mut PgConnection,
    keyring: &Keyring,
    former: &Former,
    person: &ProvedPerson,
) -> Result<()> {
    let account = store::lock_account(connection, former.account)?;
    let is_theirs = account.is_some_and(|account| account.person_index.is_none());
    if !is_theirs || accounts::is_deleted(connection, former.account)? {
        return Ok(());
    }
    give(connection, keyring, former.account, person, &former.method, former.verified_at)
}
