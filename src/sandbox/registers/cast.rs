//! Writes the test persons and companies into the registers.

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::person::{Cnp, Cui, Keyring};
use crate::registry::{self, CivilStatus, Company, CriminalRecordEntry, Register};
use crate::sandbox::companies::{self, TestCompany};
use crate::sandbox::persons::{self, IdentityDocumentType, TestEntry, TestPerson};

/// Replaces the registers' data about all test persons.
///
/// # Errors
/// Fails if the database cannot be written.
pub fn import_persons(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    connection.transaction(|connection| {
        persons::all().iter().try_for_each(|person| import(connection, keyring, person, now))?;
        let filled = [Register::CriminalRecords, Register::CivilStatus];
        registry::mark_filled(connection, keyring, &filled, now)
    })
}

/// Replaces the registers' data about all test companies.
///
/// # Errors
/// Fails if the database cannot be written.
pub fn import_companies(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    connection.transaction(|connection| {
        companies::all().iter().try_for_each(|test| {
            let cui = Cui::parse(test.cui).map_err(Error::internal)?;
            let (company, entries) = (company(test, now)?, entries(test.entries)?);
            registry::import_company(connection, keyring, &cui, Some(&company), &entries)
        })?;
        let filled = [Register::Companies, Register::CompanyCriminalRecords];
        registry::mark_filled(connection, keyring, &filled, now)
    })
}

pub(super) fn company(test: &TestCompany, now: DateTime<Utc>) -> Result<Company> {
    let representative = |person: &TestPerson| json!({"cnp": person.cnp, "capacity": "administrator"});
    parsed(json!({
        "name": test.name,
        "trade_register_number": test.trade_register_number,
        "seat": address(&test.seat),
        "representatives": persons::by_id(test.represented_by).map(representative).into_iter().collect::<Vec<_>>(),
        "dissolved": test.dissolved,
        "as_of": now,
    }))
}

/// Parses test data with the same types as real data.
fn parsed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}

fn import(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person: &TestPerson,
    now: DateTime<Utc>,
) -> Result<()> {
    let cnp = Cnp::parse(person.cnp).map_err(Error::internal)?;
    let civil = person.civil_status_known.then(|| civil_status(person, now)).transpose()?;
    let entries = entries(person.entries)?;
    registry::import(connection, keyring, &cnp, civil.as_ref(), &entries)
}

pub(super) fn civil_status(person: &TestPerson, now: DateTime<Utc>) -> Result<CivilStatus> {
    let document = &person.identity_document;
    parsed(json!({
        "family_name": person.family_name,
        "given_name": person.given_name,
        "previous_names": person.previous_names,
        "father_given_name": person.father_given_name,
        "mother_given_name": person.mother_given_name,
        "birth_date": person.birth_date,
        "birth_county": person.birth_county,
        "birth_place": person.birth_place,
        "domicile": address(&person.domicile),
        "identity_document": {
            "type": kind(document.kind),
            "series": document.series,
            "number": document.number,
            "expires_on": document.expires_on,
        },
        "deceased": person.deceased,
        "as_of": now,
    }))
}

fn address(address: &persons::Address) -> Value {
    json!({
        "county": address.county,
        "locality": address.locality,
        "street": address.street,
        "number": address.number,
        "building": address.building,
        "flat": address.flat,
    })
}

fn kind(kind: IdentityDocumentType) -> &'static str {
    match kind {
        IdentityDocumentType::IdentityCard => "identity_card",
        IdentityDocumentType::ElectronicIdentityCard => "electronic_identity_card",
        IdentityDocumentType::ResidencePermit => "residence_permit",
        IdentityDocumentType::BirthCertificate => "birth_certificate",
    }
}

pub(super) fn entries(entries: &[TestEntry]) -> Result<Vec<CriminalRecordEntry>> {
    let entry = |entry: &TestEntry| {
        parsed(json!({
            "judgment": entry.judgment,
            "court": entry.court,
            "date_final": entry.date_final,
            "offence": entry.offence,
            "sanction": entry.sanction,
            "status": entry.status,
        }))
    };
    entries.iter().map(entry).collect()
}
