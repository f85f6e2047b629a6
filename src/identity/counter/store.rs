//! Rows of verifications at a counter.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::session_store::lock_sessions;
use crate::accounts::store::Account;
use crate::db::schema::{accounts, identity_verifications as table};
use crate::error::Result;
use crate::http::page::Page;
use crate::identity::status::{VerificationReason, VerificationStatus};

/// A verification at a counter, with its encrypted columns.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = table)]
pub(super) struct CounterVerification {
    pub(super) id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) session_id: Uuid,
    pub(super) method: String,
    pub(super) status: VerificationStatus,
    pub(super) reason: Option<VerificationReason>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) completed_at: Option<DateTime<Utc>>,
    pub(super) claim: Option<Vec<u8>>,
    pub(super) activation_code_index: Option<Vec<u8>>,
    pub(super) office_id: Option<Uuid>,
    pub(super) officer_id: Option<Uuid>,
    pub(super) opened_at: Option<DateTime<Utc>>,
    pub(super) moved_from_id: Option<Uuid>,
    pub(super) moved_from_method: Option<String>,
    pub(super) moved_from_verified_at: Option<DateTime<Utc>>,
}

/// Inserts a verification; returns false if its code is taken.
pub(super) fn insert(connection: &mut PgConnection, row: &CounterVerification) -> Result<bool> {
    let insert = diesel::insert_into(table::table).values(row).on_conflict(table::activation_code_index);
    Ok(insert.do_nothing().execute(connection)? == 1)
}

/// Closes the open verification of an account: a newer one replaces it.
pub(super) fn replace_open(connection: &mut PgConnection, account: Uuid, now: DateTime<Utc>) -> Result<()> {
    let open = table::table
        .filter(table::account_id.eq(account))
        .filter(table::status.eq(VerificationStatus::AwaitingCounter));
    diesel::update(open)
        .set((
            table::status.eq(VerificationStatus::Expired),
            table::reason.eq(VerificationReason::Replaced),
            table::completed_at.eq(now),
            table::claim.eq(None::<Vec<u8>>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Opens the verification of a code at an office, which alone can then decide it.
pub(super) fn open(
    connection: &mut PgConnection,
    code_index: &[u8],
    (office, officer): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> Result<Option<CounterVerification>> {
    let awaiting = table::table
        .filter(table::activation_code_index.eq(code_index))
        .filter(table::status.eq(VerificationStatus::AwaitingCounter))
        .filter(table::expires_at.gt(now));
    let opened = diesel::update(awaiting)
        .set((table::office_id.eq(office), table::officer_id.eq(officer), table::opened_at.eq(now)))
        .returning(CounterVerification::as_returning());
    Ok(opened.get_result(connection).optional()?)
}

/// Returns a verification that was opened or decided at this office.
pub(super) fn find(
    connection: &mut PgConnection,
    id: Uuid,
    office: Uuid,
) -> Result<Option<CounterVerification>> {
    let here = table::table.find(id).filter(table::office_id.eq(office));
    Ok(here.select(CounterVerification::as_select()).first(connection).optional()?)
}

/// Returns a verification that was opened or decided at this office, locked until the surrounding transaction ends.
pub(super) fn lock(
    connection: &mut PgConnection,
    id: Uuid,
    office: Uuid,
) -> Result<Option<CounterVerification>> {
    let here = table::table.find(id).filter(table::office_id.eq(office));
    Ok(here.select(CounterVerification::as_select()).for_update().first(connection).optional()?)
}

/// Returns whether the account of a verification has been proved again since, by any method.
pub(super) fn is_proved_again(connection: &mut PgConnection, row: &CounterVerification) -> Result<bool> {
    let later = table::table
        .filter(table::account_id.eq(row.account_id))
        .filter(table::status.eq(VerificationStatus::Verified))
        .filter(table::completed_at.ge(row.completed_at))
        .filter(table::id.ne(row.id));
    Ok(diesel::select(exists(later)).get_result(connection)?)
}

/// The result of a decision or undo.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = table)]
pub(super) struct Outcome {
    pub(super) status: VerificationStatus,
    pub(super) reason: Option<Option<VerificationReason>>,
    pub(super) officer_id: Uuid,
    pub(super) completed_at: Option<Option<DateTime<Utc>>>,
    pub(super) document: Option<Vec<u8>>,
    pub(super) note: Option<Vec<u8>>,
    pub(super) moved_from_id: Option<Option<Uuid>>,
    pub(super) moved_from_method: Option<Option<String>>,
    pub(super) moved_from_verified_at: Option<Option<DateTime<Utc>>>,
}

/// Writes the result to a locked verification.
pub(super) fn set_outcome(connection: &mut PgConnection, id: Uuid, outcome: &Outcome) -> Result<()> {
    diesel::update(table::table.find(id)).set(outcome).execute(connection)?;
    Ok(())
}

/// Lists decided verifications of an office, newest first.
pub(super) fn list_decided(
    connection: &mut PgConnection,
    office: Uuid,
    since: DateTime<Utc>,
    page: Page,
) -> Result<Vec<CounterVerification>> {
    let mut query = table::table
        .filter(table::office_id.eq(office))
        .filter(table::completed_at.gt(since))
        .order(table::id.desc())
        .limit(page.limit + 1)
        .select(CounterVerification::as_select())
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(table::id.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Returns the account of a person, locked until the surrounding transaction ends, like its sessions.
pub(super) fn lock_owner(connection: &mut PgConnection, person_index: &[u8]) -> Result<Option<Account>> {
    // Until the account is locked, the person may move to another one.
    while let Some(found) = find_owner(connection, person_index)? {
        let locked = lock_account(connection, found.id)?;
        if let Some(owner) = locked.filter(|account| account.person_index.as_deref() == Some(person_index)) {
            return Ok(Some(owner));
        }
    }
    Ok(None)
}

/// Returns the account of a person, if there is one.
pub(super) fn find_owner(connection: &mut PgConnection, person_index: &[u8]) -> Result<Option<Account>> {
    let owner = accounts::table.filter(accounts::person_index.eq(person_index)).select(Account::as_select());
    Ok(owner.first(connection).optional()?)
}

/// Returns an account, locked until the surrounding transaction ends, like its sessions.
pub(super) fn lock_account(connection: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    lock_sessions(connection, id)?;
    let account = accounts::table.find(id).select(Account::as_select());
    Ok(account.for_update().first(connection).optional()?)
}
