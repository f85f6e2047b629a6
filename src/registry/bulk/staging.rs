//! The staging table, and the switch that makes it the register.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use uuid::Uuid;

use super::rows::Rows;
use super::{ImportError, Plan};
use crate::db::roles;
use crate::error::{Error, Result};
use crate::registry::Register;
use crate::registry::schema::registry::imports;

/// An import in progress.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = imports)]
pub(super) struct Import {
    id: Uuid,
    register: Register,
    file_digest: Vec<u8>,
    file_bytes: i64,
    pub(super) records: i64,
    pub(super) loaded: i64,
    pub(super) refused: i64,
    pub(super) report_bytes: i64,
    started_at: DateTime<Utc>,
}

impl Import {
    /// Begins an import, or resumes one of the same file.
    pub(super) fn begin(
        connection: &mut PgConnection,
        plan: &Plan<'_>,
        digest: &[u8],
        length: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, ImportError> {
        let open =
            imports::table.filter(imports::register.eq(plan.register)).filter(imports::switched_at.is_null());
        let found: Option<Self> =
            open.select(Self::as_select()).first(connection).optional().map_err(Error::from)?;
        match found {
            Some(import) if import.file_digest == digest && !plan.restart => return Ok(import),
            Some(_) if !plan.restart => return Err(ImportError::AnotherFile),
            Some(import) => import.forget(connection)?,
            None => {}
        }
        let import = Self {
            id: Uuid::now_v7(),
            register: plan.register,
            file_digest: digest.to_vec(),
            file_bytes: i64::try_from(length).unwrap_or(i64::MAX),
            records: 0,
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
        // Constraints and indexes are added at the end: rows load faster without them.
        connection.batch_execute(&format!(
            "CREATE TABLE registry.{table}_to_come (LIKE registry.{table} INCLUDING COMMENTS INCLUDING CONSTRAINTS)"
        ))?;
        diesel::insert_into(imports::table).values(self).execute(connection)?;
        Ok(())
    }

    /// Drops the loaded rows.
    pub(super) fn forget(&self, connection: &mut PgConnection) -> Result<()> {
        connection.transaction(|connection| {
            connection.batch_execute(&format!("DROP TABLE registry.{}_to_come", self.register.as_str()))?;
            diesel::delete(imports::table.find(self.id)).execute(connection)?;
            Ok(())
        })
    }

    /// Loads rows, and stores the position in the file with them.
    pub(super) fn load(&self, connection: &mut PgConnection, rows: &Rows) -> Result<()> {
        rows.copy(connection)?;
        let reached = (
            imports::records.eq(self.records),
            imports::loaded.eq(self.loaded),
            imports::refused.eq(self.refused),
            imports::report_bytes.eq(self.report_bytes),
        );
        diesel::update(imports::table.find(self.id)).set(reached).execute(connection)?;
        Ok(())
    }

    /// Locks the register against other imports until the connection ends; returns false if another import holds the
    /// lock.
    pub(super) fn lock(connection: &mut PgConnection, register: Register) -> Result<bool> {
        let query = diesel::sql_query(
            "SELECT pg_try_advisory_lock(hashtext('registry.imports'), hashtext($1)) AS taken",
        )
        .bind::<Text, _>(register.as_str());
        Ok(query.get_result::<Taken>(connection)?.taken)
    }

    /// Counts the rows of the staging table.
    pub(super) fn staged(connection: &mut PgConnection, register: Register) -> Result<i64> {
        count(connection, &format!("{}_to_come", register.as_str()))
    }

    /// Indexes the staging table, and counts its rows and the current register's. Can be repeated.
    pub(super) fn prepare(connection: &mut PgConnection, register: Register) -> Result<(i64, i64)> {
        let (table, subject) = (register.as_str(), register.subject_column());
        connection.batch_execute(&match register.has_one_row_each() {
            true => keep_the_latest(table, subject),
            false => index_entries(table, subject),
        })?;
        connection.batch_execute(&format!("ANALYZE registry.{table}_to_come"))?;
        Ok((count(connection, &format!("{table}_to_come"))?, count(connection, table)?))
    }

    /// Makes the staging table the register, in one transaction.
    pub(super) fn switch(
        &self,
        connection: &mut PgConnection,
        register: Register,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (table, subject) = (register.as_str(), register.subject_column());
        // A reader that holds the old table must not make all later readers wait for long.
        connection.batch_execute(&format!(
            "SET LOCAL lock_timeout = '10s';
             COMMENT ON TABLE registry.{table}_to_come IS 'Local copy of a register, as imported last.';
             DROP TABLE registry.{table};
             ALTER TABLE registry.{table}_to_come RENAME TO {table};
             ALTER TABLE registry.{table} RENAME CONSTRAINT {table}_to_come_pkey TO {table}_pkey;
             ALTER INDEX IF EXISTS registry.{table}_to_come_{subject}_idx RENAME TO {table}_{subject}_idx"
        ))?;
        roles::grant(connection, &format!("registry.{table}"))?;
        diesel::update(imports::table.find(self.id)).set(imports::switched_at.eq(now)).execute(connection)?;
        Ok(())
    }
}

fn index_entries(table: &str, subject: &str) -> String {
    format!(
        "ALTER TABLE registry.{table}_to_come
            DROP CONSTRAINT IF EXISTS {table}_to_come_pkey,
            ADD CONSTRAINT {table}_to_come_pkey PRIMARY KEY (id);
        CREATE INDEX IF NOT EXISTS {table}_to_come_{subject}_idx ON registry.{table}_to_come ({subject}_index)"
    )
}

/// Keeps one line for each subject: the one with the latest time, and of equal times the later line. An unreadable line
/// beats all others: it may be the latest.
fn keep_the_latest(table: &str, subject: &str) -> String {
    format!(
        "DELETE FROM registry.{table}_to_come older USING registry.{table}_to_come newer
            WHERE older.{subject}_index = newer.{subject}_index
                AND (older.unreadable IS NOT NULL, older.as_of, older.id)
                    < (newer.unreadable IS NOT NULL, newer.as_of, newer.id);
        ALTER TABLE registry.{table}_to_come
            DROP CONSTRAINT IF EXISTS {table}_to_come_pkey,
            ADD CONSTRAINT {table}_to_come_pkey PRIMARY KEY ({subject}_index)"
    )
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(connection: &mut PgConnection, table: &str) -> Result<i64> {
    let query = diesel::sql_query(format!("SELECT count(*) FROM registry.{table}"));
    Ok(query.get_result::<Count>(connection)?.count)
}
