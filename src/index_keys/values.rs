//! Makes the hashes of a step anew.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Text};

use super::columns::Hashed;
use crate::data_keys::Pages;
use crate::db::rehashing;
use crate::error::Result;
use crate::person::IndexChain;

#[derive(QueryableByName)]
struct Older {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Binary)]
    value: Vec<u8>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Counts the hashes by an older list of keys.
pub(super) fn left(connection: &mut PgConnection, hashed: Hashed, older: &[u8]) -> Result<usize> {
    let is_older = rehashing::is_older(hashed.name, older);
    let query = format!("SELECT count(*) FROM {} WHERE {is_older}", hashed.table);
    let found: Count = diesel::sql_query(query).get_result(connection)?;
    Ok(usize::try_from(found.count).unwrap_or(usize::MAX))
}

/// Makes the older hashes of some pages anew, in one transaction; returns how many there were. Equal hashes stay equal,
/// so that no constraint is in the way.
pub(super) fn renew(
    connection: &mut PgConnection,
    (chain, older): (&IndexChain, &[u8]),
    hashed: Hashed,
    pages: Pages,
) -> Result<usize> {
    let Hashed { table, name } = hashed;
    let pages = pages.condition();
    let select = format!(
        "SELECT ctid::text AS place, {name} AS value FROM {table} WHERE {pages} AND {} FOR UPDATE",
        rehashing::is_older(name, older)
    );
    // The pages again, so that these are read and not the whole table.
    let update = format!(
        "UPDATE {table} SET {name} = anew.value FROM unnest($1::text[], $2::bytea[]) AS anew (place, value) \
         WHERE {table}.ctid = anew.place::tid AND {}",
        pages.replace("ctid", &format!("{table}.ctid"))
    );
    connection.transaction(|c| {
        let rows: Vec<Older> = diesel::sql_query(select).load(c)?;
        if rows.is_empty() {
            return Ok(0);
        }
        let anew = |row: Older| chain.again(&row.value).map(|value| (row.place, value));
        let (places, values): (Vec<_>, Vec<_>) = rows.into_iter().filter_map(anew).unzip();
        let update = diesel::sql_query(update).bind::<Array<Text>, _>(places);
        Ok(update.bind::<Array<Binary>, _>(values).execute(c)?)
    })
}
