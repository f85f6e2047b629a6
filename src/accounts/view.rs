//! Accounts as their owners see them, decrypted.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::session_store::Session;
use super::store::Account;
use super::types::{AccountResponse, IdentityResponse, IdentityStatus, PersonResponse, SessionResponse};
use super::{Caller, Contact, lifetime};
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::http::{Locale, RequestId};
use crate::notify::Mail;
use crate::person::{Column, Email, Keyring, ProvedPerson};
use crate::state::AppState;

/// Builds the account's response, with its proved person if there is one.
pub(crate) fn account(keyring: &Keyring, row: &Account) -> Result<AccountResponse> {
    let text = |column, encrypted: Option<&[u8]>| {
        encrypted.map(|encrypted| decrypt(keyring, column, row.id, encrypted)).transpose()
    };
    Ok(AccountResponse {
        id: row.id,
        email: email(keyring, row)?.map(|email| shown(&email)),
        email_confirmed: row.email.is_some(),
        phone: text(Column::ACCOUNTS_PHONE, row.phone.as_deref())?,
        locale: row.locale,
        role: row.role,
        password_set: row.password_hash.is_some(),
        identity: identity(keyring, row)?,
        created_at: row.created_at,
    })
}

fn identity(keyring: &Keyring, row: &Account) -> Result<IdentityResponse> {
    let person = row.person.as_deref().map(|encrypted| person(keyring, row.id, encrypted)).transpose()?;
    Ok(IdentityResponse {
        status: if person.is_some() { IdentityStatus::Verified } else { IdentityStatus::Unverified },
        method: row.identity_method.clone(),
        verified_at: row.identity_verified_at,
        person,
    })
}

fn person(keyring: &Keyring, account: Uuid, encrypted: &[u8]) -> Result<PersonResponse> {
    let person = ProvedPerson::decrypt(keyring, account, encrypted).map_err(Error::internal)?;
    Ok(shown_person(&person))
}

/// Shows a proved or claimed person.
pub(crate) fn shown_person(person: &ProvedPerson) -> PersonResponse {
    PersonResponse {
        cnp: person.cnp.as_str().to_owned(),
        family_name: person.family_name.as_str().to_owned(),
        given_name: person.given_name.as_str().to_owned(),
        birth_date: person.birth_date,
    }
}

/// Decrypts the address of an account; `None` for one that was created by redirect and has none yet.
pub(crate) fn email(keyring: &Keyring, row: &Account) -> Result<Option<String>> {
    row.email
        .as_deref()
        .map(|encrypted| decrypt(keyring, Column::ACCOUNTS_EMAIL, row.id, encrypted))
        .transpose()
}

/// Formats an address for people, its domain in Unicode.
pub(crate) fn shown(email: &str) -> String {
    Email::parse(email).map_or_else(|_| email.to_owned(), |email| email.shown())
}

/// Makes a mail to the owner of an account, if it has an address.
pub(crate) fn mail(
    keyring: &Keyring,
    row: &Account,
    write: impl FnOnce(&str, Locale) -> Mail,
) -> Result<Option<Mail>> {
    Ok(Contact::of(keyring, row)?.map(|contact| write(&contact.email, contact.locale)))
}

/// Decrypts the text of an encrypted column.
pub(crate) fn decrypt(keyring: &Keyring, column: Column, row: Uuid, encrypted: &[u8]) -> Result<String> {
    let bytes = keyring.decrypt(column.at(row), encrypted).map_err(Error::internal)?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// Builds a session's entry in the list of the caller's. `citizens` is the longest life of a citizen's session.
pub(super) fn session(row: &Session, caller: &Caller, citizens: TimeDelta) -> SessionResponse {
    SessionResponse {
        id: row.id,
        created_at: row.created_at,
        refreshed_at: row.refreshed_at,
        ends_at: lifetime::ends_at(row, caller.role(), citizens),
        second_factor_at: row.second_factor_at,
        current: row.id == caller.session.id,
    }
}

/// Records in the audit log that a proved person's data was read, even by the person.
pub(crate) async fn record_read(state: &AppState, caller: &Caller, id: &RequestId) -> Result<()> {
    let (now, actor, subject, id): (DateTime<Utc>, _, _, _) =
        (state.clock.now(), caller.actor(), caller.account_id(), id.clone());
    let event = move |c: &mut PgConnection| {
        audit::record(c, &Event::new(now, actor, "account.read", Some(subject), &id))
    };
    caller.transaction(state, event).await
}
