//! The mandate behind an application for a legal person.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::company::Represented;
use super::store::{self, Mandate};
use super::types::{MandateCapacity, MandateConfirmer, MandateStatus};
use crate::error::{Code, Error, Result};
use crate::person::{Cnp, Keyring};
use crate::registry::Company;

/// The right to act for a company that a mandate gives its holder while it is in force.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(crate) id: Uuid,
    pub(crate) in_force: bool,
    pub(crate) company: Represented,
    pub(crate) company_index: Vec<u8>,
    pub(crate) capacity: MandateCapacity,
    pub(crate) confirmed_by: Option<MandateConfirmer>,
    pub(crate) confirmed_at: DateTime<Utc>,
}

impl Authority {
    /// Returns whether the mandate is still in force according to the company register's present answer. A mandate
    /// confirmed by an officer does not depend on the register.
    pub(crate) fn stands(&self, holder: &Cnp, company: &Company) -> bool {
        self.confirmed_by == Some(MandateConfirmer::Officer) || company.names(holder)
    }

    /// Returns whether a register answer without the holder ends the mandate: it lists others, each by CNP, and is
    /// newer than the confirmation. An empty list proves nothing, a person without a CNP may be anybody, and an older
    /// answer cannot know this holder.
    pub(crate) fn is_ended_by(&self, company: &Company) -> bool {
        company.names_each_by_cnp() && company.as_of > self.confirmed_at
    }
}

/// Returns this person's mandate with this id, if it is in force on `today`.
///
/// # Errors
/// `mandate_not_in_force`: with its status if the mandate is theirs, otherwise as if there were none.
pub(crate) fn in_force(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person_index: &[u8],
    id: Uuid,
    today: NaiveDate,
) -> Result<Authority> {
    let row = store::find_of_person(connection, person_index, id)?.ok_or(Code::MandateNotInForce)?;
    let status = MandateStatus::on(&row, today);
    if status != MandateStatus::Confirmed {
        return Err(Error::from(Code::MandateNotInForce).with("mandate_status", status.as_str()));
    }
    authority(keyring, row, true)
}

/// Returns this person's mandate with this id, whether in force or not: an officer must be able to reject an
/// application whose mandate has ended.
pub(crate) fn of_application(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person_index: &[u8],
    id: Uuid,
    today: NaiveDate,
) -> Result<Authority> {
    let row = store::find_any(connection, id)?.ok_or(Code::NotFound)?;
    let theirs = row.person_index == person_index;
    let in_force = theirs && MandateStatus::on(&row, today) == MandateStatus::Confirmed;
    authority(keyring, row, in_force)
}

fn authority(keyring: &Keyring, row: Mandate, in_force: bool) -> Result<Authority> {
    Ok(Authority {
        id: row.id,
        in_force,
        company: Represented::decrypt(keyring, &row)?,
        capacity: row.capacity,
        confirmed_by: row.confirmed_by,
        confirmed_at: row.decided_at.unwrap_or(row.created_at),
        company_index: row.company_index,
    })
}
