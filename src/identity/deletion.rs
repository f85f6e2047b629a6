//! Proofs of identity of an account that its owner deletes: none of them can come to anything afterwards.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::counter;
use super::status::{VerificationReason, VerificationStatus};
use crate::accounts::store::Account;
use crate::db::schema::{identity_verifications as table, redirect_logins};
use crate::error::Result;

/// Returns until when an office can undo the certification of an account's owner: until then the account must stay, so
/// that what a false identity obtained can be taken back.
pub(crate) fn undoable_until(account: &Account) -> Option<DateTime<Utc>> {
    let at_counter = account.identity_method.as_deref() == Some(counter::METHOD);
    account.identity_verified_at.filter(|_| at_counter).map(|at| at + counter::UNDO_WITHIN)
}

/// Closes the open proofs of a locked account, forgets what they need, and erases its log-ins by redirect. Unless
/// `kept`, the documents that officers saw and their notes go too: nothing was issued that hangs on them.
pub(crate) fn erase(
    connection: &mut PgConnection,
    account: &Account,
    kept: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let all = table::table.filter(table::account_id.eq(account.id));
    let open = [VerificationStatus::AwaitingRedirect, VerificationStatus::AwaitingCounter];
    diesel::update(all.filter(table::status.eq_any(open)))
        .set((
            table::status.eq(VerificationStatus::Expired),
            table::reason.eq(VerificationReason::SessionEnded),
            table::completed_at.eq(now),
        ))
        .execute(connection)?;
    diesel::update(all)
        .set((
            table::claim.eq(None::<Vec<u8>>),
            table::secrets.eq(None::<Vec<u8>>),
            table::state_digest.eq(None::<Vec<u8>>),
            table::browser_digest.eq(None::<Vec<u8>>),
            table::return_url.eq(None::<String>),
        ))
        .execute(connection)?;
    if !kept {
        diesel::update(all)
            .set((table::document.eq(None::<Vec<u8>>), table::note.eq(None::<Vec<u8>>)))
            .execute(connection)?;
    }
    let log_ins = redirect_logins::table.filter(redirect_logins::account_id.eq(account.id));
    diesel::delete(log_ins).execute(connection)?;
    Ok(())
}
