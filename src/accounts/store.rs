//! Rows of registrations, accounts, sessions and refresh tokens.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::role::Role;
use crate::db::schema::{accounts, refresh_tokens, registrations, sessions};
use crate::error::{Code, Error, Result, on_unique};
use crate::http::Locale;
use crate::http::page::Page;

/// A registration that awaits confirmation.
#[derive(Insertable, Queryable, Selectable)]
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
}

impl std::fmt::Debug for Account {
    /// Shows only the id: the rest is encrypted or a password hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}

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

pub(crate) fn insert_registration(connection: &mut PgConnection, row: &Registration) -> Result<()> {
    diesel::insert_into(registrations::table).values(row).execute(connection)?;
    Ok(())
}

/// Deletes and returns the registration of a confirmation token: the token works once.
pub(crate) fn take_registration(
    connection: &mut PgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Registration>> {
    let live = registrations::table
        .filter(registrations::token_digest.eq(token_digest))
        .filter(registrations::expires_at.gt(now));
    Ok(diesel::delete(live).returning(Registration::as_returning()).get_result(connection).optional()?)
}

/// Returns the password hash of the newest pending registration of this address.
pub(crate) fn newest_registered_password(
    connection: &mut PgConnection,
    email_index: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let waiting = registrations::table
        .filter(registrations::email_index.eq(email_index))
        .filter(registrations::expires_at.gt(now))
        .order(registrations::created_at.desc());
    Ok(waiting.select(registrations::password_hash).first(connection).optional()?)
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

/// Binds a person to an account, once: `already_verified` if the account has a person, `taken` if the person has
/// another account.
pub(crate) fn set_person(
    connection: &mut PgConnection,
    id: Uuid,
    proved: &ProvedPerson,
    taken: impl FnOnce() -> Error,
) -> Result<()> {
    let unproved = accounts::table.find(id).filter(accounts::person_index.is_null());
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
) -> Result<Option<(Session, Account)>> {
    let found = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::access_digest.eq(digest))
        .filter(sessions::access_expires_at.gt(now))
        .select((Session::as_select(), Account::as_select()))
        .first(connection);
    Ok(found.optional()?)
}

pub(crate) fn list_sessions(
    connection: &mut PgConnection,
    account: Uuid,
    page: Page,
) -> Result<Vec<Session>> {
    let mut query = sessions::table
        .filter(sessions::account_id.eq(account))
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

/// Ends all sessions of an account. A transaction that locks the account before this calls [`lock_sessions`] first.
pub(crate) fn delete_sessions(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    lock_sessions(connection, account)?;
    diesel::delete(sessions::table.filter(sessions::account_id.eq(account))).execute(connection)?;
    Ok(())
}

/// Ends all other sessions of an account, whose sessions are locked ([`lock_sessions`]).
pub(crate) fn delete_other_sessions(
    connection: &mut PgConnection,
    account: Uuid,
    session: Uuid,
) -> Result<()> {
    let others = sessions::table.filter(sessions::account_id.eq(account)).filter(sessions::id.ne(session));
    diesel::delete(others).execute(connection)?;
    Ok(())
}

/// Ends a session whose tokens two parties hold.
pub(crate) fn delete_family(connection: &mut PgConnection, session: Uuid) -> Result<()> {
    diesel::delete(sessions::table.find(session)).execute(connection)?;
    Ok(())
}
