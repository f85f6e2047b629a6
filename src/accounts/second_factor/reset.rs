//! The way back for a person who has lost phone and recovery codes: a proof of identity, by redirect or in person at a
//! counter, and then a waiting time. The owner is told at once, and can stop it by the mailed link or from any session.
//! The first log-in after the waiting time needs no second factor, and removes it: by redirect, or, after a counter, by
//! password too.
//!
//! A thief of the bank card alone can ask for it, and the owner hears of it and stops it. A thief of the mailbox alone
//! can only stop it. So an account without an address, whose owner would hear nothing, has this way at a counter alone.
//! At a counter an officer has seen person and document, which no thief of a card passes: the waiting time is shorter
//! there, and long enough to catch an officer who lies.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use url::Url;
use uuid::Uuid;

use super::campaign::Way;
use super::is_active;
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::{Token, contact, front_end, mails, session_store, view};
use crate::audit::{self, Actor, Event};
use crate::db::schema::second_factor_resets as table;
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::notify;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Limit};

/// The longest waiting time after a person was seen at a counter.
const AT_COUNTER: TimeDelta = TimeDelta::hours(24);
/// How long the first log-in after the waiting time may be awaited.
const AWAITED: TimeDelta = TimeDelta::days(30);
/// Resets of one account that may be asked for by redirect, and as many at counters: a stopped one must not be asked for
/// until a mail is missed. Counted apart, because a thief of the bank card could otherwise use up the counters' too.
const REQUESTS: Limit = Limit::unsaid("second-factor-resets", 3, TimeDelta::days(30));

/// A request to reset a second factor, by a person whose identity was proved.
pub(crate) struct Request<'a> {
    pub(crate) account: Uuid,
    /// The officer who saw the person; `None` after a redirect.
    pub(crate) officer: Option<Uuid>,
    pub(crate) actor: Actor,
    /// The configured waiting time.
    pub(crate) wait: TimeDelta,
    pub(crate) front_end: &'a Url,
    pub(crate) id: &'a RequestId,
    pub(crate) now: DateTime<Utc>,
}

/// Begins the waiting time and tells the owner; returns when it ends. A reset that waits already keeps its end, unless
/// the new one would be earlier. Call it in a transaction.
///
/// # Errors
/// `not_found` without a second factor, `role_required` for staff, `address_missing` by redirect without an address to
/// tell the owner, `too_many_requests`.
pub(crate) fn begin(
    connection: &mut PgConnection,
    keyring: &Keyring,
    request: &Request<'_>,
) -> Result<DateTime<Utc>> {
    let Request { account: id, officer, now, .. } = *request;
    accounts::lock_account(connection, id)?;
    let account = accounts::find_by_id(connection, id)?.ok_or(Code::NotFound)?;
    if account.role.is_staff() {
        return Err(Code::RoleRequired.into());
    }
    if !is_active(connection, id)? {
        return Err(Code::NotFound.into());
    }
    if account.email.is_none() && officer.is_none() {
        return Err(Code::AddressMissing.into());
    }
    let way: &[u8] = if officer.is_some() { b"counter" } else { b"redirect" };
    let requests = keyring.index(Index::RATE_LIMIT_SECOND_FACTOR_RESETS, &[id.as_bytes(), way].concat());
    rate_limit::count(connection, &requests, REQUESTS, now)?;
    let effective_at = store(connection, &account, request, &Token::generate("czs_")?, keyring)?;
    audit::record(
        connection,
        &Event::new(now, request.actor, "second_factor.reset_begun", Some(id), request.id),
    )?;
    Ok(effective_at)
}

fn store(
    connection: &mut PgConnection,
    account: &Account,
    request: &Request<'_>,
    stop: &Token,
    keyring: &Keyring,
) -> Result<DateTime<Utc>> {
    let (now, seen) = (request.now, request.officer.is_some() && account.email.is_some());
    let end = now + if seen { request.wait.min(AT_COUNTER) } else { request.wait };
    let pending = awaited(connection, account.id, now)?;
    let effective_at = pending.map_or(end, |pending| pending.min(end)).max(now + TimeDelta::seconds(1));
    diesel::delete(table::table.find(account.id)).execute(connection)?;
    diesel::insert_into(table::table)
        .values((
            table::account_id.eq(account.id),
            table::stop_digest.eq(stop.digest()),
            table::officer_id.eq(request.officer),
            table::requested_at.eq(now),
            table::effective_at.eq(effective_at),
            table::expires_at.eq(effective_at + AWAITED),
        ))
        .execute(connection)?;
    let front_end = front_end::of(connection, account, request.front_end)?;
    let mail = view::mail(keyring, account, |to, locale| {
        mails::second_factor_reset_begun(to, locale, (&front_end, stop), effective_at)
    })?;
    notify::post(connection, keyring, mail.as_ref(), now)?;
    Ok(effective_at)
}

/// Returns when the waiting time of an account's reset ends, or has ended.
pub(super) fn awaited(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let awaited = table::table.find(account).filter(table::expires_at.gt(now));
    Ok(awaited.select(table::effective_at).first(connection).optional()?)
}

/// Returns whether an account's reset has waited long enough, and counts on this way.
pub(super) fn is_due(
    connection: &mut PgConnection,
    account: Uuid,
    way: Way,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(diesel::select(exists(table::table.filter(due(account, way, now)))).get_result(connection)?)
}

/// Selects the reset that has waited long enough. One that was begun by redirect counts at a log-in by redirect alone:
/// there the person is proved again, and whoever only knows the password gains nothing from it.
fn due(account: Uuid, way: Way, now: DateTime<Utc>) -> Due {
    let by_redirect = way == Way::Redirect;
    let waited =
        table::account_id.eq(account).and(table::effective_at.le(now)).and(table::expires_at.gt(now));
    Box::new(waited.and(table::officer_id.is_not_null().or(by_redirect.into_sql::<Bool>())))
}

type Due = Box<dyn BoxableExpression<table::table, Pg, SqlType = Bool>>;

/// Removes the second factor whose reset is due, ends all sessions, and tells the owner. The sessions are locked.
///
/// # Errors
/// `second_factor_required` if the reset was stopped meanwhile: this statement decides, and a stop waits for it.
pub(super) fn carry_out(
    connection: &mut PgConnection,
    keyring: &Keyring,
    (account, way): (Uuid, Way),
    (now, id): (DateTime<Utc>, &RequestId),
) -> Result<()> {
    if diesel::delete(table::table.filter(due(account, way, now))).execute(connection)? == 0 {
        return Err(Code::SecondFactorRequired.into());
    }
    super::forget(connection, account)?;
    session_store::delete_sessions(connection, account)?;
    let owner = accounts::find_by_id(connection, account)?.ok_or(Code::NotFound)?;
    let mail = view::mail(keyring, &owner, |to, locale| mails::second_factor_changed(to, locale, false))?;
    notify::post(connection, keyring, mail.as_ref(), now)?;
    let actor = Actor { account_id: Some(account), role: owner.role.into() };
    audit::record(connection, &Event::new(now, actor, "second_factor.reset", Some(account), id))
}

/// Stops an account's reset and tells the owner; returns false if there is none.
pub(super) fn stop(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let stopped = diesel::delete(table::table.find(account)).execute(connection)? == 1;
    if stopped {
        tell_stopped(connection, keyring, account, now)?;
    }
    Ok(stopped)
}

/// Stops the reset of a mailed token and tells the owner; returns the account, if there is one.
pub(super) fn stop_by_token(
    connection: &mut PgConnection,
    keyring: &Keyring,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let of_token = table::table.filter(table::stop_digest.eq(digest));
    let stopped = diesel::delete(of_token).returning(table::account_id).get_result(connection).optional()?;
    if let Some(account) = stopped {
        tell_stopped(connection, keyring, account, now)?;
    }
    Ok(stopped)
}

/// Tells an owner who waits for the removal that it will not come: a thief of a session or of the mailbox can stop it.
fn tell_stopped(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let mail = contact(connection, keyring, account)?;
    let mail = mail.map(|owner| mails::second_factor_reset_stopped(&owner.email, owner.locale));
    notify::post(connection, keyring, mail.as_ref(), now)
}
