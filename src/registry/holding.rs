//! What a local register holds, and whether a missing row proves anything.
//!
//! A register that was never filled, or that is empty, outdated or indexed under another key, finds nobody, and that
//! says nothing about anybody. So every query of a local register reads its holding in the same statement.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::Register;
use super::schema::registry::registers;
use crate::db::Installation;
use crate::error::Result;
use crate::person::Keyring;

/// The content of a local register.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = registers, check_for_backend(diesel::pg::Pg))]
pub struct Holding {
    /// Number of rows when it was filled.
    pub rows: i64,
    /// The time at which its content was current.
    pub as_of: DateTime<Utc>,
    /// Digest of the key that its rows are indexed with.
    pub index_key_digest: Vec<u8>,
}

/// Why a local register cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nothing was ever imported.
    #[error("it was never filled: `cazier registry import`")]
    NeverFilled,
    /// The import had no rows.
    #[error("it was filled with no rows")]
    Empty,
    /// Its rows are indexed under another key.
    #[error("it was filled under another index key")]
    ForeignKey,
    /// Its content is outdated.
    #[error("its content is {hours} hours old, and the limit is {limit} (CAZIER_REGISTER_MAX_AGE)")]
    Outdated {
        /// Its age.
        hours: i64,
        /// The largest accepted age.
        limit: i64,
    },
}

impl Holding {
    /// Stores the holding in place of the register's previous one.
    pub(super) fn set(&self, connection: &mut PgConnection, register: Register) -> Result<()> {
        diesel::insert_into(registers::table)
            .values((registers::register.eq(register), self))
            .on_conflict(registers::register)
            .do_update()
            .set(self)
            .execute(connection)?;
        Ok(())
    }

    /// Reads the holding; `None` for a register that was never filled.
    pub(super) fn find(connection: &mut PgConnection, register: Register) -> Result<Option<Self>> {
        let row = registers::table.find(register).select(Self::as_select());
        Ok(row.first(connection).optional()?)
    }

    /// Returns the age of its content.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.as_of
    }

    /// Checks that a missing row means "unknown to this register".
    ///
    /// # Errors
    /// Says why a missing row means nothing.
    pub fn is_complete(
        &self,
        keyring: &Keyring,
        max_age: Option<TimeDelta>,
        now: DateTime<Utc>,
    ) -> Result<(), Unusable> {
        if self.rows == 0 {
            return Err(Unusable::Empty);
        }
        if self.index_key_digest != Installation::index_key_digest(keyring) {
            return Err(Unusable::ForeignKey);
        }
        match max_age {
            Some(limit) if self.age(now) > limit => {
                Err(Unusable::Outdated { hours: self.age(now).num_hours(), limit: limit.num_hours() })
            }
            _ => Ok(()),
        }
    }
}
