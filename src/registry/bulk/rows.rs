//! Rows of the staging tables, encrypted.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::{Line, Record, Subject};
use crate::error::{Error, Result};
use crate::person::{Column, Keyring};
use crate::registry::Register;
use crate::registry::local::{company_index, encrypt, index};

diesel::table! {
    registry.criminal_records_to_come (id) {
        id -> Uuid,
        person_index -> Bytea,
        entry -> Nullable<Bytea>,
        unreadable -> Nullable<Text>,
    }
}

diesel::table! {
    registry.civil_status_to_come (id) {
        person_index -> Bytea,
        id -> Uuid,
        record -> Nullable<Bytea>,
        as_of -> Timestamptz,
        unreadable -> Nullable<Text>,
    }
}

diesel::table! {
    registry.companies_to_come (id) {
        company_index -> Bytea,
        id -> Uuid,
        record -> Nullable<Bytea>,
        as_of -> Timestamptz,
        unreadable -> Nullable<Text>,
    }
}

diesel::table! {
    registry.company_criminal_records_to_come (id) {
        id -> Uuid,
        company_index -> Bytea,
        entry -> Nullable<Bytea>,
        unreadable -> Nullable<Text>,
    }
}

/// Rows to load, by table.
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
    entry: Option<Vec<u8>>,
    unreadable: Option<&'static str>,
}

#[derive(Insertable)]
#[diesel(table_name = civil_status_to_come, treat_none_as_default_value = false)]
struct PersonRow {
    person_index: Vec<u8>,
    id: Uuid,
    record: Option<Vec<u8>>,
    as_of: DateTime<Utc>,
    unreadable: Option<&'static str>,
}

#[derive(Insertable)]
#[diesel(table_name = companies_to_come, treat_none_as_default_value = false)]
struct CompanyRow {
    company_index: Vec<u8>,
    id: Uuid,
    record: Option<Vec<u8>>,
    as_of: DateTime<Utc>,
    unreadable: Option<&'static str>,
}

#[derive(Insertable)]
#[diesel(table_name = company_criminal_records_to_come, treat_none_as_default_value = false)]
struct CompanyEntryRow {
    id: Uuid,
    company_index: Vec<u8>,
    entry: Option<Vec<u8>>,
    unreadable: Option<&'static str>,
}

impl Rows {
    /// Encrypts lines, each bound to its row.
    ///
    /// # Errors
    /// Fails if a line has no subject, or a record of another register: bugs of ours.
    pub(super) fn encrypt(
        keyring: &Keyring,
        register: Register,
        lines: Vec<Line>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let mut rows = Self::default();
        for line in lines {
            match line {
                Line::Read(subject, record) => rows.add(keyring, &subject, &record)?,
                Line::Unreadable(subject, rule) => {
                    rows.add_unreadable(keyring, register, &subject, rule.code, now);
                }
                Line::Nameless => return Err(Error::internal("a line without a subject has no row")),
            }
        }
        Ok(rows)
    }

    fn add(&mut self, keyring: &Keyring, subject: &Subject, record: &Record) -> Result<()> {
        let (id, unreadable) = (Uuid::now_v7(), None);
        match (subject, record) {
            (Subject::Person(cnp), Record::Entry(entry)) => {
                let (person_index, entry) = (
                    index(keyring, cnp),
                    Some(encrypt(keyring, Column::REGISTRY_CRIMINAL_RECORDS_ENTRY, id, entry)?),
                );
                self.entries.push(EntryRow { id, person_index, entry, unreadable });
            }
            (Subject::Company(cui), Record::Entry(entry)) => {
                let entry =
                    Some(encrypt(keyring, Column::REGISTRY_COMPANY_CRIMINAL_RECORDS_ENTRY, id, entry)?);
                let company_index = company_index(keyring, cui);
                self.company_entries.push(CompanyEntryRow { id, company_index, entry, unreadable });
            }
            (Subject::Person(cnp), Record::Person(person)) => self.people.push(PersonRow {
                id,
                person_index: index(keyring, cnp),
                as_of: person.as_of,
                record: Some(encrypt(keyring, Column::REGISTRY_CIVIL_STATUS_RECORD, id, &**person)?),
                unreadable,
            }),
            (Subject::Company(cui), Record::Company(company)) => self.companies.push(CompanyRow {
                id,
                company_index: company_index(keyring, cui),
                as_of: company.as_of,
                record: Some(encrypt(keyring, Column::REGISTRY_COMPANIES_RECORD, id, &**company)?),
                unreadable,
            }),
            _ => return Err(Error::internal("a record of another register")),
        }
        Ok(())
    }

    fn add_unreadable(
        &mut self,
        keyring: &Keyring,
        register: Register,
        subject: &Subject,
        rule: &'static str,
        as_of: DateTime<Utc>,
    ) {
        let (id, unreadable) = (Uuid::now_v7(), Some(rule));
        match (subject, register.has_one_row_each()) {
            (Subject::Person(cnp), true) => {
                let person_index = index(keyring, cnp);
                self.people.push(PersonRow { person_index, id, record: None, as_of, unreadable });
            }
            (Subject::Person(cnp), false) => {
                let person_index = index(keyring, cnp);
                self.entries.push(EntryRow { id, person_index, entry: None, unreadable });
            }
            (Subject::Company(cui), true) => {
                let company_index = company_index(keyring, cui);
                self.companies.push(CompanyRow { company_index, id, record: None, as_of, unreadable });
            }
            (Subject::Company(cui), false) => {
                let company_index = company_index(keyring, cui);
                self.company_entries.push(CompanyEntryRow { id, company_index, entry: None, unreadable });
            }
        }
    }

    /// Counts the rows.
    pub(super) fn count(&self) -> i64 {
        let count =
            self.entries.len() + self.people.len() + self.companies.len() + self.company_entries.len();
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// Copies the rows into the staging tables. A table without rows is skipped: it may not exist.
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
