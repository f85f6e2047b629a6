//! Which installation a database belongs to. The first node that opens a database claims it. From then on a node of the
//! other kind, or with other index keys, cannot connect: a sandbox can never write into a live installation, and a
//! node with the wrong keys cannot miss existing accounts and create duplicates.
//!
//! Whoever looks rows up by keyed hashes holds a lock for as long as the connection lives ([`hold`]), and
//! `cazier keys rotate-index` makes hashes anew only while nobody holds it ([`super::rehashing`]).

use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;

use super::schema::installation;
use crate::person::{Index, Keyring};
use crate::text::coded;

coded! {
    /// What an installation is for.
    pub(super) enum InstallationKind in "installation.kind" {
        /// Tests.
        Sandbox = "sandbox",
        /// Real certificates.
        Live = "live",
    }
}

/// What a node expects of its database.
#[derive(Debug, Clone, Default)]
pub struct Installation {
    /// Whether the node is part of a sandbox.
    pub sandbox: bool,
    /// Keyed hash of a constant under the node's index keys.
    pub index_key_digest: Vec<u8>,
    /// The same without its newest keys: the lists that this one goes on from.
    pub older_digests: Vec<Vec<u8>>,
}

/// Why a connection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The database belongs to another installation; the text says why.
    #[error("{0}")]
    Foreign(&'static str),
    /// Not now: the index keys are being rotated, or have to be. The text says what is waited for.
    #[error("{0}")]
    Waits(&'static str),
    /// The database is away, or not migrated yet.
    #[error(transparent)]
    Database(#[from] DieselError),
}

const LIVE: &str =
    "DATABASE_URL: this is the database of a live installation, but this node belongs to a sandbox";
const SANDBOX: &str = "DATABASE_URL: this is the database of a sandbox, but this node is live";
const INDEX_KEY: &str = "CAZIER_INDEX_KEYS: the database was filled under another key, so that nobody would be found; \
    give the node the key that it began with (a sandbox that lost its own begins anew: delete its data folder)";
const OLDER: &str = "CAZIER_INDEX_KEYS: the index keys were rotated since, so that nobody would be found; \
    give the node the list that `cazier keys rotate-index` had, with the newer key in front";
const UNREADABLE: &str = "DATABASE_URL: the database does not show which installation it belongs to; perhaps the role may not read the table `installation`";
const UNCLAIMED: &str = "DATABASE_URL: no node has opened this database yet, so its index key is unknown; \
    run `cazier serve` or `cazier worker` once";
/// What is said while hashes are made anew.
pub(super) const REHASHING: &str = "the index keys are being rotated: no node is connected until `cazier keys rotate-index` has ended; \
    if it was interrupted, run it again";
const NOT_ROTATED: &str = "CAZIER_INDEX_KEYS: the hashes in the database are by an older list of these keys; \
    this node waits until `cazier keys rotate-index` has made them anew";

/// The claim as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = installation, check_for_backend(diesel::pg::Pg))]
pub(super) struct Claim {
    kind: InstallationKind,
    pub(super) index_key_digest: Vec<u8>,
    pub(super) older_index_key_digests: Vec<Option<Vec<u8>>>,
    pub(super) rehashing_since: Option<chrono::DateTime<chrono::Utc>>,
}

impl Installation {
    /// Returns what a node with this keyring expects.
    #[must_use]
    pub fn of(keyring: &Keyring, sandbox: bool) -> Self {
        let chain = keyring.index_chain();
        let digest = |newest| chain.hash_of(newest, Index::INSTALLATION, VALUE);
        let older_digests = chain.older().into_iter().filter_map(digest).collect();
        Self { sandbox, index_key_digest: Self::index_key_digest(keyring), older_digests }
    }

    /// Claims the database, or checks that the existing claim equals ours. The connection may look rows up from then on,
    /// and holds off whoever wants to make hashes anew.
    ///
    /// # Errors
    /// Fails if the claim differs, if hashes are being made anew, or if the database is away.
    pub fn claim(&self, connection: &mut PgConnection) -> Result<(), ClaimError> {
        hold(connection)?;
        if let Some(found) = find(connection)? {
            return self.compare(&found);
        }
        let ours = (
            installation::kind.eq(self.kind()),
            installation::index_key_digest.eq(&self.index_key_digest),
            installation::claimed_at.eq(diesel::dsl::now),
        );
        diesel::insert_into(installation::table).values(ours).on_conflict_do_nothing().execute(connection)?;
        // Another node may have claimed it first. A row that is still missing is hidden from us, not absent.
        let found = find(connection)?.ok_or(ClaimError::Foreign(UNREADABLE))?;
        self.compare(&found)
    }

    /// Compares the index keys alone, whatever the kind of the installation: for commands that look a person up. Like
    /// [`Installation::claim`], holds off whoever wants to make hashes anew.
    ///
    /// # Errors
    /// Fails if the keys differ, if hashes are being made anew, if nobody has claimed the database, or if it is away.
    pub fn recognize(connection: &mut PgConnection, keyring: &Keyring) -> Result<(), ClaimError> {
        if Self::recognize_if_claimed(connection, keyring)? {
            Ok(())
        } else {
            Err(ClaimError::Foreign(UNCLAIMED))
        }
    }

    /// The same for a database that may be unclaimed; returns whether it is claimed.
    ///
    /// # Errors
    /// As [`Installation::recognize`].
    pub fn recognize_if_claimed(
        connection: &mut PgConnection,
        keyring: &Keyring,
    ) -> Result<bool, ClaimError> {
        hold(connection)?;
        let Some(found) = find(connection)? else { return Ok(false) };
        Self::of(keyring, found.kind == InstallationKind::Sandbox).compare(&found).map(|()| true)
    }

    /// Checks an existing claim without making one: before a migration, and so whether index keys are being rotated or not.
    ///
    /// # Errors
    /// Fails if the claim is of another installation, or if the database is away.
    pub fn look(&self, connection: &mut PgConnection) -> Result<(), ClaimError> {
        let there = "to_regclass('installation') IS NOT NULL";
        if !select(sql::<Bool>(there)).get_result(connection)? {
            return Ok(());
        }
        let Some((kind, digest)) = find_before_migration(connection)? else { return Ok(()) };
        self.compare_kind(kind)?;
        match self.compare_digest(&digest, &[]) {
            Err(ClaimError::Waits(_)) => Ok(()),
            compared => compared,
        }
    }

    /// Returns whether the database belongs to a sandbox; `None` if it is unclaimed.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub fn is_sandbox(connection: &mut PgConnection) -> Result<Option<bool>, DieselError> {
        let found = find_before_migration(connection)?;
        Ok(found.map(|(kind, _)| kind == InstallationKind::Sandbox))
    }

    /// Returns the digest that tells one list of index keys from another.
    #[must_use]
    pub fn index_key_digest(keyring: &Keyring) -> Vec<u8> {
        keyring.index(Index::INSTALLATION, VALUE)
    }

    /// Looks whether a connection that was admitted would be now: `None` if so.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub(super) fn turned_away(&self, connection: &mut PgConnection) -> QueryResult<Option<&'static str>> {
        let Some(found) = find(connection)? else { return Ok(None) };
        match self.compare(&found) {
            Ok(()) => Ok(None),
            Err(ClaimError::Foreign(why) | ClaimError::Waits(why)) => Ok(Some(why)),
            Err(ClaimError::Database(error)) => Err(error),
        }
    }

    fn kind(&self) -> InstallationKind {
        if self.sandbox { InstallationKind::Sandbox } else { InstallationKind::Live }
    }

    fn compare(&self, found: &Claim) -> Result<(), ClaimError> {
        self.compare_kind(found.kind)?;
        self.compare_digest(&found.index_key_digest, &found.older_index_key_digests)?;
        if found.rehashing_since.is_some() { Err(ClaimError::Waits(REHASHING)) } else { Ok(()) }
    }

    fn compare_kind(&self, kind: InstallationKind) -> Result<(), ClaimError> {
        if kind == self.kind() {
            Ok(())
        } else {
            Err(ClaimError::Foreign(if self.sandbox { LIVE } else { SANDBOX }))
        }
    }

    /// Compares the digest of the hashes that the database has now, and those of before.
    pub(super) fn compare_digest(&self, now: &[u8], before: &[Option<Vec<u8>>]) -> Result<(), ClaimError> {
        if now == self.index_key_digest {
            Ok(())
        } else if self.older_digests.iter().any(|older| older == now) {
            Err(ClaimError::Waits(NOT_ROTATED))
        } else if before.iter().flatten().any(|older| *older == self.index_key_digest) {
            Err(ClaimError::Foreign(OLDER))
        } else {
            Err(ClaimError::Foreign(INDEX_KEY))
        }
    }
}

/// What the digest is of.
const VALUE: &[u8] = b"index key";

/// The lock of [`hold`], in SQL.
pub(super) const LOCK: &str = "hashtext('cazier'), hashtext('index_keys')";

/// Takes the lock of whoever looks rows up, until the connection ends: a session's lock, which no transaction and no
/// pool gives back. It is taken before the claim is read, so whoever has read an old claim holds it.
fn hold(connection: &mut PgConnection) -> Result<(), ClaimError> {
    let taken = sql::<Bool>(&format!("pg_try_advisory_lock_shared({LOCK})"));
    if select(taken).get_result(connection)? { Ok(()) } else { Err(ClaimError::Waits(REHASHING)) }
}

pub(super) fn find(connection: &mut PgConnection) -> QueryResult<Option<Claim>> {
    installation::table.select(Claim::as_select()).first(connection).optional()
}

/// Reads what every version of the table has.
fn find_before_migration(connection: &mut PgConnection) -> QueryResult<Option<(InstallationKind, Vec<u8>)>> {
    let columns = (installation::kind, installation::index_key_digest);
    installation::table.select(columns).first(connection).optional()
}
