//! Legal persons in the local registers: their data and their criminal records. Separate tables, so that an import of
//! persons never touches companies, nor the other way round.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{Found, LocalRegister, away, encrypt};
use crate::error::Result;
use crate::person::{Column, Cui, Index, Keyring};
use crate::registry::holding::Holding;
use crate::registry::schema::registry::{companies, company_criminal_records, registers};
use crate::registry::{Company, CriminalRecord, CriminalRecordEntry, Known};
use crate::registry::{NoAnswer, Register};

impl LocalRegister {
    pub(super) async fn find_company(&self, cui: &Cui) -> Result<Known<Company>, NoAnswer> {
        let index = company_index(&self.keyring, cui);
        let found = self.db.read(move |c| load_company(c, &index)).await.map_err(|error| away(&error))?;
        self.one((Register::Companies, Column::REGISTRY_COMPANIES_RECORD), found)
    }

    pub(super) async fn company_entries(&self, cui: &Cui) -> Result<CriminalRecord, NoAnswer> {
        let (index, asked_at) = (company_index(&self.keyring, cui), self.clock.now());
        let found = self.db.read(move |c| load_entries(c, &index)).await.map_err(|error| away(&error))?;
        self.record(
            (Register::CompanyCriminalRecords, Column::REGISTRY_COMPANY_CRIMINAL_RECORDS_ENTRY),
            found,
            asked_at,
        )
    }
}

fn load_company(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<Found>> {
    let about_it = companies::table.on(companies::company_index.eq(index));
    let rows = registers::table
        .left_join(about_it)
        .filter(registers::register.eq(Register::Companies))
        .select((Holding::as_select(), companies::id.nullable(), companies::record.nullable()));
    Ok(rows.load(connection)?)
}

fn load_entries(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<Found>> {
    let about_it = company_criminal_records::table.on(company_criminal_records::company_index.eq(index));
    let rows = registers::table
        .left_join(about_it)
        .filter(registers::register.eq(Register::CompanyCriminalRecords))
        .order(company_criminal_records::id)
        .select((
            Holding::as_select(),
            company_criminal_records::id.nullable(),
            company_criminal_records::entry.nullable(),
        ));
    Ok(rows.load(connection)?)
}

/// Replaces what the registers hold about one legal person.
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
            company_criminal_records::entry.eq(encrypt(
                keyring,
                Column::REGISTRY_COMPANY_CRIMINAL_RECORDS_ENTRY,
                id,
                entry,
            )?),
        );
        diesel::insert_into(company_criminal_records::table).values(row).execute(connection)?;
    }
    let Some(company) = company else { return Ok(()) };
    let id = Uuid::now_v7();
    let row = (
        companies::company_index.eq(&index),
        companies::id.eq(id),
        companies::record.eq(encrypt(keyring, Column::REGISTRY_COMPANIES_RECORD, id, company)?),
        companies::as_of.eq(company.as_of),
    );
    diesel::insert_into(companies::table).values(row).execute(connection)?;
    Ok(())
}

pub(in crate::registry) fn company_index(keyring: &Keyring, cui: &Cui) -> Vec<u8> {
    keyring.index(Index::REGISTRY_CUI, cui.as_str().as_bytes())
}
