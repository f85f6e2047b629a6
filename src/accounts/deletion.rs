//! Erases an account at its owner's wish. An empty row stays, which kept rows name by its id; the database lets nothing
//! come back into it (`accounts_deleted_check`).

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::store::Account;
use super::{Caller, device, second_factor, session_store};
use crate::db::schema::{
    accounts, audit_events, email_confirmations, known_agents, password_resets, second_factor_resets,
};
use crate::error::{Code, Result};

/// Locks the caller's sessions and account, in this order, until the surrounding transaction ends; returns the account as
/// it is now. Whatever writes for the account waits, and then finds it erased.
///
/// # Errors
/// `unauthenticated` if the caller's session has ended; `role_required` for staff, dismissed staff too: whose decisions an
/// audit row names must stay known.
pub(crate) fn lock(connection: &mut PgConnection, caller: &Caller) -> Result<Account> {
    caller.lock_sessions(connection)?;
    let account = accounts::table.find(caller.account_id()).select(Account::as_select());
    let account: Account = account.for_update().first(connection)?;
    let appointed = audit_events::table
        .filter(audit_events::subject_id.eq(account.id))
        .filter(audit_events::action.eq("staff.appointed"));
    if account.role.is_staff() || diesel::select(exists(appointed)).get_result(connection)? {
        return Err(Code::RoleRequired.into());
    }
    Ok(account)
}

/// Erases a locked account: its sessions and tokens, credentials, devices, links and contact data, and the person that it
/// belonged to.
pub(crate) fn erase(connection: &mut PgConnection, account: Uuid, now: DateTime<Utc>) -> Result<()> {
    session_store::delete_sessions(connection, account)?;
    second_factor::forget(connection, account)?;
    device::forget_all(connection, account)?;
    diesel::delete(second_factor_resets::table.find(account)).execute(connection)?;
    diesel::delete(email_confirmations::table.find(account)).execute(connection)?;
    diesel::delete(password_resets::table.filter(password_resets::account_id.eq(account)))
        .execute(connection)?;
    diesel::delete(known_agents::table.filter(known_agents::account_id.eq(account))).execute(connection)?;
    diesel::update(accounts::table.find(account))
        .set((
            accounts::email_index.eq(None::<Vec<u8>>),
            accounts::email.eq(None::<Vec<u8>>),
            accounts::phone.eq(None::<Vec<u8>>),
            accounts::password_hash.eq(None::<String>),
            accounts::person_index.eq(None::<Vec<u8>>),
            accounts::person.eq(None::<Vec<u8>>),
            accounts::identity_method.eq(None::<String>),
            accounts::identity_verified_at.eq(None::<DateTime<Utc>>),
            accounts::client_id.eq(None::<String>),
            accounts::deleted_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}
