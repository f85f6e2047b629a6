//! Makes all keyed hashes anew once a key stands in front of `CAZIER_INDEX_KEYS`, so that whoever has the older keys alone can
//! no longer try CNPs against the rows.
//!
//! Nobody looks rows up meanwhile: the claim of the database and a lock keep everybody out ([`crate::db::rehashing`]), until
//! the last hash is made. A table is walked by its pages, some at a time, each step a transaction. Each hash says by its
//! first octet how far it has come, so an interrupted run goes on where it stopped, and nothing is made anew twice.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `columns` | the columns of hashes |
//! | `values` | makes the hashes of a step anew |

mod columns;
mod values;

use std::ops::ControlFlow;
use std::time::Duration;

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Nullable};

use crate::certificates::rehash;
use crate::data_keys::Pages;
use crate::db::rehashing::{self, Holder, Stage};
use crate::db::{ClaimError, Installation};
use crate::error::{Error, Result};
use crate::person::{IndexChain, Keyring};
use columns::Hashed;

/// Pages of a step: 2 MiB of rows. Nobody waits for them.
const STEP: i64 = 256;

/// Why no hash, or not every hash, is made anew.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The database belongs to others, or to another list of keys.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// Somebody still looks rows up, or another run makes hashes anew. This one has changed nothing.
    #[error(
        "these connections to the database were not closed in time: no hash was made anew now, and nodes go on that did before"
    )]
    InUse(Vec<Holder>),
    /// What would go on under the older hashes.
    #[error(
        "the import of a register is half done: finish it, or begin it anew afterwards (`cazier registry import --restart`); nothing was changed"
    )]
    OpenImport,
    /// Rows would lose their bond for ever.
    #[error(
        "certificates are bound by key {0}, which is not in CAZIER_SEALING_KEYS: put it back behind the others; nothing was changed"
    )]
    UnknownKey(u8),
    /// The database failed. Run it again.
    #[error("{0}")]
    Database(Error),
}

impl<E: Into<Error>> From<E> for RotationError {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}

/// A part of the work: a column of hashes, or the certificates with all that covers their hashes.
#[derive(Clone, Copy)]
enum Part {
    Column(Hashed),
    Certificates,
}

impl Part {
    fn all() -> impl Iterator<Item = Self> {
        columns::HASHED.iter().copied().map(Self::Column).chain([Self::Certificates])
    }

    fn name(self) -> String {
        match self {
            Self::Column(Hashed { table, name }) => format!("{table}.{name}"),
            Self::Certificates => self.table().to_owned(),
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Column(hashed) => hashed.table,
            Self::Certificates => "certificates",
        }
    }

    /// Makes the hashes on these pages anew; returns how many rows there were, and how many whose bond did not fit.
    fn step(self, connection: &mut PgConnection, keys: &Keys<'_>, pages: Pages) -> Result<(usize, usize)> {
        match self {
            Self::Column(hashed) => values::renew(connection, (keys.chain, &keys.older), hashed, pages)
                .map(|renewed| (renewed, 0)),
            Self::Certificates => {
                rehash::certificates(connection, keys.keyring, &keys.older, &pages.condition())
            }
        }
    }

    /// Counts the rows with older hashes.
    fn left(self, connection: &mut PgConnection, keys: &Keys<'_>) -> Result<usize> {
        match self {
            Self::Column(hashed) => values::left(connection, hashed, &keys.older),
            Self::Certificates => rehash::left(connection, &keys.older),
        }
    }
}

/// The keys, and the ids of all but the newest.
struct Keys<'a> {
    keyring: &'a Keyring,
    chain: &'a IndexChain,
    older: Vec<u8>,
}

/// Returns table and column of the hashes that are made anew.
pub fn hashed_columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_certificates = rehash::COLUMNS.iter().map(|name| ("certificates", *name));
    columns::HASHED.iter().map(|hashed| (hashed.table, hashed.name)).chain(of_certificates)
}

/// How far a part has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The column, or `certificates`.
    pub part: String,
    /// Rows whose hashes this run has made anew.
    pub renewed: usize,
    /// Of these, certificates whose bond did not fit before either: they stay unreadable.
    pub unfit: usize,
    /// Rows with older hashes at the end; `None` before it.
    pub left: Option<usize>,
}

/// Checks that the database is on the way to these keys. Changes nothing, and holds nobody off.
///
/// # Errors
/// [`RotationError::Claim`] if it is not; the database is away.
pub fn recognize(connection: &mut PgConnection, keyring: &Keyring) -> std::result::Result<(), RotationError> {
    let installation = installation(connection, keyring)?;
    rehashing::stage(connection, &installation)?;
    Ok(())
}

fn installation(
    connection: &mut PgConnection,
    keyring: &Keyring,
) -> std::result::Result<Installation, RotationError> {
    let sandbox = Installation::is_sandbox(connection)?.unwrap_or_default();
    Ok(Installation::of(keyring, sandbox))
}

/// Makes all hashes anew under the first of the index keys; returns the parts with what was done, or nothing if all were. Waits
/// this long for everybody to let go of the database. `told` hears of each step that changed something and of the end
/// of each part, and can stop the run there: then nodes stay shut out until another run ends.
///
/// # Errors
/// See [`RotationError`]. What was done stays done.
pub fn run(
    connection: &mut PgConnection,
    keyring: &Keyring,
    wait: Duration,
    mut told: impl FnMut(&Progress) -> ControlFlow<()>,
) -> std::result::Result<Vec<Progress>, RotationError> {
    let installation = installation(connection, keyring)?;
    let (stage, before) = rehashing::stage(connection, &installation)?;
    if stage == Stage::After {
        return Ok(Vec::new());
    }
    if stage == Stage::Before {
        refuse_hindrances(connection, keyring)?;
        rehashing::ask(connection)?;
    }
    let done = shut_out(connection, wait)
        .and_then(|()| begin(connection, keyring, &installation))
        .and_then(|()| Ok(renew_all(connection, keyring, &mut told)?));
    if done.is_err() && stage == Stage::Before {
        rehashing::take_back(connection, &before)?;
    }
    rehashing::let_in(connection)?;
    done
}

/// Claims the database for the new list, alone with it now. Another run may have done so in the meantime.
fn begin(
    connection: &mut PgConnection,
    keyring: &Keyring,
    installation: &Installation,
) -> std::result::Result<(), RotationError> {
    if rehashing::stage(connection, installation)?.0 == Stage::Before {
        // What began in between is over now, or stands half done.
        refuse_hindrances(connection, keyring)?;
        rehashing::begin(connection, &installation.index_key_digest)?;
    }
    Ok(())
}

fn shut_out(connection: &mut PgConnection, wait: Duration) -> std::result::Result<(), RotationError> {
    rehashing::shut_out(connection, wait)?.map_err(RotationError::InUse)
}

fn renew_all(
    connection: &mut PgConnection,
    keyring: &Keyring,
    told: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Vec<Progress>> {
    let chain = keyring.index_chain();
    let keys = Keys { keyring, chain, older: chain.older() };
    let mut parts = Vec::new();
    for part in Part::all() {
        let mut progress = Progress { part: part.name(), ..Progress::default() };
        let flow = renew(connection, &keys, part, &mut progress, told)?;
        parts.push(progress);
        if flow.is_break() {
            return Ok(parts);
        }
    }
    connection.transaction(|c| {
        for (part, progress) in Part::all().zip(&mut parts) {
            progress.left = Some(part.left(c, &keys)?);
        }
        if parts.iter().all(|progress| progress.left == Some(0)) {
            take_registers_along(c, &Installation::index_key_digest(keyring))?;
            rehashing::end(c)?;
        }
        Ok(parts)
    })
}

/// Walks over the table once.
fn renew(
    connection: &mut PgConnection,
    keys: &Keys<'_>,
    part: Part,
    progress: &mut Progress,
    told: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    for pages in Pages::of(connection, part.table(), STEP)? {
        let (renewed, unfit) = part.step(connection, keys, pages)?;
        progress.renewed += renewed;
        progress.unfit += unfit;
        if renewed > 0 && told(progress).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    progress.left = Some(part.left(connection, keys)?);
    Ok(told(progress))
}

/// Gives local registers whose rows were found by an earlier list the digest of the new one. One that was filled under
/// another key stays unusable.
fn take_registers_along(connection: &mut PgConnection, digest: &[u8]) -> Result<()> {
    let update = "UPDATE registry.registers SET index_key_digest = $1 \
        WHERE index_key_digest = ANY (SELECT unnest(older_index_key_digests) FROM installation)";
    diesel::sql_query(update).bind::<Binary, _>(digest).execute(connection)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Hindrances {
    #[diesel(sql_type = Bool)]
    open_import: bool,
    #[diesel(sql_type = Nullable<Binary>)]
    unknown_key: Option<Vec<u8>>,
}

/// Refuses what would go on under the older hashes, and bonds that could not be made anew.
fn refuse_hindrances(
    connection: &mut PgConnection,
    keyring: &Keyring,
) -> std::result::Result<(), RotationError> {
    // Zero is the key of a bond that fits nothing.
    let known: Vec<u8> = (0..=255).filter(|id| *id == 0 || keyring.binds_by(*id)).collect();
    let query = "SELECT EXISTS (SELECT FROM registry.imports WHERE switched_at IS NULL) AS open_import, \
        (SELECT substr(facts_mac, 1, 1) FROM certificates \
            WHERE octet_length(facts_mac) > 0 AND NOT substr(facts_mac, 1, 1) = ANY ($1) LIMIT 1) AS unknown_key";
    let known: Vec<&[u8]> = known.chunks(1).collect();
    let found: Hindrances =
        diesel::sql_query(query).bind::<Array<Binary>, _>(known).get_result(connection)?;
    let unknown = found.unknown_key.and_then(|octet| octet.first().copied());
    match (found.open_import, unknown) {
        (true, _) => Err(RotationError::OpenImport),
        (false, Some(id)) => Err(RotationError::UnknownKey(id)),
        (false, None) => Ok(()),
    }
}
