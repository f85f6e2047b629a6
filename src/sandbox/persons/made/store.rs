//! The table of made persons.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::person::{MadePerson, row_of, row_of_firm};
use crate::error::{Error, Result};
use crate::person::{Column, Keyring};
use crate::sandbox::schema::sandbox::persons;

/// The number of persons that are listed.
const SHOWN: i64 = 200;

/// Stores a person. Returns their row, or `None` if there is one with this CNP or firm.
///
/// # Errors
/// Fails if the database cannot be written.
pub(in crate::sandbox) fn insert(
    connection: &mut PgConnection,
    keyring: &Keyring,
    made: &MadePerson,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let (cnp, cui) = made.numbers()?;
    let id = row_of(keyring, &cnp);
    let json = serde_json::to_vec(made).map_err(Error::internal)?;
    let person = keyring.encrypt(Column::SANDBOX_PERSONS_PERSON.at(id), &json).map_err(Error::internal)?;
    let row = (
        persons::id.eq(id),
        persons::firm.eq(cui.map(|cui| row_of_firm(keyring, &cui))),
        persons::person.eq(person),
        persons::made_at.eq(now),
    );
    let inserted =
        diesel::insert_into(persons::table).values(row).on_conflict_do_nothing().execute(connection)?;
    Ok((inserted == 1).then_some(id))
}

/// Finds a person by their row, or by the one of their firm.
pub(super) fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<(Uuid, Vec<u8>)>> {
    let found = persons::table.filter(persons::id.eq(id).or(persons::firm.eq(id)));
    Ok(found.select((persons::id, persons::person)).first(connection).optional()?)
}

/// Returns the newest persons.
pub(super) fn newest(connection: &mut PgConnection) -> Result<Vec<(Uuid, Vec<u8>)>> {
    let newest = persons::table.order((persons::made_at.desc(), persons::id)).limit(SHOWN);
    Ok(newest.select((persons::id, persons::person)).load(connection)?)
}

pub(super) fn decrypt(keyring: &Keyring, id: Uuid, person: &[u8]) -> Result<MadePerson> {
    let json = keyring.decrypt(Column::SANDBOX_PERSONS_PERSON.at(id), person).map_err(Error::internal)?;
    serde_json::from_slice(&json).map_err(Error::internal)
}
