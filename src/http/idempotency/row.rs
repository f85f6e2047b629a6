//! The table of idempotency keys and their answers.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;
use uuid::Uuid;

use super::{Answer, Key, Outcome, in_progress};
use crate::db::schema::{accounts, idempotency_keys};
use crate::error::{Code, Result};
use crate::person::Keyring;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
pub(super) struct Row {
    scope: Vec<u8>,
    key_digest: Vec<u8>,
    request_digest: Vec<u8>,
    running_until: DateTime<Utc>,
    pub(super) response_id: Uuid,
    status: Option<i16>,
    response: Option<Vec<u8>>,
    pub(super) created_at: DateTime<Utc>,
    account_id: Option<Uuid>,
}

impl Row {
    /// Returns false for a key that a node of the previous version claimed and has not answered, or died without
    /// answering.
    pub(super) fn is_answered(&self) -> bool {
        self.status.is_some()
    }

    /// Decrypts the stored answer.
    pub(super) fn outcome(self, keyring: &Keyring, key: &Key) -> Result<Outcome> {
        if self.request_digest != key.request_digest {
            return Err(Code::IdempotencyKeyReused.into());
        }
        let (Some(status), Some(encrypted)) = (self.status, self.response) else { return Err(in_progress()) };
        let answer = Answer::decrypt(keyring, self.response_id, status, &encrypted)?;
        Ok(Outcome { answer, replayed: true })
    }
}

/// Inserts the key; its answer follows in the same transaction. Returns false if another request holds the key. Takes
/// over a key that a node of the previous version claimed and died with.
pub(super) fn claim(connection: &mut PgConnection, key: &Key, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    use idempotency_keys::dsl;
    let row = Row {
        scope: key.scope.clone(),
        key_digest: key.key_digest.clone(),
        request_digest: key.request_digest.clone(),
        running_until: now,
        response_id: id,
        status: None,
        response: None,
        created_at: now,
        account_id: key.account,
    };
    let dead = dsl::status.is_null().and(dsl::running_until.lt(now));
    let taken_over = (
        dsl::request_digest.eq(excluded(dsl::request_digest)),
        dsl::running_until.eq(excluded(dsl::running_until)),
        dsl::response_id.eq(excluded(dsl::response_id)),
        dsl::status.eq(None::<i16>),
        dsl::response.eq(None::<Vec<u8>>),
        dsl::created_at.eq(excluded(dsl::created_at)),
        dsl::account_id.eq(excluded(dsl::account_id)),
    );
    let claim = diesel::insert_into(idempotency_keys::table)
        .values(&row)
        .on_conflict((dsl::scope, dsl::key_digest))
        .do_update()
        .set(taken_over);
    Ok(methods::FilterDsl::filter(claim, dead).execute(connection)? == 1)
}

pub(super) fn find(connection: &mut PgConnection, key: &Key) -> Result<Option<Row>> {
    let row = idempotency_keys::table.find((&key.scope, &key.key_digest)).select(Row::as_select());
    let Some((account, person_index)) = &key.owner else { return Ok(row.first(connection).optional()?) };
    let still_theirs = accounts::table.find(account).filter(accounts::person_index.eq(person_index));
    Ok(row.filter(exists(still_theirs)).first(connection).optional()?)
}

pub(super) fn complete(
    connection: &mut PgConnection,
    key: &Key,
    id: Uuid,
    status: i16,
    response: Vec<u8>,
) -> Result<()> {
    let row = idempotency_keys::table.find((&key.scope, &key.key_digest));
    diesel::update(row.filter(idempotency_keys::response_id.eq(id)))
        .set((idempotency_keys::status.eq(status), idempotency_keys::response.eq(response)))
        .execute(connection)?;
    Ok(())
}

/// Deletes an expired answer, unless the key has a new one by now.
pub(super) fn forget(connection: &mut PgConnection, key: &Key, id: Uuid) -> Result<()> {
    let row = idempotency_keys::table.find((&key.scope, &key.key_digest));
    diesel::delete(row.filter(idempotency_keys::response_id.eq(id))).execute(connection)?;
    Ok(())
}

/// Erases the answers that are kept for an account.
pub(crate) fn erase(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    let of_account = idempotency_keys::table.filter(idempotency_keys::account_id.eq(account));
    diesel::delete(of_account).execute(connection)?;
    Ok(())
}
