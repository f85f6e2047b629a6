//! What a database belongs to. The first node that opens it writes it down; from then on no connection is opened by a
//! node of the other kind or with another index key: a sandbox can never write into a live installation, and a node
//! that would find nobody under its own key does not make second accounts for everybody.

use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;

use super::schema::installation;
use crate::person::Keyring;

/// What a node takes its database for.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Whether it is part of a sandbox.
    pub sandbox: bool,
    /// Keyed hash of a constant under the node's index key.
    pub index_key_digest: Vec<u8>,
}

/// Why a connection is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The database is another one's.
    #[error("{0}")]
    Foreign(&'static str),
    /// It is away, or was not migrated yet.
    #[error(transparent)]
    Database(#[from] DieselError),
}

const LIVE: &str =
    "DATABASE_URL: this is the database of a live installation, and this node is one of a sandbox";
const SANDBOX: &str = "DATABASE_URL: this is the database of a sandbox, and this node is a live one";
const INDEX_KEY: &str = "CAZIER_INDEX_KEYS: the database was filled under another key, so that nobody would be found; \
    give the node the key that it began with (a sandbox that lost its own begins anew: delete its data folder)";
const UNREADABLE: &str =
    "DATABASE_URL: the database does not show whose it is; the role may not see table `installation`";
const UNCLAIMED: &str = "DATABASE_URL: no node has opened this database yet, so nobody knows its index key; \
    run `cazier serve` or `cazier worker` once";

impl Installation {
    /// Claims the database, or finds that it was claimed by an equal.
    ///
    /// # Errors
    /// When it is somebody else's, or cannot be asked.
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
        // Somebody else may have been first; that there is still nobody is no answer.
        let found = find(connection)?.ok_or(ClaimError::Foreign(UNREADABLE))?;
        self.compare(&found)
    }

    /// Compares the index key alone, for a command that looks somebody up, of whichever kind the installation is.
    ///
    /// # Errors
    /// When the database is another one's, nobody's yet, or cannot be asked.
    pub fn recognize(connection: &mut PgConnection, keyring: &Keyring) -> Result<(), ClaimError> {
        let (_, index_key_digest) = find(connection)?.ok_or(ClaimError::Foreign(UNCLAIMED))?;
        let ours = Self::index_key_digest(keyring) == index_key_digest;
        if ours { Ok(()) } else { Err(ClaimError::Foreign(INDEX_KEY)) }
    }

    /// Finds out whether the database is somebody else's, without a trace: before anything is migrated there.
    ///
    /// # Errors
    /// As [`Installation::claim`].
    pub fn look(&self, connection: &mut PgConnection) -> Result<(), ClaimError> {
        let there =
            diesel::select(sql::<Bool>("to_regclass('installation') IS NOT NULL")).get_result(connection)?;
        if there { find(connection)?.map_or(Ok(()), |found| self.compare(&found)) } else { Ok(()) }
    }

    /// Whether a database is a sandbox's; `None` when nobody claimed it yet.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn is_sandbox(connection: &mut PgConnection) -> Result<Option<bool>, DieselError> {
        Ok(find(connection)?.map(|(kind, _)| kind == "sandbox"))
    }

    /// The digest that tells one index key from another.
    #[must_use]
    pub fn index_key_digest(keyring: &Keyring) -> Vec<u8> {
        keyring.index("installation", b"index key")
    }

    /// Whether a database that a node may have claimed is found by the keys of this keyring.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn is_found_by(connection: &mut PgConnection, keyring: &Keyring) -> QueryResult<bool> {
        let digest = Self::index_key_digest(keyring);
        Ok(find(connection)?.is_none_or(|(_, claimed)| claimed == digest))
    }

    fn kind(&self) -> &'static str {
        if self.sandbox { "sandbox" } else { "live" }
    }

    fn compare(&self, (kind, index_key_digest): &(String, Vec<u8>)) -> Result<(), ClaimError> {
        if kind != self.kind() {
            Err(ClaimError::Foreign(if self.sandbox { LIVE } else { SANDBOX }))
        } else if *index_key_digest == self.index_key_digest {
            Ok(())
        } else {
            Err(ClaimError::Foreign(INDEX_KEY))
        }
    }
}

fn find(connection: &mut PgConnection) -> QueryResult<Option<(String, Vec<u8>)>> {
    let columns = (installation::kind, installation::index_key_digest);
    installation::table.select(columns).first(connection).optional()
}
