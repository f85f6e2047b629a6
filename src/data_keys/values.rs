//! Encrypts the values of a step again.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::columns::Encrypted;
use super::pages::Pages;
use crate::error::{Error, Result};
use crate::person::Keyring;

#[derive(QueryableByName)]
struct Older {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    value: Vec<u8>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The condition for values under another key than `$1`: their second octet is its id. `substr` reads no more of a
/// large value than it returns.
fn is_older(name: &str) -> String {
    format!("{name} IS NOT NULL AND substr({name}, 2, 1) <> $1")
}

/// Counts the values under another key.
pub(super) fn left(connection: &mut PgConnection, encrypted: &Encrypted, active: u8) -> Result<usize> {
    let (table, condition) = (encrypted.table(), is_older(&encrypted.name()));
    let query = diesel::sql_query(format!("SELECT count(*) FROM {table} WHERE {condition}"));
    let found: Count = query.bind::<Binary, _>([active].as_slice()).get_result(connection)?;
    Ok(usize::try_from(found.count).unwrap_or(usize::MAX))
}

/// Encrypts the older values of some pages again, in one transaction; returns how many were renewed, and how many cannot
/// be decrypted. Rows that somebody holds are left for the next walk; nobody waits for this and it waits for nobody.
pub(super) fn renew(
    connection: &mut PgConnection,
    keyring: &Keyring,
    encrypted: &Encrypted,
    pages: Pages,
) -> Result<(usize, usize)> {
    let (table, name, row) = (encrypted.table(), encrypted.name(), encrypted.row);
    let select = format!(
        "SELECT ctid::text AS place, {row} AS id, {name} AS value FROM {table} WHERE {} AND {} FOR NO KEY UPDATE SKIP LOCKED",
        pages.condition(),
        is_older(&name)
    );
    let update = format!("UPDATE {table} SET {name} = $1 WHERE ctid = $2::tid");
    connection.transaction(|c| {
        c.batch_execute("SET LOCAL lock_timeout = '1s'")?;
        let active = [keyring.encryption_key()];
        let older: Vec<Older> = diesel::sql_query(select).bind::<Binary, _>(active.as_slice()).load(c)?;
        let (mut renewed, mut unreadable) = (0, 0);
        for Older { place, id, value } in older {
            let cell = encrypted.column.at(id);
            let Ok(plain) = keyring.decrypt(cell, &value) else {
                log::error!("{table}.{name}: a value of {id} cannot be decrypted, and stays as it is");
                unreadable += 1;
                continue;
            };
            let value = keyring.encrypt(cell, &plain).map_err(Error::internal)?;
            let update = diesel::sql_query(&update).bind::<Binary, _>(value).bind::<Text, _>(place);
            renewed += update.execute(c)?;
        }
        Ok((renewed, unreadable))
    })
}
