//! Rights hang on the person who is proved to own an account at the moment of use, not on the account.
//!
//! Rows that are somebody's (applications, certificates, mandates) name their owner by the keyed hash of the CNP. Who may
//! read one is decided inside the statement that reads it, by [`person_of`]; what is written in an owner's name is
//! written in a transaction that holds the proof with [`hold`] first, so that an undoing waits for it, or it for the
//! undoing.

use diesel::dsl::auto_type;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::store::Account;
use crate::db::schema::{accounts, sessions};
use crate::error::{Code, Result};

/// Who looks at something: an open session, and through it the person whom its account belongs to at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer(pub(super) Uuid);

impl Viewer {
    /// The session.
    pub(crate) const fn session(self) -> Uuid {
        self.0
    }
}

/// The person of the viewer's account as the statement finds them, to compare a row's owner with: null, and so equal to
/// nobody's, when the session has ended or the account belongs to nobody.
#[auto_type]
pub(crate) fn person_of(session: Uuid) -> _ {
    sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(session))
        .select(accounts::person_index)
        .single_value()
}

/// Holds the proof that an account belongs to a person until the surrounding transaction ends: an undoing or a transfer
/// waits for that, and what it leaves behind is seen here.
///
/// # Errors
/// `identity_unverified` when the account is not that person's.
pub(crate) fn hold(connection: &mut PgConnection, account: Uuid, person_index: &[u8]) -> Result<()> {
    let proved = accounts::table.find(account).filter(accounts::person_index.eq(person_index));
    let held = proved.select(accounts::id).for_share().first::<Uuid>(connection).optional()?;
    held.map(drop).ok_or_else(|| Code::IdentityUnverified.into())
}

/// The account that is a person's now, if they have one.
pub(crate) fn account_of(connection: &mut PgConnection, person_index: &[u8]) -> Result<Option<Account>> {
    super::store::find_by_person(connection, person_index)
}
