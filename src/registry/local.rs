//! The local registers: encrypted rows in this installation's Postgres, found by the keyed hash of the CNP or CUI.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::holding::{Holding, Unusable};
use super::protocol::sha256;
use super::schema::registry::{civil_status, criminal_records, registers};
use super::{CivilStatus, Company, CriminalRecord, CriminalRecordEntry, Known};
use super::{CivilStatusRegister, CompanyRegister, CriminalRecordRegister, NoAnswer, Register, Subjects};
use crate::circuit_breaker::Circuit;
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::person::{Cnp, Column, Cui, Index, Keyring};
use crate::telemetry;
use crate::time::Clock;

mod circuits;
mod companies;
mod import;

use circuits::Circuits;
pub(super) use companies::company_index;
pub use companies::import_company;
pub use import::{import, mark_filled};

/// When to retry while the register's database is away.
const AGAIN: Duration = Duration::from_secs(5);
/// When to retry while the register has to be filled.
const FILLED_AGAIN: Duration = Duration::from_secs(300);

/// Answers for the registers from their local copies.
#[derive(Clone)]
pub struct LocalRegister {
    db: Db,
    keyring: Arc<Keyring>,
    clock: Clock,
    max_age: Option<TimeDelta>,
    circuits: Arc<Circuits>,
}

/// A row of a register: its id, and its encrypted content; `None` if the imported line was unreadable.
type Row = (Uuid, Option<Vec<u8>>);

/// The result of one query: the holding, and a row if there is one.
type Found = (Holding, Option<Uuid>, Option<Vec<u8>>);

impl LocalRegister {
    /// Reads from this database with these keys; content older than `max_age` does not count.
    #[must_use]
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock, max_age: Option<TimeDelta>) -> Self {
        Self { db, keyring, clock, max_age, circuits: Arc::default() }
    }

    /// Returns the age of a register's content, or why it cannot answer.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub async fn health(&self, register: Register) -> Result<Result<TimeDelta, Unusable>> {
        let holding = self.db.read(move |c| Holding::find(c, register)).await?;
        Ok(self.check(register, holding.as_ref()))
    }

    /// Checks that a missing row means something.
    fn check(&self, register: Register, holding: Option<&Holding>) -> Result<TimeDelta, Unusable> {
        let now = self.clock.now();
        let age = holding.map(|holding| holding.age(now));
        let checked = holding
            .ok_or(Unusable::NeverFilled)
            .and_then(|holding| holding.is_complete(&self.keyring, self.max_age, now));
        telemetry::register(register.as_str(), age, checked.is_ok());
        checked.map(|()| age.unwrap_or_default())
    }

    /// Returns the rows about a subject from a complete register.
    ///
    /// # Errors
    /// Reports the register as away if a missing row would mean nothing.
    fn rows(&self, register: Register, found: Vec<Found>) -> Result<Vec<Row>, NoAnswer> {
        self.check(register, found.first().map(|(holding, ..)| holding)).map_err(|why| {
            log::error!("register {}: {why}", register.as_str());
            NoAnswer::Away(FILLED_AGAIN)
        })?;
        Ok(found.into_iter().filter_map(|(_, id, encrypted)| Some((id?, encrypted))).collect())
    }

    /// Builds a criminal record from its rows.
    fn record(
        &self,
        (register, column): (Register, Column),
        found: Vec<Found>,
        asked_at: DateTime<Utc>,
    ) -> Result<CriminalRecord, NoAnswer> {
        let rows = self.rows(register, found)?;
        let unreadable = rows.iter().any(|(_, encrypted)| encrypted.is_none());
        let entries: Vec<CriminalRecordEntry> = rows
            .into_iter()
            .filter_map(|(id, encrypted)| Some(decrypt(&self.keyring, column, id, &encrypted?)))
            .collect::<Result<_, NoAnswer>>()?;
        let answer = serde_json::to_vec(&entries).map_err(Error::internal)?;
        Ok(CriminalRecord::new(entries, asked_at, sha256(&answer)).with_unreadable(unreadable))
    }

    /// Decrypts the only row about a subject.
    fn one<T: serde::de::DeserializeOwned>(
        &self,
        (register, column): (Register, Column),
        found: Vec<Found>,
    ) -> Result<Known<T>, NoAnswer> {
        match self.rows(register, found)?.pop() {
            None => Ok(Known::Nobody),
            Some((_, None)) => Ok(Known::Unreadable),
            Some((id, Some(encrypted))) => decrypt(&self.keyring, column, id, &encrypted).map(Known::Record),
        }
    }

    async fn entries(&self, cnp: &Cnp) -> Result<CriminalRecord, NoAnswer> {
        let (index, asked_at) = (index(&self.keyring, cnp), self.clock.now());
        let found = self.db.read(move |c| load_entries(c, &index)).await.map_err(|error| away(&error))?;
        self.record((Register::CriminalRecords, Column::REGISTRY_CRIMINAL_RECORDS_ENTRY), found, asked_at)
    }

    async fn civil(&self, cnp: &Cnp) -> Result<Known<CivilStatus>, NoAnswer> {
        let index = index(&self.keyring, cnp);
        let found =
            self.db.read(move |c| load_civil_status(c, &index)).await.map_err(|error| away(&error))?;
        self.one((Register::CivilStatus, Column::REGISTRY_CIVIL_STATUS_RECORD), found)
    }
}

/// Reports a register as away if its database fails.
fn away(error: &Error) -> NoAnswer {
    if error.code() != Code::DatabaseUnavailable {
        log::error!("the database of the local registers: {error}");
    }
    NoAnswer::Away(AGAIN)
}

impl CriminalRecordRegister for LocalRegister {
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        self.circuits.call(Register::CriminalRecords, self.entries(cnp)).boxed_local()
    }

    fn company_criminal_record<'a>(
        &'a self,
        cui: &'a Cui,
    ) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        self.circuits.call(Register::CompanyCriminalRecords, self.company_entries(cui)).boxed_local()
    }

    fn circuit(&self, subjects: Subjects) -> Circuit {
        self.circuits.state(match subjects {
            Subjects::Persons => Register::CriminalRecords,
            Subjects::Companies => Register::CompanyCriminalRecords,
        })
    }
}

impl CompanyRegister for LocalRegister {
    fn company<'a>(&'a self, cui: &'a Cui) -> LocalBoxFuture<'a, Result<Known<Company>, NoAnswer>> {
        self.circuits.call(Register::Companies, self.find_company(cui)).boxed_local()
    }

    fn circuit(&self) -> Circuit {
        self.circuits.state(Register::Companies)
    }
}

impl CivilStatusRegister for LocalRegister {
    fn civil_status<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<Known<CivilStatus>, NoAnswer>> {
        self.circuits.call(Register::CivilStatus, self.civil(cnp)).boxed_local()
    }

    fn circuit(&self) -> Circuit {
        self.circuits.state(Register::CivilStatus)
    }
}

fn load_entries(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<Found>> {
    let about_them = criminal_records::table.on(criminal_records::person_index.eq(index));
    let rows = registers::table
        .left_join(about_them)
        .filter(registers::register.eq(Register::CriminalRecords))
        .order(criminal_records::id)
        .select((Holding::as_select(), criminal_records::id.nullable(), criminal_records::entry.nullable()));
    Ok(rows.load(connection)?)
}

fn load_civil_status(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<Found>> {
    let about_them = civil_status::table.on(civil_status::person_index.eq(index));
    let rows = registers::table
        .left_join(about_them)
        .filter(registers::register.eq(Register::CivilStatus))
        .select((Holding::as_select(), civil_status::id.nullable(), civil_status::record.nullable()));
    Ok(rows.load(connection)?)
}

pub(super) fn index(keyring: &Keyring, cnp: &Cnp) -> Vec<u8> {
    keyring.index(Index::REGISTRY_CNP, cnp.as_str().as_bytes())
}

pub(super) fn encrypt<T: serde::Serialize>(
    keyring: &Keyring,
    column: Column,
    row: Uuid,
    value: &T,
) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(value).map_err(Error::internal)?;
    keyring.encrypt(column.at(row), &json).map_err(Error::internal)
}

/// Decrypts a row. Content that does not decrypt says nothing about anybody.
fn decrypt<T: serde::de::DeserializeOwned>(
    keyring: &Keyring,
    column: Column,
    row: Uuid,
    encrypted: &[u8],
) -> Result<T, NoAnswer> {
    let unusable = |why: String| {
        log::error!("register row {row} ({column}): {why}");
        NoAnswer::Unusable
    };
    let json = keyring.decrypt(column.at(row), encrypted).map_err(|why| unusable(why.to_string()))?;
    serde_json::from_slice(&json).map_err(|_| unusable("it is not in the form of this version".to_owned()))
}
