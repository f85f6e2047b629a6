//! The local registers: sealed rows in this installation's own Postgres, found by the keyed hash of the CNP or CUI.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::protocol::sha256;
use super::schema::registry::{civil_status, criminal_records};
use super::types::Company;
use super::types::{CivilStatus, CriminalRecord, CriminalRecordEntry};
use super::{CivilStatusRegister, CompanyRegister, CriminalRecordRegister, unavailable};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::person::{Cell, Cnp, Cui, Keyring};

mod companies;

pub use companies::import_company;
pub(super) use companies::{COMPANY, COMPANY_ENTRY, company_index};

pub(super) const ENTRY: &str = "registry.criminal_records.entry";
pub(super) const RECORD: &str = "registry.civil_status.record";

/// The registers, read from the local copy.
#[derive(Clone)]
pub struct LocalRegister {
    db: Db,
    keyring: Arc<Keyring>,
    clock: Clock,
}

impl LocalRegister {
    /// Reads from this database with these keys.
    #[must_use]
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock) -> Self {
        Self { db, keyring, clock }
    }

    async fn entries(&self, cnp: &Cnp) -> Result<CriminalRecord> {
        let (index, asked_at) = (index(&self.keyring, cnp), self.clock.now());
        let rows = self.db.read(move |c| load_entries(c, &index)).await.map_err(away)?;
        self.record(ENTRY, rows, asked_at)
    }

    /// A criminal record, of its sealed rows.
    fn record(
        &self,
        column: &'static str,
        rows: Vec<(Uuid, Vec<u8>)>,
        asked_at: DateTime<Utc>,
    ) -> Result<CriminalRecord> {
        let open = |(id, sealed): (Uuid, Vec<u8>)| open(&self.keyring, column, id, &sealed);
        let entries: Vec<CriminalRecordEntry> = rows.into_iter().map(open).collect::<Result<_>>()?;
        let answer = serde_json::to_vec(&entries).map_err(Error::internal)?;
        Ok(CriminalRecord { entries, asked_at, digest: sha256(&answer) })
    }

    async fn civil(&self, cnp: &Cnp) -> Result<Option<CivilStatus>> {
        let index = index(&self.keyring, cnp);
        let row: Option<(Uuid, Vec<u8>)> =
            self.db.read(move |c| load_civil_status(c, &index)).await.map_err(away)?;
        row.map(|(id, sealed)| open(&self.keyring, RECORD, id, &sealed)).transpose()
    }
}

/// A database of the register that is away is the register that is away.
fn away(error: Error) -> Error {
    if error.code() == Code::DatabaseUnavailable { unavailable(Duration::from_secs(5)) } else { error }
}

impl CriminalRecordRegister for LocalRegister {
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord>> {
        self.entries(cnp).boxed_local()
    }

    fn company_criminal_record<'a>(&'a self, cui: &'a Cui) -> LocalBoxFuture<'a, Result<CriminalRecord>> {
        self.company_entries(cui).boxed_local()
    }
}

impl CompanyRegister for LocalRegister {
    fn company<'a>(&'a self, cui: &'a Cui) -> LocalBoxFuture<'a, Result<Option<Company>>> {
        self.find_company(cui).boxed_local()
    }
}

impl CivilStatusRegister for LocalRegister {
    fn civil_status<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<Option<CivilStatus>>> {
        self.civil(cnp).boxed_local()
    }
}

fn load_entries(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<(Uuid, Vec<u8>)>> {
    let rows = criminal_records::table
        .filter(criminal_records::person_index.eq(index))
        .order(criminal_records::id)
        .select((criminal_records::id, criminal_records::entry));
    Ok(rows.load(connection)?)
}

fn load_civil_status(connection: &mut PgConnection, index: &[u8]) -> Result<Option<(Uuid, Vec<u8>)>> {
    let row = civil_status::table.find(index).select((civil_status::id, civil_status::record));
    Ok(row.first(connection).optional()?)
}

/// Writes what the registers know about one person in place of what stood there.
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
        criminal_records::entry.eq(seal(keyring, ENTRY, id, entry)?),
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
        civil_status::record.eq(seal(keyring, RECORD, id, status)?),
        civil_status::as_of.eq(as_of),
    );
    diesel::insert_into(civil_status::table).values(row).execute(connection)?;
    Ok(())
}

pub(super) fn index(keyring: &Keyring, cnp: &Cnp) -> Vec<u8> {
    keyring.index("registry.cnp", cnp.as_str().as_bytes())
}

pub(super) fn seal<T: serde::Serialize>(
    keyring: &Keyring,
    column: &'static str,
    row: Uuid,
    value: &T,
) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(value).map_err(Error::internal)?;
    keyring.seal(Cell { column, row }, &json).map_err(Error::internal)
}

fn open<T: serde::de::DeserializeOwned>(
    keyring: &Keyring,
    column: &'static str,
    row: Uuid,
    sealed: &[u8],
) -> Result<T> {
    let json = keyring.open(Cell { column, row }, sealed).map_err(Error::internal)?;
    serde_json::from_slice(&json).map_err(Error::internal)
}
