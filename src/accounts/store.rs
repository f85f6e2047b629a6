//! Rows of registrations and accounts.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::role::Role;
use crate::db::schema::{accounts, registrations};
use crate::error::{Code, Error, Result, on_unique};
use crate::http::Locale;

/// A registration that awaits confirmation.
#[derive(Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = registrations)]
pub(crate) struct Registration {
    pub(crate) id: Uuid,
    pub(crate) email_index: Vec<u8>,
    pub(crate) email: Vec<u8>,
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) password_hash: String,
    pub(crate) locale: Locale,
    pub(crate) token_digest: Vec<u8>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    /// The registered client whose page sent it.
    pub(crate) client_id: Option<String>,
}

/// An account, with its encrypted columns.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) email_index: Option<Vec<u8>>,
    pub(crate) email: Option<Vec<u8>>,
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) password_hash: Option<String>,
    pub(crate) role: Role,
    pub(crate) locale: Locale,
    pub(crate) person_index: Option<Vec<u8>>,
    pub(crate) person: Option<Vec<u8>>,
    pub(crate) identity_method: Option<String>,
    pub(crate) identity_verified_at: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) office_id: Option<Uuid>,
    pub(crate) staff_person_index: Option<Vec<u8>>,
    /// The registered client by which its owner came.
    pub(crate) client_id: Option<String>,
}

impl std::fmt::Debug for Account {
    /// Shows only the id: the rest is encrypted or a password hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(crate) fn insert_registration(connection: &mut PgConnection, row: &Registration) -> Result<()> {
    diesel::insert_into(registrations::table).values(row).execute(connection)?;
    Ok(())
}

/// Deletes and returns the registration of a confirmation token: the token works once. All registrations of its address
/// are locked, in one order: two that are confirmed at once would wait for each other.
pub(crate) fn take_registration(
    connection: &mut PgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Registration>> {
    let live = registrations::table
        .filter(registrations::token_digest.eq(token_digest))
        .filter(registrations::expires_at.gt(now));
    let Some(email_index) =
        live.select(registrations::email_index).first::<Vec<u8>>(connection).optional()?
    else {
        return Ok(None);
    };
    let of_address = registrations::table.filter(registrations::email_index.eq(email_index));
    let locked = of_address.order(registrations::id).select(registrations::id).for_update();
    locked.load::<Uuid>(connection)?;
    Ok(diesel::delete(live).returning(Registration::as_returning()).get_result(connection).optional()?)
}

/// Returns the password hash of a confirmation token's registration.
pub(crate) fn find_registered_password(
    connection: &mut PgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let live = registrations::table
        .filter(registrations::token_digest.eq(token_digest))
        .filter(registrations::expires_at.gt(now));
    Ok(live.select(registrations::password_hash).first(connection).optional()?)
}

/// Deletes all other registrations of an address, once one of them is confirmed.
pub(crate) fn delete_registrations(connection: &mut PgConnection, email_index: &[u8]) -> Result<()> {
    diesel::delete(registrations::table.filter(registrations::email_index.eq(email_index)))
        .execute(connection)?;
    Ok(())
}

/// Inserts a confirmed account; fails if the address already has one.
pub(crate) fn insert_account(connection: &mut PgConnection, row: &Account) -> Result<()> {
    let insert = diesel::insert_into(accounts::table).values(row).on_conflict(accounts::email_index);
    match insert.do_nothing().execute(connection)? {
        0 => Err(Code::InvalidConfirmationToken.into()),
        _ => Ok(()),
    }
}

/// Inserts an account of a proved person; returns false if the person already has one.
pub(crate) fn insert_proved_account(connection: &mut PgConnection, row: &Account) -> Result<bool> {
    let insert = diesel::insert_into(accounts::table).values(row);
    Ok(insert.on_conflict(accounts::person_index).do_nothing().execute(connection)? == 1)
}

pub(crate) fn find_by_person(connection: &mut PgConnection, person_index: &[u8]) -> Result<Option<Account>> {
    let found = accounts::table.filter(accounts::person_index.eq(person_index)).select(Account::as_select());
    Ok(found.first(connection).optional()?)
}

pub(crate) fn find_account(connection: &mut PgConnection, email_index: &[u8]) -> Result<Option<Account>> {
    let found = accounts::table.filter(accounts::email_index.eq(email_index)).select(Account::as_select());
    Ok(found.first(connection).optional()?)
}

pub(crate) fn find_by_id(connection: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    Ok(accounts::table.find(id).select(Account::as_select()).first(connection).optional()?)
}

/// New contact data; `None` keeps a column, `Some(None)` clears it.
#[derive(AsChangeset)]
#[diesel(table_name = accounts)]
pub(crate) struct AccountChanges {
    pub(crate) phone: Option<Option<Vec<u8>>>,
    pub(crate) locale: Option<Locale>,
}

pub(crate) fn update_account(
    connection: &mut PgConnection,
    id: Uuid,
    changes: &AccountChanges,
) -> Result<Account> {
    if changes.phone.is_none() && changes.locale.is_none() {
        return Ok(accounts::table.find(id).select(Account::as_select()).first(connection)?);
    }
    let updated = diesel::update(accounts::table.find(id)).set(changes).returning(Account::as_returning());
    Ok(updated.get_result(connection)?)
}

/// The proved person of an account.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = accounts)]
pub(crate) struct ProvedPerson {
    pub(crate) person_index: Vec<u8>,
    pub(crate) person: Vec<u8>,
    pub(crate) identity_method: String,
    pub(crate) identity_verified_at: DateTime<Utc>,
}

/// Binds a person to an account, once: `already_verified` if the account has a person or was deleted, `taken` if the person
/// has another account.
pub(crate) fn set_person(
    connection: &mut PgConnection,
    id: Uuid,
    proved: &ProvedPerson,
    taken: impl FnOnce() -> Error,
) -> Result<()> {
    let unproved = accounts::table
        .find(id)
        .filter(accounts::person_index.is_null())
        .filter(accounts::deleted_at.is_null());
    let elsewhere = accounts::table.filter(accounts::person_index.eq(&proved.person_index));
    if diesel::select(exists(unproved).and(exists(elsewhere))).get_result(connection)? {
        return Err(taken());
    }
    let outcome = diesel::update(unproved).set(proved).execute(connection);
    match on_unique(outcome, "accounts_person_key", taken)? {
        0 => Err(Code::AlreadyVerified.into()),
        _ => Ok(()),
    }
}

/// Locks an account until the surrounding transaction ends: a log-in under way waits, and then sees what was changed.
pub(crate) fn lock_account(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    let locked = accounts::table.find(account).select(accounts::id).for_no_key_update();
    locked.first::<Uuid>(connection).optional()?.map(drop).ok_or_else(|| Code::NotFound.into())
}

/// Returns whether the password of an account is still this one, and keeps it until the surrounding transaction ends.
pub(crate) fn hold_password(
    connection: &mut PgConnection,
    account: Uuid,
    hash: Option<&str>,
) -> Result<bool> {
    let same = accounts::table.find(account).filter(accounts::password_hash.is_not_distinct_from(hash));
    Ok(same.select(accounts::id).for_share().first::<Uuid>(connection).optional()?.is_some())
}

/// Returns whether an account still has this address, and keeps it until the surrounding transaction ends.
pub(crate) fn hold_email(connection: &mut PgConnection, account: Uuid, email_index: &[u8]) -> Result<bool> {
    let same = accounts::table.find(account).filter(accounts::email_index.eq(email_index));
    Ok(same.select(accounts::id).for_share().first::<Uuid>(connection).optional()?.is_some())
}

/// Returns whether the account was deleted by its owner.
pub(crate) fn is_deleted(connection: &mut PgConnection, account: Uuid) -> Result<bool> {
    let deleted = accounts::table.find(account).filter(accounts::deleted_at.is_not_null());
    Ok(diesel::select(exists(deleted)).get_result(connection)?)
}

/// Removes the person from an account.
pub(crate) fn clear_person(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    diesel::update(accounts::table.find(account))
        .set((
            accounts::person_index.eq(None::<Vec<u8>>),
            accounts::person.eq(None::<Vec<u8>>),
            accounts::identity_method.eq(None::<String>),
            accounts::identity_verified_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)?;
    Ok(())
}
