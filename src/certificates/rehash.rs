//! Makes the keyed hashes of certificates anew, and with them what covers them: the bond of the issued data, the extract, and
//! what the log commits to, which the row keeps encrypted.

use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::binding::{Bound, UNFIT};
use super::extract::Extract;
use super::facts::Facts;
use crate::db::rehashing;
use crate::db::schema::certificates;
use crate::error::{Error, Result};
use crate::person::{Keyring, LoggedHashes};

/// The columns of hashes.
pub(crate) const COLUMNS: &[&str] = &["person_index", "owner_index", "control_code_index", "extract"];

const HAS_LEAF: &str = "EXISTS (SELECT FROM log_leaves l \
    WHERE l.certificate_id = certificates.id AND l.kind = 'certificate_issued')";

/// The condition for rows whose hashes are by an older list of keys, with these ids. All of a row are made anew in one
/// statement.
fn is_older(older: &[u8]) -> String {
    let hashes = COLUMNS.iter().filter(|name| **name != "extract");
    let conditions: Vec<String> = hashes.map(|name| rehashing::is_older(name, older)).collect();
    format!("({})", conditions.join(" OR "))
}

/// A row, and whether its issue is logged.
type Row = (Bound, Vec<u8>, bool);

/// The columns that change.
#[derive(AsChangeset)]
#[diesel(table_name = certificates, treat_none_as_null = true)]
struct Anew {
    person_index: Vec<u8>,
    owner_index: Vec<u8>,
    control_code_index: Vec<u8>,
    facts_mac: Option<Vec<u8>>,
    extract: Option<Vec<u8>>,
    logged_as: Option<Vec<u8>>,
}

/// Counts the rows with older hashes.
pub(crate) fn left(connection: &mut PgConnection, older: &[u8]) -> Result<usize> {
    let rows = certificates::table.filter(sql::<Bool>(&is_older(older)));
    Ok(usize::try_from(rows.count().get_result::<i64>(connection)?).unwrap_or(usize::MAX))
}

/// Makes the hashes anew of certificates that satisfy a condition; returns how many there were, and of how many the bond
/// did not fit: it is left as it is, and fits as little as before.
pub(crate) fn certificates(
    connection: &mut PgConnection,
    keyring: &Keyring,
    older: &[u8],
    condition: &str,
) -> Result<(usize, usize)> {
    connection.transaction(|c| {
        let rows = certificates::table
            .filter(sql::<Bool>(condition))
            .filter(sql::<Bool>(&is_older(older)))
            .for_update()
            .select((Bound::as_select(), certificates::owner_index, sql::<Bool>(HAS_LEAF)));
        let rows: Vec<Row> = rows.load(c)?;
        let mut unfit = 0;
        for row in &rows {
            let (anew, fits) = anew(keyring, row)?;
            unfit += usize::from(!fits);
            diesel::update(certificates::table.find(row.0.id)).set(anew).execute(c)?;
        }
        Ok((rows.len(), unfit))
    })
}

/// Makes the hashes of a row anew, and what covers them; says whether the bond fitted before.
fn anew(keyring: &Keyring, (row, owner_index, has_leaf): &Row) -> Result<(Anew, bool)> {
    let chain = keyring.index_chain();
    // What no key of ours made stays as it is: such a row is not intact, and nothing may make it so.
    let again = |hash: &[u8]| chain.again(hash).unwrap_or_else(|| hash.to_vec());
    let (person_index, control_code_index) = (again(&row.person_index), again(&row.control_code_index));
    let fits = row.facts().fit(keyring, row.facts_mac.as_deref());
    let facts = Facts { person_index: &person_index, control_code_index: &control_code_index, ..row.facts() };
    let facts_mac = if fits { Some(facts.mac(keyring)) } else { row.facts_mac.clone() };
    let is_unfit = !fits && row.facts_mac.as_deref().is_some_and(|mac| *mac != UNFIT);
    if is_unfit {
        log::error!(
            "certificates: the row of {} is not intact (facts), and stays so under the new index key",
            row.id
        );
    }
    let anew = Anew {
        owner_index: again(owner_index),
        facts_mac,
        extract: row.extract.as_ref().map(|extract| again_extracted(keyring, row.id, extract)),
        logged_as: logged_as(keyring, row, *has_leaf)?,
        person_index,
        control_code_index,
    };
    Ok((anew, !is_unfit))
}

/// Makes an extract anew; one that is not what was written stays as it is, and is believed as little.
fn again_extracted(keyring: &Keyring, certificate: Uuid, extract: &[u8]) -> Vec<u8> {
    Extract::again(keyring, certificate, extract).unwrap_or_else(|| extract.to_vec())
}

/// Returns what the log commits to, encrypted: what was kept before, otherwise the hashes of the row as they are. Nothing
/// if the issue waits for its leaf, which will commit to the new hashes.
fn logged_as(keyring: &Keyring, row: &Bound, has_leaf: bool) -> Result<Option<Vec<u8>>> {
    let chain = keyring.index_chain();
    let hashes = match &row.logged_as {
        Some(kept) => match chain.open(row.id, kept) {
            Some(hashes) => hashes,
            None => return Ok(row.logged_as.clone()),
        },
        None if has_leaf => {
            LoggedHashes { person: row.person_index.clone(), control_code: row.control_code_index.clone() }
        }
        None => return Ok(None),
    };
    chain.keep(row.id, &hashes).map(Some).ok_or_else(|| Error::internal("no random octets"))
}
