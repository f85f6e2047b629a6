//! Carries out a change of address when it is confirmed and its waiting time is over.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::{mails, store, tell};
use crate::accounts::store as accounts;
use crate::accounts::{Contact, view};
use crate::audit::{self, Actor, Event};
use crate::db::Db;
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::jobs::{Handler, Outcome, Schedule};
use crate::person::{Column, Keyring};
use crate::time::Clock;

/// The kind of job, and when it runs.
pub const SCHEDULE: Schedule =
    Schedule { kind: "email_changes", every: TimeDelta::minutes(10), offset: TimeDelta::zero() };
/// Accounts that are looked up at once.
const AT_ONCE: i64 = 100;

/// Carries out the change of a locked account if it is due: the address, the end of links that were mailed to the old
/// one, and mails to both. If another account has the address by now, the old one is told that nothing changed.
pub(super) fn carry_out(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    (now, id): (DateTime<Utc>, &RequestId),
) -> Result<()> {
    let Some(change) = store::take_due(connection, account, now)? else { return Ok(()) };
    let row = accounts::find_by_id(connection, account)?.ok_or(Code::NotFound)?;
    let Some(old) = Contact::of(keyring, &row)? else { return Ok(()) };
    let action = if store::set_email(connection, &change)? {
        accounts::delete_registrations(connection, &change.email_index)?;
        let new = view::decrypt(keyring, Column::ACCOUNTS_EMAIL, account, &change.email)?;
        let both = [&old.email, &new].map(|to| mails::changed(to, old.locale));
        tell(connection, keyring, both, now)?;
        "account.email_changed"
    } else {
        tell(connection, keyring, [mails::not_changed(&old.email, old.locale)], now)?;
        "email_change.failed"
    };
    audit::record(connection, &Event::new(now, Actor::SERVICE, action, Some(account), id))
}

/// The job.
pub struct EmailChanges {
    /// The database.
    pub db: Db,
    /// Decrypts the addresses.
    pub keyring: Arc<Keyring>,
    /// Time.
    pub clock: Clock,
}

impl Handler for EmailChanges {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn at_once(&self) -> usize {
        1
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            match self.all_due().await {
                Ok(()) => Outcome::Done,
                Err(error) => {
                    log::warn!("changes of addresses: {error}");
                    Outcome::Retry("the database failed")
                }
            }
        }
        .boxed_local()
    }
}

impl EmailChanges {
    async fn all_due(&self) -> Result<()> {
        loop {
            let now = self.clock.now();
            let due = self.db.read(move |c| store::list_due(c, now, AT_ONCE)).await?;
            if due.is_empty() {
                return Ok(());
            }
            for account in due {
                let keyring = self.keyring.clone();
                let work = move |c: &mut PgConnection| {
                    accounts::lock_account(c, account)?;
                    carry_out(c, &keyring, account, (now, &RequestId::new()))
                };
                self.db.transaction(work).await?;
            }
        }
    }
}
