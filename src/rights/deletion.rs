//! The end of an account at its owner's wish: what law keeps is set apart and named, the rest is erased in one transaction.
//!
//! Open applications stand against it, and are named: ending them silently would cost the person their place, the day's
//! application, and perhaps a certificate that an officer is about to issue. Whoever wants that withdraws them first, which
//! is possible at any time.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde_json::Value;

use super::kept::{self, Kept};
use super::mails;
use super::types::AccountDeleted;
use crate::accounts::store::Account;
use crate::accounts::{self, Caller, presence};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId, idempotency};
use crate::state::AppState;
use crate::{applications, help_desk, identity, mandates, notify, oauth};

/// Deletes the caller's account; returns what is kept.
///
/// # Errors
/// `presence_required`, `role_required` for staff; `applications_open` with their ids, `certification_fresh` as long as a
/// counter can undo; `unauthenticated` if the session has ended.
pub(super) async fn delete(
    state: &AppState,
    caller: &Caller,
    locale: Locale,
    id: &RequestId,
) -> Result<AccountDeleted> {
    if caller.role().is_staff() {
        return Err(Code::RoleRequired.into());
    }
    presence::present(state, caller)?;
    let (going, now, id, house) = (caller.clone(), state.clock.now(), id.clone(), state.clone());
    let work = move |c: &mut PgConnection| {
        let account = accounts::deletion::lock(c, &going)?;
        may_go(c, &account, now)?;
        let kept = kept::count(c, &account)?;
        erase(c, &house, &going, &account, (&kept, now), &id)?;
        Ok(kept)
    };
    let kept = state.db.transaction(work).await?;
    Ok(AccountDeleted {
        deleted_at: now,
        kept: kept.into_iter().map(|kept| kept.told(locale, now)).collect(),
    })
}

/// Refuses while something is under way that needs the account.
fn may_go(connection: &mut PgConnection, account: &Account, now: DateTime<Utc>) -> Result<()> {
    if let Some(until) = identity::deletion::undoable_until(account).filter(|until| now < *until) {
        let wait = (until - now).to_std().unwrap_or_default();
        return Err(Error::from(Code::CertificationFresh).retry_after(wait));
    }
    let Some(person) = account.person_index.as_deref() else { return Ok(()) };
    let open = applications::deletion::open(connection, person)?;
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<Value> = open.iter().map(|id| Value::from(id.to_string())).collect();
    Err(Error::from(Code::ApplicationsOpen).with("application_ids", ids))
}

fn erase(
    c: &mut PgConnection,
    state: &AppState,
    caller: &Caller,
    account: &Account,
    (kept, now): (&[Kept], DateTime<Utc>),
    id: &RequestId,
) -> Result<()> {
    let mail = accounts::view::mail(&state.keyring, account, mails::deleted)?;
    if let Some(person) = account.person_index.as_deref() {
        let house = (&*state.keyring, &state.addresses.front_end);
        mandates::end_of_holder(c, house, person, caller.actor(), (id, now))?;
    }
    identity::deletion::erase(c, account, kept::has_certificates(kept), now)?;
    help_desk::deletion::erase(c, account.id)?;
    oauth::deletion::erase(c, account.id)?;
    idempotency::erase(c, account.id)?;
    accounts::deletion::erase(c, account.id, now)?;
    notify::post(c, &state.keyring, mail.as_ref(), now)?;
    audit::record(c, &Event::new(now, caller.actor(), "account.deleted", Some(account.id), id))
}
