//! The test persons and companies, written into the registers.

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};

use crate::error::{Error, Result};
use crate::person::{Cnp, Cui, Keyring};
use crate::registry::{
    self, Address, CivilStatus, Company, CriminalRecordEntry, IdentityPaper, Register, Representative,
};
use crate::sandbox::companies::{self, TestCompany};
use crate::sandbox::persons::{self, IdentityDocumentType, TestEntry, TestPerson};

/// Writes all test persons, in place of what stood there about them.
///
/// # Errors
/// When the database cannot be written.
pub fn import_persons(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    connection.transaction(|connection| {
        persons::all().iter().try_for_each(|person| import(connection, keyring, person, now))?;
        let filled = [Register::CriminalRecords, Register::CivilStatus];
        registry::mark_filled(connection, keyring, &filled, now)
    })
}

/// Writes all test companies, in place of what stood there about them.
///
/// # Errors
/// When the database cannot be written.
pub fn import_companies(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    connection.transaction(|connection| {
        companies::all().iter().try_for_each(|test| {
            let cui = Cui::parse(test.cui).map_err(Error::internal)?;
            let entries: Vec<CriminalRecordEntry> = test.entries.iter().map(entry).collect();
            registry::import_company(connection, keyring, &cui, Some(&company(test, now)), &entries)
        })?;
        let filled = [Register::Companies, Register::CompanyCriminalRecords];
        registry::mark_filled(connection, keyring, &filled, now)
    })
}

fn company(test: &TestCompany, now: DateTime<Utc>) -> Company {
    let representative =
        |person: &TestPerson| Representative { cnp: person.cnp.into(), capacity: "administrator".into() };
    Company {
        name: test.name.into(),
        trade_register_number: test.trade_register_number.map(str::to_owned),
        seat: address(&test.seat),
        representatives: persons::by_id(test.represented_by).map(representative).into_iter().collect(),
        dissolved: test.dissolved,
        as_of: now,
    }
}

fn import(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person: &TestPerson,
    now: DateTime<Utc>,
) -> Result<()> {
    let cnp = Cnp::parse(person.cnp).map_err(Error::internal)?;
    let civil = person.civil_status_known.then(|| civil_status(person, now));
    let entries: Vec<CriminalRecordEntry> = person.entries.iter().map(entry).collect();
    registry::import(connection, keyring, &cnp, civil.as_ref(), &entries)
}

fn civil_status(person: &TestPerson, now: DateTime<Utc>) -> CivilStatus {
    let document = &person.identity_document;
    CivilStatus {
        family_name: person.family_name.into(),
        given_name: person.given_name.into(),
        previous_names: person.previous_names.iter().map(|name| (*name).to_owned()).collect(),
        father_given_name: Some(person.father_given_name.into()),
        mother_given_name: Some(person.mother_given_name.into()),
        birth_date: person.birth_date,
        birth_county: person.birth_county.into(),
        birth_place: person.birth_place.into(),
        domicile: address(&person.domicile),
        identity_document: IdentityPaper {
            kind: kind(document.kind).into(),
            series: (!document.series.is_empty()).then(|| document.series.to_owned()),
            number: document.number.into(),
            expires_on: document.expires_on,
        },
        deceased: person.deceased,
        as_of: now,
    }
}

fn address(address: &persons::Address) -> Address {
    Address {
        county: address.county.into(),
        locality: address.locality.into(),
        street: address.street.into(),
        number: address.number.into(),
        building: address.building.map(str::to_owned),
        flat: address.flat.map(str::to_owned),
    }
}

fn kind(kind: IdentityDocumentType) -> &'static str {
    match kind {
        IdentityDocumentType::IdentityCard => "identity_card",
        IdentityDocumentType::ElectronicIdentityCard => "electronic_identity_card",
        IdentityDocumentType::ResidencePermit => "residence_permit",
        IdentityDocumentType::BirthCertificate => "birth_certificate",
    }
}

fn entry(entry: &TestEntry) -> CriminalRecordEntry {
    CriminalRecordEntry {
        judgment: entry.judgment.into(),
        court: entry.court.into(),
        date_final: entry.date_final,
        offence: entry.offence.into(),
        sanction: entry.sanction.into(),
        status: entry.status.into(),
    }
}
