//! Rights belong to the person who is proved to own an account at the time of use, not to the account.
//!
//! Owned rows (applications, certificates, mandates) name their owner by the keyed hash of the CNP. A statement that
//! reads one decides access itself, by [`person_of`]. A transaction that writes for an owner first locks the proof with
//! [`hold`], so that it and an undo of the proof wait for each other.

use diesel::dsl::{auto_type, exists};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::store::Account;
use crate::clients::Scope;
use crate::db::schema::{accounts, sessions};
use crate::error::{Code, Result};

/// The reader of owned rows: an open session, which leads to the person that its account belongs to at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer(pub(super) Uuid);

impl Viewer {
    /// Returns the session.
    pub(crate) const fn session(self) -> Uuid {
        self.0
    }
}

/// SQL expression for the person of the viewer's account, to compare with a row's owner. Null, and so equal to no
/// owner, if the session has ended or the account has no proved person.
#[auto_type]
pub(crate) fn person_of(session: Uuid) -> _ {
    sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(session))
        .select(accounts::person_index)
        .single_value()
}

/// SQL condition that a session may do what a scope names: it is one of the owner's own, or a client's with that scope.
#[auto_type]
pub(crate) fn may(session: Uuid, scope: Scope) -> _ {
    let needed: Vec<Option<&'static str>> = vec![Some(scope.as_str())];
    exists(
        sessions::table
            .filter(sessions::id.eq(session))
            .filter(sessions::scopes.is_null().or(sessions::scopes.contains(needed))),
    )
}

/// Locks the proof that an account belongs to a person until the surrounding transaction ends. An undo or a transfer
/// waits for it, and an earlier one is visible here.
///
/// # Errors
/// `identity_unverified` if the account is not that person's.
pub(crate) fn hold(connection: &mut PgConnection, account: Uuid, person_index: &[u8]) -> Result<()> {
    let proved = accounts::table.find(account).filter(accounts::person_index.eq(person_index));
    let held = proved.select(accounts::id).for_share().first::<Uuid>(connection).optional()?;
    held.map(drop).ok_or_else(|| Code::IdentityUnverified.into())
}

/// Returns the person's current account, if there is one.
pub(crate) fn account_of(connection: &mut PgConnection, person_index: &[u8]) -> Result<Option<Account>> {
    super::store::find_by_person(connection, person_index)
}
