//! Rows of sessions and refresh tokens.

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, auto_type, exists};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::role::Role;
use super::store::Account;
use crate::db::schema::{accounts, oauth_grants, oauth_requests, refresh_tokens, sessions};
use crate::error::Result;
use crate::http::page::Page;

/// An open session.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(crate) struct Session {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) access_digest: Vec<u8>,
    pub(crate) access_expires_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) refreshed_at: DateTime<Utc>,
    pub(crate) second_factor_at: Option<DateTime<Utc>>,
    pub(crate) active_at: Option<DateTime<Utc>>,
    pub(crate) proved_at: Option<DateTime<Utc>>,
    /// The grant by which a client opened it.
    pub(crate) grant_id: Option<Uuid>,
    /// What a client's tokens may do.
    pub(crate) scopes: Option<Vec<Option<String>>>,
}

/// An open session, its account, and the client that holds its tokens, if one does.
#[derive(Debug, Queryable)]
pub(crate) struct InForce {
    pub(crate) session: Session,
    pub(crate) account: Account,
    pub(crate) client_id: Option<String>,
}

/// The result of presenting a refresh token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RefreshOutcome {
    /// It was unused, and is now used.
    Taken(Uuid),
    /// It was used before: somebody else may hold it.
    Reused(Uuid),
    /// It was never issued, or its session has ended.
    Unknown,
}

/// Returns whether a session is open, and keeps it open until the surrounding transaction ends. The transactions of a
/// session take turns: under a shared lock, a flood of them would never let the end of the session have its turn.
pub(crate) fn is_open(connection: &mut PgConnection, session: Uuid) -> Result<bool> {
    let open = sessions::table.find(session).select(sessions::id).for_no_key_update();
    Ok(open.first::<Uuid>(connection).optional()?.is_some())
}

/// Locks the sessions of an account until the surrounding transaction ends, and returns them.
///
/// There is one order of locks, so that no two transactions deadlock: an account's sessions by their ids, then
/// their tokens, then the account, then everything else.
pub(crate) fn lock_sessions(connection: &mut PgConnection, account: Uuid) -> Result<Vec<Uuid>> {
    let all = sessions::table.filter(sessions::account_id.eq(account)).order(sessions::id);
    Ok(all.select(sessions::id).for_update().load(connection)?)
}

pub(crate) fn insert_session(
    connection: &mut PgConnection,
    session: &Session,
    refresh_digest: Vec<u8>,
    refresh_expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(sessions::table).values(session).execute(connection)?;
    insert_refresh_token(connection, session.id, refresh_digest, refresh_expires_at)
}

fn insert_refresh_token(
    connection: &mut PgConnection,
    session: Uuid,
    digest: Vec<u8>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::digest.eq(digest),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Uses up a refresh token, with its session locked. Of two concurrent callers, only one finds it unused; a caller who
/// waited for the end of the session finds nothing.
pub(crate) fn take_refresh_token(
    connection: &mut PgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<RefreshOutcome> {
    let token = refresh_tokens::table.find(digest);
    let of_token = sessions::table.filter(sessions::id.eq_any(token.select(refresh_tokens::session_id)));
    let session = of_token.select(sessions::id).for_no_key_update().first(connection).optional()?;
    let Some(session) = session else { return Ok(RefreshOutcome::Unknown) };
    let fresh = token.filter(refresh_tokens::used_at.is_null()).filter(refresh_tokens::expires_at.gt(now));
    if diesel::update(fresh).set(refresh_tokens::used_at.eq(now)).execute(connection)? == 1 {
        return Ok(RefreshOutcome::Taken(session));
    }
    let used = token.filter(refresh_tokens::used_at.is_not_null());
    let is_used = diesel::select(exists(used)).get_result(connection)?;
    Ok(if is_used { RefreshOutcome::Reused(session) } else { RefreshOutcome::Unknown })
}

/// The next tokens of a session.
pub(crate) struct Rotation {
    /// Digest and expiry of the access token.
    pub(crate) access: (Vec<u8>, DateTime<Utc>),
    /// Digest and expiry of the refresh token.
    pub(crate) refresh: (Vec<u8>, DateTime<Utc>),
    /// Digest of the refresh token that they replace.
    pub(crate) used: Vec<u8>,
    /// Keyed hash of the client that presented it.
    pub(crate) client: Vec<u8>,
    /// Both tokens, encrypted, in case the client repeats the request.
    pub(crate) answer: Vec<u8>,
    pub(crate) now: DateTime<Utc>,
}

/// Gives a session its next tokens; its previous access token stops working.
pub(crate) fn rotate_tokens(connection: &mut PgConnection, session: Uuid, rotation: Rotation) -> Result<()> {
    let Rotation { access, refresh, used, client, answer, now } = rotation;
    diesel::update(sessions::table.find(session))
        .set((
            sessions::access_digest.eq(access.0),
            sessions::access_expires_at.eq(access.1),
            sessions::refreshed_at.eq(now),
            sessions::refreshed_by.eq(used),
            sessions::refresh_client.eq(client),
            sessions::refresh_answer.eq(answer),
        ))
        .execute(connection)?;
    insert_refresh_token(connection, session, refresh.0, refresh.1)
}

/// Returns the digest of a session's access token, and the answer to its last refresh if that came after this time,
/// with this token and from this client.
pub(crate) fn find_refresh_answer(
    connection: &mut PgConnection,
    session: Uuid,
    (used, client): (&[u8], &[u8]),
    after: DateTime<Utc>,
) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let last = sessions::table
        .find(session)
        .filter(sessions::refreshed_by.eq(used))
        .filter(sessions::refresh_client.eq(client))
        .filter(sessions::refreshed_at.gt(after))
        .filter(sessions::refresh_answer.is_not_null());
    let answer = sessions::refresh_answer.assume_not_null();
    Ok(last.select((sessions::access_digest, answer)).first(connection).optional()?)
}

/// Finds the session of an access token, and its account: one query for every request that is not public.
pub(crate) fn find_by_access_token(
    connection: &mut PgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<InForce>> {
    let found = in_force(now).filter(sessions::access_digest.eq(digest)).first(connection);
    Ok(found.optional()?)
}

/// Finds a session whose access token is in force, and its account.
pub(crate) fn find_in_force(
    connection: &mut PgConnection,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<InForce>> {
    Ok(in_force(now).filter(sessions::id.eq(session)).first(connection).optional()?)
}

/// Selects sessions whose access token is in force.
#[auto_type]
fn in_force(now: DateTime<Utc>) -> _ {
    let account: AsSelect<Account, Pg> = Account::as_select();
    let session: AsSelect<Session, Pg> = Session::as_select();
    sessions::table
        .inner_join(accounts::table)
        .left_join(oauth_grants::table.on(sessions::grant_id.eq(oauth_grants::id.nullable())))
        .filter(sessions::access_expires_at.gt(now))
        .select((session, account, oauth_grants::client_id.nullable()))
}

/// Lists the sessions of the owner's own; those of clients belong to their grants.
pub(crate) fn list_sessions(
    connection: &mut PgConnection,
    account: Uuid,
    page: Page,
) -> Result<Vec<Session>> {
    let mut query = sessions::table
        .filter(sessions::account_id.eq(account))
        .filter(sessions::grant_id.is_null())
        .order(sessions::id.desc())
        .limit(page.limit + 1)
        .select(Session::as_select())
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(sessions::id.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Finds a session, with the role of its account.
pub(crate) fn find_session(connection: &mut PgConnection, session: Uuid) -> Result<Option<(Session, Role)>> {
    let with_role = sessions::table.find(session).inner_join(accounts::table);
    Ok(with_role.select((Session::as_select(), accounts::role)).first(connection).optional()?)
}

/// Returns the client that opened a session; `None` for one of the owner's own.
pub(crate) fn client_of(connection: &mut PgConnection, session: Uuid) -> Result<Option<String>> {
    let grant = sessions::table.find(session).inner_join(oauth_grants::table);
    Ok(grant.select(oauth_grants::client_id).first(connection).optional()?)
}

/// Returns whether a session is this account's, opened by this client.
pub(crate) fn is_of_client(
    connection: &mut PgConnection,
    session: Uuid,
    (account, client): (Uuid, &str),
) -> Result<bool> {
    let own = sessions::table
        .find(session)
        .inner_join(oauth_grants::table)
        .filter(sessions::account_id.eq(account))
        .filter(oauth_grants::client_id.eq(client));
    Ok(diesel::select(exists(own)).get_result(connection)?)
}

/// Returns what the tokens of a client's session may do.
pub(crate) fn scopes_of(connection: &mut PgConnection, session: Uuid) -> Result<Vec<Option<String>>> {
    let scopes = sessions::table.find(session).select(sessions::scopes);
    Ok(scopes.first::<Option<Vec<Option<String>>>>(connection).optional()?.flatten().unwrap_or_default())
}

/// Finds the session, and its account, of an access or refresh token of a client.
pub(crate) fn family_of_client(
    connection: &mut PgConnection,
    digest: &[u8],
    client: &str,
) -> Result<Option<(Uuid, Uuid)>> {
    let refreshed = refresh_tokens::table.find(digest).select(refresh_tokens::session_id);
    let family = sessions::table
        .inner_join(oauth_grants::table)
        .filter(sessions::access_digest.eq(digest).or(sessions::id.eq_any(refreshed)))
        .filter(oauth_grants::client_id.eq(client))
        .select((sessions::id, sessions::account_id));
    Ok(family.first(connection).optional()?)
}

/// Records activity in a session.
pub(crate) fn set_active(connection: &mut PgConnection, session: Uuid, now: DateTime<Utc>) -> Result<()> {
    diesel::update(sessions::table.find(session)).set(sessions::active_at.eq(now)).execute(connection)?;
    Ok(())
}

/// Ends a session of this account; returns false if the account has no such session.
pub(crate) fn delete_session(connection: &mut PgConnection, account: Uuid, session: Uuid) -> Result<bool> {
    let own = sessions::table.find(session).filter(sessions::account_id.eq(account));
    Ok(diesel::delete(own).execute(connection)? == 1)
}

/// Records that the owner proved to be present in a session.
pub(crate) fn set_proved(connection: &mut PgConnection, session: Uuid, now: DateTime<Utc>) -> Result<()> {
    diesel::update(sessions::table.find(session)).set(sessions::proved_at.eq(now)).execute(connection)?;
    Ok(())
}

/// Records that the second factor was verified in a session.
pub(crate) fn set_second_factor(
    connection: &mut PgConnection,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(sessions::table.find(session))
        .set(sessions::second_factor_at.eq(now))
        .execute(connection)?;
    Ok(())
}

/// Ends all sessions of an account, which are locked ([`lock_sessions`]), and what would become one.
pub(crate) fn delete_sessions(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    delete_log_ins(connection, account)?;
    diesel::delete(sessions::table.filter(sessions::account_id.eq(account))).execute(connection)?;
    Ok(())
}

/// Ends the sessions of everybody, with log-ins on the page for clients; returns how many there were.
pub(crate) fn delete_all_sessions(connection: &mut PgConnection) -> Result<usize> {
    // In the order in which groups of issues lock them.
    let locked = sessions::table.order(sessions::id).select(sessions::id).for_update();
    locked.load::<Uuid>(connection)?;
    diesel::delete(oauth_requests::table.filter(oauth_requests::account_id.is_not_null()))
        .execute(connection)?;
    Ok(diesel::delete(sessions::table).execute(connection)?)
}

/// Ends all other sessions of an account, whose sessions are locked ([`lock_sessions`]), and what would become one.
pub(crate) fn delete_other_sessions(
    connection: &mut PgConnection,
    account: Uuid,
    session: Uuid,
) -> Result<()> {
    delete_log_ins(connection, account)?;
    let others = sessions::table.filter(sessions::account_id.eq(account)).filter(sessions::id.ne(session));
    diesel::delete(others).execute(connection)?;
    Ok(())
}

/// Ends log-ins on the page for clients, with the codes that they led to. It waits for a code that is being exchanged: the
/// session that it opens is there for the statement that comes next.
fn delete_log_ins(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    diesel::delete(oauth_requests::table.filter(oauth_requests::account_id.eq(account)))
        .execute(connection)?;
    Ok(())
}

/// Ends a session whose tokens two parties hold; returns whether it was there.
pub(crate) fn delete_family(connection: &mut PgConnection, session: Uuid) -> Result<bool> {
    Ok(diesel::delete(sessions::table.find(session)).execute(connection)? == 1)
}
