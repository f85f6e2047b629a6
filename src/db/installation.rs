//! Which installation a database belongs to. The first node that opens a database claims it. From then on a node of the
//! other kind, or with another index key, cannot connect: a sandbox can never write into a live installation, and a
//! node with the wrong key cannot miss existing accounts and create duplicates.

use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;

use super::schema::installation;
use crate::person::{Index, Keyring};
use crate::text::coded;

coded! {
    /// What an installation is for.
    enum InstallationKind in "installation.kind" {
        /// Tests.
        Sandbox = "sandbox",
        /// Real certificates.
        Live = "live",
    }
}

/// What a node expects of its database.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Whether the node is part of a sandbox.
    pub sandbox: bool,
    /// Keyed hash of a constant under the node's index key.
    pub index_key_digest: Vec<u8>,
}

/// Why a connection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The database belongs to another installation; the text says why.
    #[error("{0}")]
    Foreign(&'static str),
    /// The database is away, or not migrated yet.
    #[error(transparent)]
    Database(#[from] DieselError),
}

const LIVE: &str =
    "DATABASE_URL: this is the database of a live installation, but this node belongs to a sandbox";
const SANDBOX: &str = "DATABASE_URL: this is the database of a sandbox, but this node is live";
const INDEX_KEY: &str = "CAZIER_INDEX_KEYS: the database was filled under another key, so that nobody would be found; \
    give the node the key that it began with (a sandbox that lost its own begins anew: delete its data folder)";
const UNREADABLE: &str = "DATABASE_URL: the database does not show which installation it belongs to; perhaps the role may not read the table `installation`";
const UNCLAIMED: &str = "DATABASE_URL: no node has opened this database yet, so its index key is unknown; \
    run `cazier serve` or `cazier worker` once";

impl Installation {
    /// Claims the database, or checks that the existing claim equals ours.
    ///
    /// # Errors
    /// Fails if the claim differs, or if the database is away.
    pub fn claim(&self, connection: &mut PgConnection) -> Result<(), ClaimError> {
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

    /// Compares the index key alone, whatever the kind of the installation: for commands that look a person up.
    ///
    /// # Errors
    /// Fails if the key differs, if nobody has claimed the database, or if it is away.
    pub fn recognize(connection: &mut PgConnection, keyring: &Keyring) -> Result<(), ClaimError> {
        let (_, index_key_digest) = find(connection)?.ok_or(ClaimError::Foreign(UNCLAIMED))?;
        let ours = Self::index_key_digest(keyring) == index_key_digest;
        if ours { Ok(()) } else { Err(ClaimError::Foreign(INDEX_KEY)) }
    }

    /// Checks an existing claim without making one: before a migration.
    ///
    /// # Errors
    /// As [`Installation::claim`].
    pub fn look(&self, connection: &mut PgConnection) -> Result<(), ClaimError> {
        let there =
            diesel::select(sql::<Bool>("to_regclass('installation') IS NOT NULL")).get_result(connection)?;
        if there { find(connection)?.map_or(Ok(()), |found| self.compare(&found)) } else { Ok(()) }
    }

    /// Returns whether the database belongs to a sandbox; `None` if it is unclaimed.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub fn is_sandbox(connection: &mut PgConnection) -> Result<Option<bool>, DieselError> {
        Ok(find(connection)?.map(|(kind, _)| kind == InstallationKind::Sandbox))
    }

    /// Returns the digest that tells one index key from another.
    #[must_use]
    pub fn index_key_digest(keyring: &Keyring) -> Vec<u8> {
        keyring.index(Index::INSTALLATION, b"index key")
    }

    /// Returns whether this keyring's index key fits the claim, or there is no claim.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub fn is_found_by(connection: &mut PgConnection, keyring: &Keyring) -> QueryResult<bool> {
        let digest = Self::index_key_digest(keyring);
        Ok(find(connection)?.is_none_or(|(_, claimed)| claimed == digest))
    }

    fn kind(&self) -> InstallationKind {
        if self.sandbox { InstallationKind::Sandbox } else { InstallationKind::Live }
    }

    fn compare(&self, (kind, index_key_digest): &(InstallationKind, Vec<u8>)) -> Result<(), ClaimError> {
        if *kind != self.kind() {
            Err(ClaimError::Foreign(if self.sandbox { LIVE } else { SANDBOX }))
        } else if *index_key_digest == self.index_key_digest {
            Ok(())
        } else {
            Err(ClaimError::Foreign(INDEX_KEY))
        }
    }
}

fn find(connection: &mut PgConnection) -> QueryResult<Option<(InstallationKind, Vec<u8>)>> {
    let columns = (installation::kind, installation::index_key_digest);
    installation::table.select(columns).first(connection).optional()
}
