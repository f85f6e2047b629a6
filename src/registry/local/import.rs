//! Fills the local registers person by person, for small installations.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{encrypt, index};
use crate::db::Installation;
use crate::error::Result;
use crate::person::{Cnp, Column, Keyring};
use crate::registry::Register;
use crate::registry::holding::Holding;
use crate::registry::schema::registry::{
    civil_status, companies, company_criminal_records, criminal_records,
};
use crate::registry::{CivilStatus, CriminalRecordEntry};

/// Marks the registers as complete with their present content, after they were filled person by person.
///
/// # Errors
/// Fails if the database cannot be written.
pub fn mark_filled(
    connection: &mut PgConnection,
    keyring: &Keyring,
    filled: &[Register],
    as_of: DateTime<Utc>,
) -> Result<()> {
    for register in filled {
        let rows = match register {
            Register::CriminalRecords => criminal_records::table.count().get_result(connection)?,
            Register::CivilStatus => civil_status::table.count().get_result(connection)?,
            Register::Companies => companies::table.count().get_result(connection)?,
            Register::CompanyCriminalRecords => {
                company_criminal_records::table.count().get_result(connection)?
            }
        };
        let index_key_digest = Installation::index_key_digest(keyring);
        Holding { rows, as_of, index_key_digest }.set(connection, *register)?;
    }
    Ok(())
}

/// Replaces what the registers hold about one person.
pub fn import(
    connection: &mut PgConnection,
    keyring: &Keyring,
    cnp: &Cnp,
    civil: Option<&CivilStatus>,
    entries: &[CriminalRecordEntry],
) -> Result<()> {
    let index = index(keyring, cnp);
    diesel::delete(criminal_records::table.filter(criminal_records::person_index.eq(&index)))
        .execute(connection)?;
    diesel::delete(civil_status::table.find(&index)).execute(connection)?;
    for entry in entries {
        import_entry(connection, keyring, &index, entry)?;
    }
    civil.map_or(Ok(()), |status| import_civil_status(connection, keyring, &index, status))
}

fn import_entry(
    connection: &mut PgConnection,
    keyring: &Keyring,
    index: &[u8],
    entry: &CriminalRecordEntry,
) -> Result<()> {
    let id = Uuid::now_v7();
    let row = (
        criminal_records::id.eq(id),
        criminal_records::person_index.eq(index),
        criminal_records::entry.eq(encrypt(keyring, Column::REGISTRY_CRIMINAL_RECORDS_ENTRY, id, entry)?),
    );
    diesel::insert_into(criminal_records::table).values(row).execute(connection)?;
    Ok(())
}

fn import_civil_status(
    connection: &mut PgConnection,
    keyring: &Keyring,
    index: &[u8],
    status: &CivilStatus,
) -> Result<()> {
    let id = Uuid::now_v7();
    let as_of: DateTime<Utc> = status.as_of;
    let row = (
        civil_status::person_index.eq(index),
        civil_status::id.eq(id),
        civil_status::record.eq(encrypt(keyring, Column::REGISTRY_CIVIL_STATUS_RECORD, id, status)?),
        civil_status::as_of.eq(as_of),
    );
    diesel::insert_into(civil_status::table).values(row).execute(connection)?;
    Ok(())
}
