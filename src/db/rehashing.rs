//! The claim of a database while its keyed hashes are made anew under a longer list of index keys.
//!
//! 1. [`ask`] writes that hashes are to be made anew. From then on no new connection is admitted, and nodes let go of theirs.
//! 2. [`shut_out`] takes the lock that everybody who looks rows up holds: so nobody does, nor will while it is held.
//! 3. [`begin`] writes the digest of the new list. Now nodes of the older list are refused for ever.
//! 4. [`end`] writes that all hashes are made; nodes of the new list are admitted.
//!
//! Before step 3 everything can be [`taken_back`](take_back); after it, whoever is interrupted goes on.

use std::time::{Duration, Instant};

use diesel::dsl::{now, select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};

use super::installation::{ClaimError, Installation, LOCK, find};
use super::schema::installation;

const NEVER: Option<chrono::DateTime<chrono::Utc>> = None;
/// The pause between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(200);

/// What a rotation finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The hashes are by an older list.
    Before,
    /// A rotation to this list has begun, and not ended.
    Within,
    /// The hashes are by this list.
    After,
}

/// Who still looks rows up.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Holder {
    /// The number of the server's process.
    #[diesel(sql_type = Integer)]
    pub pid: i32,
    /// The role.
    #[diesel(sql_type = Nullable<Text>)]
    pub role: Option<String>,
    /// What it calls itself.
    #[diesel(sql_type = Nullable<Text>)]
    pub application: Option<String>,
}

/// Finds how far the database is on the way to this list, and the digest of the list that it has.
///
/// # Errors
/// Fails if it is not on that way, is nobody's yet, or is away.
pub fn stage(
    connection: &mut PgConnection,
    installation: &Installation,
) -> Result<(Stage, Vec<u8>), ClaimError> {
    let Some(found) = find(connection)? else {
        return Err(ClaimError::Foreign("no node has opened this database yet: there is nothing to rotate"));
    };
    let stage = match installation.compare_digest(&found.index_key_digest, &found.older_index_key_digests) {
        Ok(()) if found.rehashing_since.is_some() => Stage::Within,
        Ok(()) => Stage::After,
        Err(ClaimError::Waits(_)) => Stage::Before,
        Err(error) => return Err(error),
    };
    Ok((stage, found.index_key_digest))
}

/// Asks everybody who looks rows up to let go.
///
/// # Errors
/// Fails if the database is away, or the role may not.
pub fn ask(connection: &mut PgConnection) -> Result<(), DieselError> {
    let unasked = installation::table.filter(installation::rehashing_since.is_null());
    diesel::update(unasked).set(installation::rehashing_since.eq(now)).execute(connection).map(drop)
}

/// Waits until nobody looks rows up, and keeps everybody out until the connection ends.
///
/// # Errors
/// Fails with those who still do after this time, or if the database is away.
pub fn shut_out(
    connection: &mut PgConnection,
    wait: Duration,
) -> Result<Result<(), Vec<Holder>>, DieselError> {
    let begun = Instant::now();
    let taken = format!("pg_try_advisory_lock({LOCK})");
    loop {
        if select(sql::<Bool>(&taken)).get_result(connection)? {
            return Ok(Ok(()));
        }
        if begun.elapsed() >= wait {
            return holders(connection).map(Err);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Returns the condition for hashes by an older list of keys, with these ids: a hash begins with the id of the newest key that
/// has made it. What has another length was made by no key: nothing can make it anew, and nobody waits for it.
#[must_use]
pub fn is_older(column: &str, older: &[u8]) -> String {
    let ids: Vec<String> = older.iter().map(|id| format!("'\\x{id:02x}'::bytea")).collect();
    format!(
        "(substr({column}, 1, 1) = ANY (ARRAY[{}]::bytea[]) AND octet_length({column}) = 33)",
        ids.join(", ")
    )
}

/// Gives the lock back.
///
/// # Errors
/// Fails if the database is away.
pub fn let_in(connection: &mut PgConnection) -> Result<(), DieselError> {
    diesel::sql_query("SELECT pg_advisory_unlock_all()").execute(connection).map(drop)
}

/// Takes [`ask`] back: nodes go on as before. Does nothing once the hashes are by another list than this: then another run
/// has begun, and only the end of one lets nodes in.
///
/// # Errors
/// Fails if the database is away.
pub fn take_back(connection: &mut PgConnection, before: &[u8]) -> Result<(), DieselError> {
    let unbegun = installation::table.filter(installation::index_key_digest.eq(before));
    diesel::update(unbegun).set(installation::rehashing_since.eq(NEVER)).execute(connection).map(drop)
}

/// Claims the database for a list, by its digest, as the one that the hashes are being made by.
///
/// # Errors
/// Fails if the database is away.
pub fn begin(connection: &mut PgConnection, digest: &[u8]) -> Result<(), DieselError> {
    let begin = "UPDATE installation SET index_key_digest = $1, \
        older_index_key_digests = older_index_key_digests || index_key_digest";
    diesel::sql_query(begin).bind::<Binary, _>(digest).execute(connection).map(drop)
}

/// Ends the rotation, in the transaction that has seen all hashes made.
///
/// # Errors
/// Fails if the database is away.
pub fn end(connection: &mut PgConnection) -> Result<(), DieselError> {
    diesel::update(installation::table)
        .set(installation::rehashing_since.eq(NEVER))
        .execute(connection)
        .map(drop)
}

/// Lists who holds the lock.
fn holders(connection: &mut PgConnection) -> QueryResult<Vec<Holder>> {
    // The two numbers of an advisory lock.
    let holders = "SELECT l.pid, a.usename::text AS role, a.application_name AS application \
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.pid <> pg_backend_pid() \
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
            AND l.classid::bigint = (hashtext('cazier')::bigint & 4294967295) \
            AND l.objid::bigint = (hashtext('index_keys')::bigint & 4294967295) \
        ORDER BY l.pid";
    diesel::sql_query(holders).load(connection)
}
