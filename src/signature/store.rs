//! Rows of signing keys: their periods, and the steps from one state to the next.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::seal_keys;
use crate::error::{Result, chain};
use crate::text::coded;
use ades::{Realm, ordered_chain};

coded! {
    /// The state of a key, in the order in which keys are listed.
    #[derive(PartialOrd, Ord)]
    #[schema(as = SignerState)]
    pub enum State {
        /// It may sign.
        Active = "active",
        /// It will sign in the future.
        Announced = "announced",
        /// It no longer signs; its signatures stay valid.
        Retired = "retired",
    }
}

coded! {
    /// What a key signs in law (eIDAS, articles 3(9) and 3(25)).
    #[schema(as = SignerKind)]
    pub enum KeyKind in "seal_keys.kind" {
        /// Electronic seal, of an organisation.
        Seal = "seal",
        /// Electronic signature, of a person.
        Signature = "signature",
    }
}

impl From<ades::Kind> for KeyKind {
    fn from(kind: ades::Kind) -> Self {
        match kind {
            ades::Kind::Seal => Self::Seal,
            ades::Kind::Signature => Self::Signature,
        }
    }
}

/// A key, with its certificate.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = seal_keys)]
pub struct SealKey {
    /// UUIDv7.
    pub id: Uuid,
    /// SHA-256 of its certificate.
    pub fingerprint: Vec<u8>,
    /// What it signs in law.
    pub kind: KeyKind,
    /// Its certificate and issuers, PEM.
    pub chain_pem: String,
    /// When it was published.
    pub announced_at: DateTime<Utc>,
    /// From when it may sign.
    pub active_from: Option<DateTime<Utc>>,
    /// From when it may no longer sign.
    pub retired_from: Option<DateTime<Utc>>,
    /// The key may be compromised: signatures count only if a time-stamp proves that they are older than
    /// `retired_from`.
    pub retired_in_emergency: bool,
}

impl SealKey {
    /// Returns the fingerprint in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        HEXLOWER.encode(&self.fingerprint)
    }

    /// Returns whether the key is of this realm. Keys of the other realm are logged and not published.
    #[must_use]
    pub fn is_of(&self, realm: Realm) -> bool {
        let path = ordered_chain(&self.chain_pem).map_err(|error| chain(&error));
        let checked = path.and_then(|path| realm.check(&path).map_err(|error| chain(&error)));
        checked
            .inspect_err(|why| log::error!("seal: the key {} is not published: {why}", self.sha256()))
            .is_ok()
    }

    /// Returns the state at a time.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> State {
        let reached = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        match (reached(self.active_from), reached(self.retired_from)) {
            (_, true) => State::Retired,
            (true, false) => State::Active,
            (false, false) => State::Announced,
        }
    }
}

/// Lists all keys, the one that became active last first, those that never did at the end.
pub fn list(connection: &mut PgConnection) -> Result<Vec<SealKey>> {
    let order = (seal_keys::active_from.desc().nulls_last(), seal_keys::id.desc());
    Ok(seal_keys::table.order(order).select(SealKey::as_select()).load(connection)?)
}

/// Lists all keys. In an installation without keys, this node's first becomes active at once: nobody relies on another
/// yet. Of nodes that start at the same time, the first one decides.
pub fn list_or_begin(connection: &mut PgConnection, first: Option<&SealKey>) -> Result<Vec<SealKey>> {
    let known = list(connection)?;
    let (true, Some(first)) = (known.is_empty(), first) else { return Ok(known) };
    connection.transaction(|c| {
        lock(c)?;
        if list(c)?.is_empty() {
            insert(c, first)?;
        }
        list(c)
    })
}

/// Locks the keys against changes, but not against reading, until the end of the transaction. Whoever changes keys takes
/// this lock. It is an advisory one, because `LOCK TABLE` needs the right to change the whole table.
pub fn lock(connection: &mut PgConnection) -> Result<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('cazier'), hashtext('seal_keys'))")
        .execute(connection)?;
    Ok(())
}

/// Writes a key down.
pub fn insert(connection: &mut PgConnection, key: &SealKey) -> Result<()> {
    diesel::insert_into(seal_keys::table).values(key).execute(connection)?;
    Ok(())
}

/// Sets from when a key may sign.
pub fn set_active_from(connection: &mut PgConnection, id: Uuid, from: DateTime<Utc>) -> Result<()> {
    let key = seal_keys::table.find(id);
    diesel::update(key).set(seal_keys::active_from.eq(from)).execute(connection)?;
    Ok(())
}

/// Sets from when a key may no longer sign, and whether it may be compromised.
pub fn set_retired(
    connection: &mut PgConnection,
    id: Uuid,
    from: DateTime<Utc>,
    in_emergency: bool,
) -> Result<()> {
    let key = seal_keys::table.find(id);
    let end = (seal_keys::retired_from.eq(from), seal_keys::retired_in_emergency.eq(in_emergency));
    diesel::update(key).set(end).execute(connection)?;
    Ok(())
}
