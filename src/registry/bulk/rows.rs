//! Rows of the tables to come, sealed.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::Record;
use crate::error::Result;
use crate::person::Keyring;
use crate::registry::local::{COMPANY, COMPANY_ENTRY, ENTRY, RECORD, company_index, index, seal};

diesel::table! {
    registry.criminal_records_to_come (id) {
        id -> Uuid,
        person_index -> Bytea,
        entry -> Bytea,
    }
}

diesel::table! {
    registry.civil_status_to_come (id) {
        person_index -> Bytea,
        id -> Uuid,
        record -> Bytea,
        as_of -> Timestamptz,
    }
}

diesel::table! {
    registry.companies_to_come (id) {
        company_index -> Bytea,
        id -> Uuid,
        record -> Bytea,
        as_of -> Timestamptz,
    }
}

diesel::table! {
    registry.company_criminal_records_to_come (id) {
        id -> Uuid,
        company_index -> Bytea,
        entry -> Bytea,
    }
}

/// Rows to load, each kind into its table.
#[derive(Default)]
pub(super) struct Rows {
    entries: Vec<EntryRow>,
    people: Vec<PersonRow>,
    companies: Vec<CompanyRow>,
    company_entries: Vec<CompanyEntryRow>,
}

#[derive(Insertable)]
#[diesel(table_name = criminal_records_to_come, treat_none_as_default_value = false)]
struct EntryRow {
    id: Uuid,
    person_index: Vec<u8>,
    entry: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = civil_status_to_come, treat_none_as_default_value = false)]
struct PersonRow {
    person_index: Vec<u8>,
    id: Uuid,
    record: Vec<u8>,
    as_of: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = companies_to_come, treat_none_as_default_value = false)]
struct CompanyRow {
    company_index: Vec<u8>,
    id: Uuid,
    record: Vec<u8>,
    as_of: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = company_criminal_records_to_come, treat_none_as_default_value = false)]
struct CompanyEntryRow {
    id: Uuid,
    company_index: Vec<u8>,
    entry: Vec<u8>,
}

impl Rows {
    /// Seals records, each in its row.
    pub(super) fn seal(keyring: &Keyring, records: Vec<Record>) -> Result<Self> {
        let mut rows = Self::default();
        records.into_iter().try_for_each(|record| rows.add(keyring, record))?;
        Ok(rows)
    }

    fn add(&mut self, keyring: &Keyring, record: Record) -> Result<()> {
        let id = Uuid::now_v7();
        match record {
            Record::Entry(cnp, entry) => self.entries.push(EntryRow {
                id,
                person_index: index(keyring, &cnp),
                entry: seal(keyring, ENTRY, id, &entry)?,
            }),
            Record::Person(cnp, person) => self.people.push(PersonRow {
                id,
                person_index: index(keyring, &cnp),
                as_of: person.as_of,
                record: seal(keyring, RECORD, id, &*person)?,
            }),
            Record::Company(cui, company) => self.companies.push(CompanyRow {
                id,
                company_index: company_index(keyring, &cui),
                as_of: company.as_of,
                record: seal(keyring, COMPANY, id, &*company)?,
            }),
            Record::CompanyEntry(cui, entry) => self.company_entries.push(CompanyEntryRow {
                id,
                company_index: company_index(keyring, &cui),
                entry: seal(keyring, COMPANY_ENTRY, id, &entry)?,
            }),
        }
        Ok(())
    }

    /// How many there are.
    pub(super) fn count(&self) -> i64 {
        let count =
            self.entries.len() + self.people.len() + self.companies.len() + self.company_entries.len();
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// Loads them by COPY; a kind of which there are none has no table to come.
    pub(super) fn copy(&self, connection: &mut PgConnection) -> Result<()> {
        let Self { entries, people, companies, company_entries } = self;
        if !entries.is_empty() {
            diesel::copy_from(criminal_records_to_come::table)
                .from_insertable(entries)
                .execute(connection)?;
        }
        if !people.is_empty() {
            diesel::copy_from(civil_status_to_come::table).from_insertable(people).execute(connection)?;
        }
        if !companies.is_empty() {
            diesel::copy_from(companies_to_come::table).from_insertable(companies).execute(connection)?;
        }
        if !company_entries.is_empty() {
            let table = company_criminal_records_to_come::table;
            diesel::copy_from(table).from_insertable(company_entries).execute(connection)?;
        }
        Ok(())
    }
}
