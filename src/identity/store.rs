//! Rows of identity verifications.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::status::{VerificationReason, VerificationStatus};
use crate::db::schema::identity_verifications as table;
use crate::error::Result;

/// A verification, with its encrypted secrets.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = table)]
pub(super) struct Verification {
    pub(super) id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) session_id: Uuid,
    pub(super) method: String,
    pub(super) status: VerificationStatus,
    pub(super) reason: Option<VerificationReason>,
    pub(super) state_digest: Option<Vec<u8>>,
    pub(super) browser_digest: Option<Vec<u8>>,
    pub(super) secrets: Option<Vec<u8>>,
    pub(super) return_url: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) fn insert(connection: &mut PgConnection, row: &Verification) -> Result<()> {
    diesel::insert_into(table::table).values(row).execute(connection)?;
    Ok(())
}

pub(super) fn find(connection: &mut PgConnection, account: Uuid, id: Uuid) -> Result<Option<Verification>> {
    let own = table::table.find(id).filter(table::account_id.eq(account)).select(Verification::as_select());
    Ok(own.first(connection).optional()?)
}

/// Finds the open verification of a state at this provider, without using it up.
pub(super) fn find_open(
    connection: &mut PgConnection,
    provider: &str,
    state_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Verification>> {
    let open = table::table
        .filter(table::state_digest.eq(state_digest))
        .filter(table::method.eq(provider))
        .filter(table::answered_at.is_null())
        .filter(table::expires_at.gt(now))
        .select(Verification::as_select());
    Ok(open.first(connection).optional()?)
}

/// Uses up an open verification's state. Of two concurrent answers, one gets true.
pub(super) fn take_answer(connection: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let open = table::table.find(id).filter(table::answered_at.is_null());
    let taken = diesel::update(open).set((table::answered_at.eq(now), table::secrets.eq(None::<Vec<u8>>)));
    Ok(taken.execute(connection)? == 1)
}

pub(super) fn complete(
    connection: &mut PgConnection,
    id: Uuid,
    status: VerificationStatus,
    reason: Option<VerificationReason>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(table::table.find(id))
        .set((table::status.eq(status), table::reason.eq(reason), table::completed_at.eq(now)))
        .execute(connection)?;
    Ok(())
}
