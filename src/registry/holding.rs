//! What a local register holds, and whether "nobody of that number" is an answer of it.
//!
//! A register that was never filled, that is empty, out of date or found by another key knows nobody, and says nothing
//! about anybody. So every question to a local register reads its holding in the same statement.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::Register;
use super::schema::registry::registers;
use crate::db::Installation;
use crate::error::Result;
use crate::person::Keyring;

/// What a local register was filled with.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = registers, check_for_backend(diesel::pg::Pg))]
pub struct Holding {
    /// Rows when it was filled.
    pub rows: i64,
    /// The moment at which its content was right.
    pub as_of: DateTime<Utc>,
    /// Of the key that its rows are found by.
    pub index_key_digest: Vec<u8>,
}

/// Why a local register answers nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nothing was ever imported.
    #[error("it was never filled: `cazier registry import`")]
    NeverFilled,
    /// An import without rows.
    #[error("it was filled without a row")]
    Empty,
    /// Its rows are found by another key.
    #[error("it was filled under another index key")]
    ForeignKey,
    /// Its content is too old.
    #[error("its content is {hours} hours old, and counts for {limit} (CAZIER_REGISTER_MAX_AGE)")]
    Outdated {
        /// How old.
        hours: i64,
        /// How old it may be.
        limit: i64,
    },
}

impl Holding {
    /// Writes it down, in place of what stood there.
    pub(super) fn set(&self, connection: &mut PgConnection, register: Register) -> Result<()> {
        diesel::insert_into(registers::table)
            .values((registers::register.eq(register.as_str()), self))
            .on_conflict(registers::register)
            .do_update()
            .set(self)
            .execute(connection)?;
        Ok(())
    }

    /// Reads it; `None` for a register that was never filled.
    pub(super) fn find(connection: &mut PgConnection, register: Register) -> Result<Option<Self>> {
        let row = registers::table.find(register.as_str()).select(Self::as_select());
        Ok(row.first(connection).optional()?)
    }

    /// How old its content is.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.as_of
    }

    /// That whoever does not stand in this register is unknown to it.
    ///
    /// # Errors
    /// Why nothing follows from a missing row.
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
