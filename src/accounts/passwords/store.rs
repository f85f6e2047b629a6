//! Rows of password resets, and the accounts' password column.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::device;
use crate::accounts::store::Account;
use crate::db::schema::{accounts, password_resets};
use crate::error::Result;

/// A mailed link that sets a password.
#[derive(Insertable)]
#[diesel(table_name = password_resets)]
pub(super) struct PasswordReset {
    pub(super) token_digest: Vec<u8>,
    pub(super) account_id: Uuid,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) fn insert(connection: &mut PgConnection, row: &PasswordReset) -> Result<()> {
    diesel::insert_into(password_resets::table).values(row).execute(connection)?;
    Ok(())
}

/// Returns the account of a link without using up the link.
pub(super) fn account_of(
    connection: &mut PgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Account>> {
    let found = password_resets::table
        .find(token_digest)
        .filter(password_resets::expires_at.gt(now))
        .inner_join(accounts::table)
        .select(Account::as_select());
    Ok(found.first(connection).optional()?)
}

/// Uses up a link and all others of its account. Of two concurrent callers, one gets true.
pub(super) fn take(connection: &mut PgConnection, token_digest: &[u8], account: Uuid) -> Result<bool> {
    let taken = diesel::delete(password_resets::table.find(token_digest)).execute(connection)? == 1;
    let others = password_resets::table.filter(password_resets::account_id.eq(account));
    diesel::delete(others).execute(connection)?;
    Ok(taken)
}

/// Replaces the password with this hash, and forgets the devices that knew the former one; returns false if it was changed
/// meanwhile, or the account deleted.
pub(crate) fn set_password(
    connection: &mut PgConnection,
    account: Uuid,
    former: Option<&str>,
    hash: &str,
) -> Result<bool> {
    let unchanged = accounts::table
        .find(account)
        .filter(accounts::password_hash.is_not_distinct_from(former))
        .filter(accounts::deleted_at.is_null());
    let changed = diesel::update(unchanged).set(accounts::password_hash.eq(hash)).execute(connection)? == 1;
    if changed {
        device::forget_all(connection, account)?;
    }
    Ok(changed)
}

/// Replaces a hash by another one of the same password, unless the password was changed meanwhile. Devices stay known.
pub(super) fn renew_hash(
    connection: &mut PgConnection,
    account: Uuid,
    former: &str,
    hash: &str,
) -> Result<()> {
    let unchanged = accounts::table.find(account).filter(accounts::password_hash.eq(former));
    diesel::update(unchanged).set(accounts::password_hash.eq(hash)).execute(connection)?;
    Ok(())
}
