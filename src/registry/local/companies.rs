//! Legal persons in the local registers: who they are, and their criminal records. Tables of their own, so that an import
//! of persons never touches a company, nor the other way round.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{LocalRegister, away, open, seal};
use crate::error::Result;
use crate::person::{Cui, Keyring};
use crate::registry::schema::registry::{companies, company_criminal_records};
use crate::registry::types::{Company, CriminalRecord, CriminalRecordEntry};

pub(in crate::registry) const COMPANY: &str = "registry.companies.record";
pub(in crate::registry) const COMPANY_ENTRY: &str = "registry.company_criminal_records.entry";

impl LocalRegister {
    pub(super) async fn find_company(&self, cui: &Cui) -> Result<Option<Company>> {
        let index = company_index(&self.keyring, cui);
        let row = self.db.read(move |c| load_company(c, &index)).await.map_err(away)?;
        row.map(|(id, sealed)| open(&self.keyring, COMPANY, id, &sealed)).transpose()
    }

    pub(super) async fn company_entries(&self, cui: &Cui) -> Result<CriminalRecord> {
        let (index, asked_at) = (company_index(&self.keyring, cui), self.clock.now());
        let rows = self.db.read(move |c| load_entries(c, &index)).await.map_err(away)?;
        self.record(COMPANY_ENTRY, rows, asked_at)
    }
}

fn load_company(connection: &mut PgConnection, index: &[u8]) -> Result<Option<(Uuid, Vec<u8>)>> {
    let row = companies::table.find(index).select((companies::id, companies::record));
    Ok(row.first(connection).optional()?)
}

fn load_entries(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<(Uuid, Vec<u8>)>> {
    let rows = company_criminal_records::table
        .filter(company_criminal_records::company_index.eq(index))
        .order(company_criminal_records::id)
        .select((company_criminal_records::id, company_criminal_records::entry));
    Ok(rows.load(connection)?)
}

/// Writes what the registers know about one legal person in place of what stood there.
pub fn import_company(
    connection: &mut PgConnection,
    keyring: &Keyring,
    cui: &Cui,
    company: Option<&Company>,
    entries: &[CriminalRecordEntry],
) -> Result<()> {
    let index = company_index(keyring, cui);
    let of_it = company_criminal_records::table.filter(company_criminal_records::company_index.eq(&index));
    diesel::delete(of_it).execute(connection)?;
    diesel::delete(companies::table.find(&index)).execute(connection)?;
    for entry in entries {
        let id = Uuid::now_v7();
        let row = (
            company_criminal_records::id.eq(id),
            company_criminal_records::company_index.eq(&index),
            company_criminal_records::entry.eq(seal(keyring, COMPANY_ENTRY, id, entry)?),
        );
        diesel::insert_into(company_criminal_records::table).values(row).execute(connection)?;
    }
    let Some(company) = company else { return Ok(()) };
    let id = Uuid::now_v7();
    let row = (
        companies::company_index.eq(&index),
        companies::id.eq(id),
        companies::record.eq(seal(keyring, COMPANY, id, company)?),
        companies::as_of.eq(company.as_of),
    );
    diesel::insert_into(companies::table).values(row).execute(connection)?;
    Ok(())
}

pub(in crate::registry) fn company_index(keyring: &Keyring, cui: &Cui) -> Vec<u8> {
    keyring.index("registry.cui", cui.as_str().as_bytes())
}
