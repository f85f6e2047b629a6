//! The test persons, written into the registers.

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};

use crate::error::{Error, Result};
use crate::person::{Cnp, Keyring};
use crate::registry::{self, Address, CivilStatus, CriminalRecordEntry, IdentityPaper};
use crate::sandbox::persons::{self, IdentityDocumentType, TestEntry, TestPerson};

/// Writes all test persons, in place of what stood there about them.
///
/// # Errors
/// When the database cannot be written.
pub fn import_persons(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    connection.transaction(|connection| {
        persons::all().iter().try_for_each(|person| import(connection, keyring, person, now))
    })
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
    let domicile = &person.domicile;
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
        domicile: Address {
            county: domicile.county.into(),
            locality: domicile.locality.into(),
            street: domicile.street.into(),
            number: domicile.number.into(),
            building: domicile.building.map(str::to_owned),
            flat: domicile.flat.map(str::to_owned),
        },
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
