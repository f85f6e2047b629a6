//! Ends sessions of others, by an operator's command: those of one account, or all.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;

use super::{mails, session_store, store, view};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::notify;
use crate::person::{Email, Index, Keyring};

/// Ends all sessions of the account with this address, with log-ins on the page for clients, and tells its owner; returns how many there
/// were. Call it in a transaction.
///
/// # Errors
/// `not_found` if no account has this address.
pub fn of_account(
    connection: &mut PgConnection,
    keyring: &Keyring,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<usize> {
    let index = keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes());
    let account = store::find_account(connection, &index)?.ok_or(Code::NotFound)?;
    let open = session_store::lock_sessions(connection, account.id)?.len();
    session_store::delete_sessions(connection, account.id)?;
    let mail = view::mail(keyring, &account, mails::sessions_ended)?;
    notify::post(connection, keyring, mail.as_ref(), now)?;
    let request = RequestId::new();
    let event = Event::new(now, Actor::OPERATOR, "session.ended", Some(account.id), &request);
    audit::record(connection, &event.detail(format!("{open} sessions")))?;
    Ok(open)
}

/// Ends the sessions of everybody, with log-ins on the page for clients; returns how many there were. Call it in a transaction.
///
/// # Errors
/// Those of the database.
pub fn of_everybody(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let open = session_store::delete_all_sessions(connection)?;
    audit::record_command(connection, "sessions.all_ended", format!("{open} sessions"), now)?;
    Ok(open)
}
