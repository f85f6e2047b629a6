//! The table to come, and the step that makes it the register.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::columns::{Record, Register};
use super::{ImportError, Plan};
use crate::error::{Error, Result};
use crate::person::Keyring;
use crate::registry::local::{ENTRY, RECORD, index, seal};
use crate::registry::schema::registry::imports;

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

/// An import that is under way.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = imports)]
pub(super) struct Import {
    id: Uuid,
    register: String,
    file_digest: Vec<u8>,
    file_bytes: i64,
    pub(super) lines: i64,
    pub(super) loaded: i64,
    pub(super) refused: i64,
    pub(super) report_bytes: i64,
    started_at: DateTime<Utc>,
}

/// Rows to load.
pub(super) enum Rows {
    Entries(Vec<EntryRow>),
    People(Vec<PersonRow>),
}

#[derive(Insertable)]
#[diesel(table_name = criminal_records_to_come, treat_none_as_default_value = false)]
pub(super) struct EntryRow {
    id: Uuid,
    person_index: Vec<u8>,
    entry: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = civil_status_to_come, treat_none_as_default_value = false)]
pub(super) struct PersonRow {
    person_index: Vec<u8>,
    id: Uuid,
    record: Vec<u8>,
    as_of: DateTime<Utc>,
}

impl Rows {
    /// Seals records, each in its row.
    pub(super) fn seal(keyring: &Keyring, records: Vec<Record>) -> Result<Self> {
        let (mut entries, mut people) = (Vec::new(), Vec::new());
        for record in records {
            let id = Uuid::now_v7();
            match record {
                Record::Entry(cnp, entry) => entries.push(EntryRow {
                    id,
                    person_index: index(keyring, &cnp),
                    entry: seal(keyring, ENTRY, id, &entry)?,
                }),
                Record::Person(cnp, person) => people.push(PersonRow {
                    id,
                    person_index: index(keyring, &cnp),
                    as_of: person.as_of,
                    record: seal(keyring, RECORD, id, &*person)?,
                }),
            }
        }
        Ok(if people.is_empty() { Self::Entries(entries) } else { Self::People(people) })
    }

    pub(super) fn count(&self) -> i64 {
        let count = match self {
            Self::Entries(rows) => rows.len(),
            Self::People(rows) => rows.len(),
        };
        i64::try_from(count).unwrap_or(i64::MAX)
    }
}

impl Import {
    /// Begins, or goes on with the import of the same file.
    pub(super) fn begin(
        connection: &mut PgConnection,
        plan: &Plan<'_>,
        digest: &[u8],
        length: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, ImportError> {
        let open = imports::table
            .filter(imports::register.eq(plan.register.as_str()))
            .filter(imports::switched_at.is_null());
        let found: Option<Self> =
            open.select(Self::as_select()).first(connection).optional().map_err(Error::from)?;
        match found {
            Some(import) if import.file_digest == digest => return Ok(import),
            Some(_) if !plan.restart => return Err(ImportError::AnotherFile),
            Some(import) => import.forget(connection)?,
            None => {}
        }
        let import = Self {
            id: Uuid::now_v7(),
            register: plan.register.as_str().to_owned(),
            file_digest: digest.to_vec(),
            file_bytes: i64::try_from(length).unwrap_or(i64::MAX),
            lines: 0,
            loaded: 0,
            refused: 0,
            report_bytes: 0,
            started_at: now,
        };
        connection.transaction(|connection| import.create(connection, plan.register))?;
        Ok(import)
    }

    fn create(&self, connection: &mut PgConnection, register: Register) -> Result<()> {
        let table = register.as_str();
        // Constraints and indexes come at the end: rows load faster without them.
        connection.batch_execute(&format!(
            "CREATE TABLE registry.{table}_to_come (LIKE registry.{table} INCLUDING COMMENTS)"
        ))?;
        diesel::insert_into(imports::table).values(self).execute(connection)?;
        Ok(())
    }

    fn forget(&self, connection: &mut PgConnection) -> Result<()> {
        connection.transaction(|connection| {
            connection.batch_execute(&format!("DROP TABLE registry.{}_to_come", self.register))?;
            diesel::delete(imports::table.find(self.id)).execute(connection)?;
            Ok(())
        })
    }

    /// Loads rows, and keeps how far the file was read with them.
    pub(super) fn load(&self, connection: &mut PgConnection, rows: &Rows) -> Result<()> {
        match rows {
            rows if rows.count() == 0 => 0,
            Rows::Entries(rows) => diesel::copy_from(criminal_records_to_come::table)
                .from_insertable(rows)
                .execute(connection)?,
            Rows::People(rows) => {
                diesel::copy_from(civil_status_to_come::table).from_insertable(rows).execute(connection)?
            }
        };
        let reached = (
            imports::lines.eq(self.lines),
            imports::loaded.eq(self.loaded),
            imports::refused.eq(self.refused),
            imports::report_bytes.eq(self.report_bytes),
        );
        diesel::update(imports::table.find(self.id)).set(reached).execute(connection)?;
        Ok(())
    }

    /// Indexes the table to come, and counts it and the one in force. Can be repeated.
    pub(super) fn prepare(&self, connection: &mut PgConnection) -> Result<(i64, i64)> {
        let table = &self.register;
        connection.batch_execute(match self.register.as_str() {
            "civil_status" => PREPARE_CIVIL_STATUS,
            _ => PREPARE_CRIMINAL_RECORDS,
        })?;
        connection.batch_execute(&format!("ANALYZE registry.{table}_to_come"))?;
        Ok((count(connection, &format!("{table}_to_come"))?, count(connection, table)?))
    }

    /// The one step: the table to come is the register from now on.
    pub(super) fn switch(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
        let table = &self.register;
        // A reader that holds the old table must not make all that come after it wait for long.
        connection.batch_execute(&format!(
            "SET LOCAL lock_timeout = '10s';
             COMMENT ON TABLE registry.{table}_to_come IS 'Local copy of a register, as imported last.';
             DROP TABLE registry.{table};
             ALTER TABLE registry.{table}_to_come RENAME TO {table};
             ALTER TABLE registry.{table} RENAME CONSTRAINT {table}_to_come_pkey TO {table}_pkey;
             ALTER INDEX IF EXISTS registry.{table}_to_come_person_idx RENAME TO {table}_person_idx"
        ))?;
        diesel::update(imports::table.find(self.id)).set(imports::switched_at.eq(now)).execute(connection)?;
        Ok(())
    }
}

const PREPARE_CRIMINAL_RECORDS: &str = "
    ALTER TABLE registry.criminal_records_to_come
        DROP CONSTRAINT IF EXISTS criminal_records_to_come_pkey,
        ADD CONSTRAINT criminal_records_to_come_pkey PRIMARY KEY (id);
    CREATE INDEX IF NOT EXISTS criminal_records_to_come_person_idx
        ON registry.criminal_records_to_come (person_index)";

/// Of several lines about one person the one that is right at the latest time holds, and of two such the later line.
const PREPARE_CIVIL_STATUS: &str = "
    DELETE FROM registry.civil_status_to_come older USING registry.civil_status_to_come newer
        WHERE older.person_index = newer.person_index AND (older.as_of, older.id) < (newer.as_of, newer.id);
    ALTER TABLE registry.civil_status_to_come
        DROP CONSTRAINT IF EXISTS civil_status_to_come_pkey,
        ADD CONSTRAINT civil_status_to_come_pkey PRIMARY KEY (person_index)";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(connection: &mut PgConnection, table: &str) -> Result<i64> {
    let query = diesel::sql_query(format!("SELECT count(*) FROM registry.{table}"));
    Ok(query.get_result::<Count>(connection)?.count)
}
