//! Rows of second factors and recovery codes.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::{recovery_codes, totp_secrets};
use crate::error::Result;

/// An account's authenticator, with its secret encrypted.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = totp_secrets)]
pub(super) struct TotpSecret {
    pub(super) account_id: Uuid,
    pub(super) secret: Vec<u8>,
    pub(super) last_step: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
}

/// Begins an enrolment, replacing an unconfirmed one; returns false if a confirmed one exists. Call it in a
/// transaction.
pub(super) fn begin(connection: &mut PgConnection, row: &TotpSecret) -> Result<bool> {
    let unconfirmed = totp_secrets::table.find(row.account_id).filter(totp_secrets::confirmed_at.is_null());
    diesel::delete(unconfirmed).execute(connection)?;
    let begun =
        diesel::insert_into(totp_secrets::table).values(row).on_conflict_do_nothing().execute(connection)?;
    Ok(begun == 1)
}

pub(super) fn find(connection: &mut PgConnection, account: Uuid) -> Result<Option<TotpSecret>> {
    let row = totp_secrets::table.find(account).select(TotpSecret::as_select());
    Ok(row.first(connection).optional()?)
}

/// Uses up a step of this authenticator; returns false if it or a later one was used before, or if the authenticator is
/// no longer the same. Of two concurrent callers with one code, one gets true.
pub(super) fn take_step(
    connection: &mut PgConnection,
    (account, created_at): (Uuid, DateTime<Utc>),
    step: i64,
) -> Result<bool> {
    let unused = totp_secrets::table
        .find(account)
        .filter(totp_secrets::created_at.eq(created_at))
        .filter(totp_secrets::last_step.lt(step));
    Ok(diesel::update(unused).set(totp_secrets::last_step.eq(step)).execute(connection)? == 1)
}

/// Confirms this authenticator; returns false if it is confirmed already, or replaced by another.
pub(super) fn confirm(connection: &mut PgConnection, begun: &TotpSecret, now: DateTime<Utc>) -> Result<bool> {
    let unconfirmed = totp_secrets::table
        .find(begun.account_id)
        .filter(totp_secrets::secret.eq(&begun.secret))
        .filter(totp_secrets::confirmed_at.is_null());
    Ok(diesel::update(unconfirmed).set(totp_secrets::confirmed_at.eq(now)).execute(connection)? == 1)
}

/// Removes the authenticator and its recovery codes.
pub(super) fn remove(connection: &mut PgConnection, account: Uuid) -> Result<bool> {
    Ok(diesel::delete(totp_secrets::table.find(account)).execute(connection)? == 1)
}

/// Replaces all recovery codes.
pub(super) fn replace_codes(connection: &mut PgConnection, account: Uuid, indexes: &[Vec<u8>]) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account)))
        .execute(connection)?;
    let row = |index| (recovery_codes::account_id.eq(account), recovery_codes::code_index.eq(index));
    let rows: Vec<_> = indexes.iter().map(row).collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(connection)?;
    Ok(())
}

/// Uses up a recovery code; returns false if it is not the account's, or was used before.
pub(super) fn take_code(
    connection: &mut PgConnection,
    account: Uuid,
    index: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let unused = recovery_codes::table.find((account, index)).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(now)).execute(connection)? == 1)
}

/// Returns whether a recovery code is the account's and unused.
pub(super) fn is_unused(connection: &mut PgConnection, account: Uuid, index: &[u8]) -> Result<bool> {
    let unused = recovery_codes::table.find((account, index)).filter(recovery_codes::used_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(unused)).get_result(connection)?)
}

/// Counts the unused recovery codes.
pub(super) fn codes_left(connection: &mut PgConnection, account: Uuid) -> Result<i64> {
    let unused = recovery_codes::table
        .filter(recovery_codes::account_id.eq(account))
        .filter(recovery_codes::used_at.is_null());
    Ok(unused.count().get_result(connection)?)
}
