//! The address of an account that was created without one: entered by its owner or suggested by the identity provider.
//! It becomes the account's only when the mailed link is followed; until then it finds no account and logs nobody in.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use url::Url;
use uuid::Uuid;

use super::store::Account;
use super::token::Token;
use super::{mails, store};
use crate::db::schema::{accounts, email_confirmations as table};
use crate::error::{Code, Error, Result, on_unique};
use crate::http::Locale;
use crate::person::{Column, Email, Index, Keyring};
use crate::{jobs, notify};

/// How long a mailed link works.
const LINK_LIVES: TimeDelta = TimeDelta::hours(24);

/// An address to be confirmed for an account.
pub(crate) struct Naming<'a> {
    pub(crate) account: Uuid,
    pub(crate) email: &'a Email,
    /// Language of the mail.
    pub(crate) locale: Locale,
    pub(crate) front_end: &'a Url,
    pub(crate) now: DateTime<Utc>,
}

/// Stores the address, replacing an earlier unconfirmed one, and mails the link. If the address already has an account,
/// mails its owner a notice instead.
pub(crate) fn name(connection: &mut PgConnection, keyring: &Keyring, naming: &Naming<'_>) -> Result<()> {
    let Naming { account, email, locale, front_end, now } = *naming;
    let email_index = keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes());
    if store::find_account(connection, &email_index)?.is_some() {
        let refusal = mails::already_registered(email.as_str(), locale, front_end);
        return jobs::enqueue(connection, keyring, notify::JOB, &refusal, now);
    }
    let token = Token::generate("cze_")?;
    let cell = Column::ACCOUNTS_EMAIL.at(account);
    let encrypted = keyring.encrypt(cell, email.as_str().as_bytes()).map_err(Error::internal)?;
    let values = (
        table::email_index.eq(email_index),
        table::email.eq(encrypted),
        table::token_digest.eq(token.digest()),
        table::expires_at.eq(now + LINK_LIVES),
    );
    diesel::insert_into(table::table)
        .values((table::account_id.eq(account), values.clone()))
        .on_conflict(table::account_id)
        .do_update()
        .set(values)
        .execute(connection)?;
    let link = mails::confirm_address(email.as_str(), locale, front_end, &token);
    jobs::enqueue(connection, keyring, notify::JOB, &link, now)
}

/// Gives the account of a mailed token its address; `None` if the token is not one of these. If another account has got
/// the address meanwhile, the token is worthless.
///
/// # Errors
/// The account's own session is required, or a mistyped address would give the account to whoever reads the mail:
/// `unauthenticated` without one, `invalid_confirmation_token` with another account's.
pub(super) fn confirm(
    connection: &mut PgConnection,
    token_digest: &[u8],
    caller: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Option<Account>> {
    let live = table::table
        .filter(table::token_digest.eq(token_digest))
        .filter(table::effective_at.is_null())
        .filter(table::expires_at.gt(now));
    let taken: Option<(Uuid, Vec<u8>, Vec<u8>)> = diesel::delete(live)
        .returning((table::account_id, table::email_index, table::email))
        .get_result(connection)
        .optional()?;
    let Some((account, email_index, email)) = taken else { return Ok(None) };
    if caller != Some(account) {
        let refusal = if caller.is_none() { Code::Unauthenticated } else { Code::InvalidConfirmationToken };
        return Err(refusal.into());
    }
    store::delete_registrations(connection, &email_index)?;
    if store::find_account(connection, &email_index)?.is_some_and(|holder| holder.id != account) {
        return Err(Code::InvalidConfirmationToken.into());
    }
    let without = accounts::table.find(account).filter(accounts::email.is_null());
    let outcome = diesel::update(without)
        .set((accounts::email_index.eq(email_index), accounts::email.eq(email)))
        .returning(Account::as_returning())
        .get_result(connection)
        .optional();
    on_unique(outcome, "accounts_email_key", || Code::InvalidConfirmationToken.into())
}
