//! Rows of log-ins by redirect.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::redirect_logins as table;
use crate::error::Result;

/// A log-in, with its encrypted secrets.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = table)]
pub(super) struct RedirectLogin {
    pub(super) id: Uuid,
    pub(super) provider: String,
    pub(super) client_id: String,
    pub(super) return_url: String,
    pub(super) browser_digest: Option<Vec<u8>>,
    pub(super) state_digest: Option<Vec<u8>>,
    pub(super) secrets: Option<Vec<u8>>,
    pub(super) assertion_digest: Option<Vec<u8>>,
    pub(super) account_id: Option<Uuid>,
    pub(super) code_expires_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) person_index: Option<Vec<u8>>,
    /// The session whose owner proves to be present; `None` for a log-in.
    pub(super) proves_session_id: Option<Uuid>,
    /// Whether its code works on the Hub's log-in page alone.
    pub(super) on_log_in_page: bool,
    /// The client's request whose log-in page it was begun on.
    pub(super) oauth_request_id: Option<Uuid>,
}

/// Inserts a log-in; returns false if its assertion was used before.
pub(super) fn insert(connection: &mut PgConnection, row: &RedirectLogin) -> Result<bool> {
    let insert = diesel::insert_into(table::table).values(row);
    let unused = insert.on_conflict((table::provider, table::assertion_digest));
    Ok(unused.do_nothing().execute(connection)? == 1)
}

/// Finds the open log-in of a state at this provider, without using it up.
pub(super) fn find_open(
    connection: &mut PgConnection,
    provider: &str,
    state_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<RedirectLogin>> {
    let open = table::table
        .filter(table::state_digest.eq(state_digest))
        .filter(table::provider.eq(provider))
        .filter(table::answered_at.is_null())
        .filter(table::expires_at.gt(now))
        .select(RedirectLogin::as_select());
    Ok(open.first(connection).optional()?)
}

/// Uses up an open log-in's state. Of two concurrent answers, one gets true.
pub(super) fn take_answer(connection: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let open = table::table.find(id).filter(table::answered_at.is_null());
    let taken = diesel::update(open).set((table::answered_at.eq(now), table::secrets.eq(None::<Vec<u8>>)));
    Ok(taken.execute(connection)? == 1)
}

/// Sets a log-in's account and person, and the code that its browser carries away.
pub(super) fn grant(
    connection: &mut PgConnection,
    id: Uuid,
    (account, person_index): (Uuid, Option<&[u8]>),
    code_digest: &[u8],
    code_expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(table::table.find(id))
        .set((
            table::account_id.eq(account),
            table::person_index.eq(person_index),
            table::code_digest.eq(code_digest),
            table::code_expires_at.eq(code_expires_at),
        ))
        .execute(connection)?;
    Ok(())
}

pub(super) fn find_by_code(
    connection: &mut PgConnection,
    code_digest: &[u8],
) -> Result<Option<RedirectLogin>> {
    let row = table::table.filter(table::code_digest.eq(code_digest)).select(RedirectLogin::as_select());
    Ok(row.first(connection).optional()?)
}

/// Returns whether a log-in's code was neither exchanged nor has expired.
pub(super) fn is_unused(connection: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let unused =
        table::table.find(id).filter(table::exchanged_at.is_null()).filter(table::code_expires_at.gt(now));
    Ok(diesel::select(diesel::dsl::exists(unused)).get_result(connection)?)
}

/// Uses up a code for a session. Of two concurrent callers, only one finds it unused.
pub(super) fn take_code(
    connection: &mut PgConnection,
    id: Uuid,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let unused =
        table::table.find(id).filter(table::exchanged_at.is_null()).filter(table::code_expires_at.gt(now));
    let taken = diesel::update(unused).set((table::exchanged_at.eq(now), table::session_id.eq(session)));
    Ok(taken.execute(connection)? == 1)
}

/// Returns the session that a log-in's code was exchanged for.
pub(super) fn session_of(connection: &mut PgConnection, id: Uuid) -> Result<Option<Uuid>> {
    Ok(table::table.find(id).select(table::session_id).first(connection)?)
}
