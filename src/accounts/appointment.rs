//! Officers and operators are appointed and dismissed by the operator's commands alone, never through the API. Their
//! staff accounts are separate from the ones they have as citizens.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use url::Url;
use uuid::Uuid;

use super::session_store;
use super::store::{self, Account};
use super::{Role, passwords, registration, second_factor};
use crate::audit::{self, Actor, ActorRole, Event};
use crate::db::schema::accounts;
use crate::error::{Code, Result};
use crate::http::{Locale, RequestId};
use crate::person::{Cnp, Column, Email, Index, Keyring};

/// The person who runs the installation's commands.
const COMMAND: Actor = Actor { account_id: None, role: ActorRole::Service };

/// A person to appoint.
pub struct Appointment<'a> {
    /// The address for the invitation and for logging in.
    pub email: &'a Email,
    /// Officer or operator.
    pub role: Role,
    /// The office of an officer; `None` for an operator.
    pub office_id: Option<Uuid>,
    /// The person's own CNP, stored as a keyed hash: nobody certifies themselves.
    pub cnp: &'a Cnp,
    /// Language of the mails.
    pub locale: Locale,
}

/// Creates the account and mails the link that sets its password; returns `None` if the address has an account. Call it
/// in a transaction.
///
/// # Errors
/// Those of the database.
pub fn appoint(
    connection: &mut PgConnection,
    keyring: &Keyring,
    appointment: &Appointment<'_>,
    front_end: &Url,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let Some(account) = insert(connection, keyring, appointment, now)? else { return Ok(None) };
    passwords::invitation(connection, keyring, &account, front_end, now)?;
    Ok(Some(account.id))
}

/// Creates the account without a password; returns `None` if the address has an account.
pub(crate) fn insert(
    connection: &mut PgConnection,
    keyring: &Keyring,
    appointment: &Appointment<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Account>> {
    let (id, email) = (Uuid::now_v7(), appointment.email);
    let account = Account {
        id,
        email_index: Some(keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes())),
        email: Some(registration::encrypt(keyring, Column::ACCOUNTS_EMAIL, id, email.as_str())?),
        phone: None,
        password_hash: None,
        role: appointment.role,
        locale: appointment.locale,
        person_index: None,
        person: None,
        identity_method: None,
        identity_verified_at: None,
        created_at: now,
        office_id: appointment.office_id,
        staff_person_index: Some(keyring.index(Index::PERSON_CNP, appointment.cnp.as_str().as_bytes())),
        client_id: None,
    };
    let insert = diesel::insert_into(accounts::table).values(&account).on_conflict(accounts::email_index);
    if insert.do_nothing().execute(connection)? == 0 {
        return Ok(None);
    }
    record(connection, "staff.appointed", id, now)?;
    Ok(Some(account))
}

/// Mails a new link that sets the password, if the first was lost.
///
/// # Errors
/// `not_found` if no staff account has this address.
pub fn invite_again(
    connection: &mut PgConnection,
    keyring: &Keyring,
    email: &Email,
    front_end: &Url,
    now: DateTime<Utc>,
) -> Result<()> {
    let account = find(connection, keyring, email)?;
    passwords::invitation(connection, keyring, &account, front_end, now)?;
    record(connection, "staff.invited", account.id, now)
}

/// Dismisses a member of staff: sessions, password, second factor and role are gone at once. Call it in a transaction.
///
/// # Errors
/// `not_found` if no staff account has this address.
pub fn dismiss(
    connection: &mut PgConnection,
    keyring: &Keyring,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = find(connection, keyring, email)?.id;
    session_store::lock_sessions(connection, id)?;
    second_factor::forget(connection, id)?;
    diesel::update(accounts::table.find(id))
        .set((
            accounts::role.eq(Role::Citizen),
            accounts::password_hash.eq(None::<String>),
            accounts::office_id.eq(None::<Uuid>),
            accounts::staff_person_index.eq(None::<Vec<u8>>),
        ))
        .execute(connection)?;
    session_store::delete_sessions(connection, id)?;
    record(connection, "staff.dismissed", id, now)
}

/// Removes a lost second factor: the next log-in sets up another. Call it in a transaction.
///
/// # Errors
/// `not_found` if no staff account has this address.
pub fn reset_second_factor(
    connection: &mut PgConnection,
    keyring: &Keyring,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = find(connection, keyring, email)?.id;
    session_store::lock_sessions(connection, id)?;
    store::lock_account(connection, id)?;
    second_factor::forget(connection, id)?;
    session_store::delete_sessions(connection, id)?;
    record(connection, "staff.second_factor_reset", id, now)
}

/// A member of staff, for a list.
#[derive(Debug)]
pub struct Member {
    /// The address.
    pub email: String,
    /// Officer or operator.
    pub role: Role,
    /// The office's code, for an officer.
    pub office: Option<String>,
    /// When they were appointed.
    pub since: DateTime<Utc>,
    /// Whether the second factor is set up.
    pub second_factor: bool,
}

/// Lists all staff, by appointment.
///
/// # Errors
/// Fails if the database is away, or the keyring is the wrong one.
pub fn list(connection: &mut PgConnection, keyring: &Keyring) -> Result<Vec<Member>> {
    use crate::db::schema::offices;
    let rows: Vec<(Account, Option<String>)> = accounts::table
        .left_join(offices::table)
        .filter(accounts::role.ne(Role::Citizen))
        .order(accounts::id)
        .select((Account::as_select(), offices::code.nullable()))
        .load(connection)?;
    let member = |(account, office): (Account, Option<String>)| {
        Ok(Member {
            email: super::view::email(keyring, &account)?
                .map(|email| super::view::shown(&email))
                .unwrap_or_default(),
            role: account.role,
            office,
            since: account.created_at,
            second_factor: second_factor::is_active(connection, account.id)?,
        })
    };
    rows.into_iter().map(member).collect()
}

fn find(connection: &mut PgConnection, keyring: &Keyring, email: &Email) -> Result<Account> {
    let index = keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes());
    let account = store::find_account(connection, &index)?;
    account.filter(|account| account.role.is_staff()).ok_or_else(|| Code::NotFound.into())
}

fn record(connection: &mut PgConnection, action: &str, account: Uuid, now: DateTime<Utc>) -> Result<()> {
    audit::record(connection, &Event::new(now, COMMAND, action, Some(account), &RequestId::new()))
}
