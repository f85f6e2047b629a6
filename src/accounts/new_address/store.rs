//! Rows of changes of addresses: those of `email_confirmations` that have a waiting time.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::DatabaseError;
use uuid::Uuid;

use crate::db::schema::{accounts, email_confirmations as table, password_resets};
use crate::error::Result;

/// A pending change.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = table)]
pub(super) struct Change {
    pub(super) account_id: Uuid,
    pub(super) email_index: Vec<u8>,
    pub(super) email: Vec<u8>,
    pub(super) token_digest: Vec<u8>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) stop_digest: Option<Vec<u8>>,
    pub(super) requested_at: Option<DateTime<Utc>>,
    pub(super) effective_at: Option<DateTime<Utc>>,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
}

/// Inserts a change, in place of one of which nothing came; returns false if another is pending.
pub(super) fn insert(connection: &mut PgConnection, row: &Change, now: DateTime<Utc>) -> Result<bool> {
    let expired = table::table.find(row.account_id).filter(table::expires_at.le(now));
    diesel::delete(expired).execute(connection)?;
    let insert = diesel::insert_into(table::table).values(row).on_conflict(table::account_id);
    Ok(insert.do_nothing().execute(connection)? == 1)
}

/// Finds the pending change of an account.
pub(super) fn find(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Change>> {
    let pending = table::table
        .find(account)
        .filter(table::effective_at.is_not_null())
        .filter(table::expires_at.gt(now));
    Ok(pending.select(Change::as_select()).first(connection).optional()?)
}

/// Returns the account of the token that confirms a change.
pub(super) fn account_of(
    connection: &mut PgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let live = table::table
        .filter(table::token_digest.eq(token_digest))
        .filter(table::effective_at.is_not_null())
        .filter(table::confirmed_at.is_null())
        .filter(table::expires_at.gt(now));
    Ok(live.select(table::account_id).first(connection).optional()?)
}

/// Confirms a change; returns false if it was stopped or confirmed meanwhile.
pub(super) fn confirm(
    connection: &mut PgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let unconfirmed =
        table::table.filter(table::token_digest.eq(token_digest)).filter(table::confirmed_at.is_null());
    Ok(diesel::update(unconfirmed).set(table::confirmed_at.eq(now)).execute(connection)? == 1)
}

/// Deletes the change of an account; returns false if there is none. A first address stays.
pub(super) fn delete(connection: &mut PgConnection, account: Uuid) -> Result<bool> {
    let change = table::table.find(account).filter(table::effective_at.is_not_null());
    Ok(diesel::delete(change).execute(connection)? == 1)
}

/// Deletes the change of a token that stops it; returns its account, if there is one.
pub(super) fn delete_by_stop(connection: &mut PgConnection, digest: &[u8]) -> Result<Option<Uuid>> {
    let change = table::table.filter(table::stop_digest.eq(digest));
    Ok(diesel::delete(change).returning(table::account_id).get_result(connection).optional()?)
}

/// Takes the change of an account that is confirmed and has waited; `None` if there is none such. Of this and a stop, one
/// finds it.
pub(super) fn take_due(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Change>> {
    let due = table::table
        .find(account)
        .filter(table::confirmed_at.is_not_null())
        .filter(table::effective_at.le(now))
        .filter(table::expires_at.gt(now));
    Ok(diesel::delete(due).returning(Change::as_returning()).get_result(connection).optional()?)
}

/// Lists accounts whose change is due, up to a number.
pub(super) fn list_due(connection: &mut PgConnection, now: DateTime<Utc>, most: i64) -> Result<Vec<Uuid>> {
    let due = table::table
        .filter(table::confirmed_at.is_not_null())
        .filter(table::effective_at.le(now))
        .filter(table::expires_at.gt(now));
    Ok(due.order(table::effective_at).limit(most).select(table::account_id).load(connection)?)
}

/// Gives a locked account its new address; returns false, with nothing changed, if another account has it. Links to a new
/// password that were mailed to the old one are dead.
pub(super) fn set_email(connection: &mut PgConnection, change: &Change) -> Result<bool> {
    // In a savepoint: another account may get the address in this moment.
    match connection.transaction(|c| replace_email(c, change)) {
        Err(DatabaseError(DatabaseErrorKind::UniqueViolation, info))
            if info.constraint_name() == Some("accounts_email_key") =>
        {
            Ok(false)
        }
        outcome => Ok(outcome.map(|()| true)?),
    }
}

fn replace_email(connection: &mut PgConnection, change: &Change) -> QueryResult<()> {
    let links = password_resets::table.filter(password_resets::account_id.eq(change.account_id));
    diesel::delete(links).execute(connection)?;
    diesel::update(accounts::table.find(change.account_id))
        .set((accounts::email_index.eq(&change.email_index), accounts::email.eq(&change.email)))
        .execute(connection)
        .map(drop)
}
