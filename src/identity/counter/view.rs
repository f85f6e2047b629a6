//! Verifications as officers see them.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::store::{self, CounterVerification};
use super::types::{
    ClaimedPerson, CounterVerificationResponse, DecisionRecordPage, DecisionRecordResponse, OtherAccount, Sex,
};
use super::{DECIDE_WITHIN, UNDO_WITHIN, claim, ownership};
use crate::accounts::Officer;
use crate::error::Result;
use crate::http::page::Page;
use crate::identity::status::{VerificationReason, VerificationStatus};
use crate::person::{Keyring, ProvedPerson};
use crate::state::AppState;

/// Builds a verification's response; with the claim as long as it is open.
pub(super) fn response(
    connection: &mut PgConnection,
    keyring: &Keyring,
    row: &CounterVerification,
    now: DateTime<Utc>,
) -> Result<CounterVerificationResponse> {
    let status = row.status;
    let open = status == VerificationStatus::AwaitingCounter;
    let claim = if open { claim::decrypt(keyring, row)? } else { None };
    let other_account = match &claim {
        Some(person) => other_account(connection, keyring, row.account_id, person)?,
        None => None,
    };
    Ok(CounterVerificationResponse {
        id: row.id,
        status,
        reason: row.reason,
        claim: claim.as_ref().map(claimed),
        other_account,
        decide_until: row.opened_at.filter(|_| open).map(|opened_at| opened_at + DECIDE_WITHIN),
        undo_until: undo_until(row, now),
        expires_at: row.expires_at,
    })
}

fn claimed(person: &ProvedPerson) -> ClaimedPerson {
    ClaimedPerson {
        cnp: person.cnp.as_str().to_owned(),
        family_name: person.family_name.as_str().to_owned(),
        given_name: person.given_name.as_str().to_owned(),
        birth_date: person.birth_date,
        sex: person.cnp.sex().map(Sex::from),
    }
}

fn other_account(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    person: &ProvedPerson,
) -> Result<Option<OtherAccount>> {
    let owner = store::find_owner(connection, &ownership::index(keyring, person))?;
    let other = owner.filter(|owner| owner.id != account);
    Ok(other.and_then(|other| {
        Some(OtherAccount { method: other.identity_method?, verified_at: other.identity_verified_at? })
    }))
}

fn undo_until(row: &CounterVerification, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let undone = row.reason == Some(VerificationReason::CertificationUndone);
    let until = row.completed_at.filter(|_| !undone)? + UNDO_WITHIN;
    (now < until).then_some(until)
}

/// Lists what the officer's office decided and can still undo.
pub(super) async fn list_decided(
    state: &AppState,
    officer: &Officer,
    page: Page,
) -> Result<DecisionRecordPage> {
    let (office, own, now) = (officer.office_id, officer.caller.account_id(), state.clock.now());
    let rows = state.db.read(move |c| store::list_decided(c, office, now - UNDO_WITHIN, page)).await?;
    let (rows, next_cursor) = page.cut(rows, |row| row.id);
    let item = |row: &CounterVerification| {
        Some(DecisionRecordResponse {
            id: row.id,
            status: row.status,
            own: row.officer_id == Some(own),
            decided_at: row.completed_at?,
            undo_until: undo_until(row, now),
        })
    };
    Ok(DecisionRecordPage { items: rows.iter().filter_map(item).collect(), next_cursor })
}
