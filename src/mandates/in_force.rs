//! What an application of a legal person needs to know of a mandate.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::company::Represented;
use super::store::{self, Mandate};
use super::types::{Capacity, Confirmer, Status};
use crate::error::{Code, Error, Result};
use crate::person::{Cnp, Keyring};
use crate::registry::Company;

/// What a mandate gives its holder: the right to act for a company, as long as it is in force.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(crate) id: Uuid,
    pub(crate) in_force: bool,
    pub(crate) company: Represented,
    pub(crate) company_index: Vec<u8>,
    pub(crate) capacity: Capacity,
    pub(crate) confirmed_by: Option<Confirmer>,
    pub(crate) confirmed_at: DateTime<Utc>,
}

impl Authority {
    /// Whether the mandate still stands, now that the register was asked about its company. One that an officer confirmed
    /// does not depend on whom the register names.
    pub(crate) fn stands(&self, holder: &Cnp, company: &Company) -> bool {
        self.confirmed_by == Some(Confirmer::Officer) || company.names(holder)
    }

    /// Whether a company that does not name the holder says that the mandate has ended: it names others, each by their CNP, and
    /// says so since the mandate was confirmed. An empty list names nobody, one without a CNP may be anybody, and an older
    /// answer knows nothing of this holder yet.
    pub(crate) fn is_ended_by(&self, company: &Company) -> bool {
        company.names_each_by_cnp() && company.as_of > self.confirmed_at
    }
}

/// The mandate of this id, if it is in force on this day for this person.
///
/// # Errors
/// `mandate_not_in_force`: for one's own with where it stands, for anybody else's as if there were none.
pub(crate) fn in_force(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person_index: &[u8],
    id: Uuid,
    today: NaiveDate,
) -> Result<Authority> {
    let row = store::find_of_person(connection, person_index, id)?.ok_or(Code::MandateNotInForce)?;
    let status = Status::on(&row, today)?;
    if status != Status::Confirmed {
        return Err(Error::from(Code::MandateNotInForce).with("mandate_status", status.as_str()));
    }
    authority(keyring, row, true)
}

/// The mandate of this id, in force on this day for this person or not: for an officer, who can reject what was applied for
/// by one that has ended.
pub(crate) fn of_application(
    connection: &mut PgConnection,
    keyring: &Keyring,
    person_index: &[u8],
    id: Uuid,
    today: NaiveDate,
) -> Result<Authority> {
    let row = store::find_any(connection, id)?.ok_or(Code::NotFound)?;
    let theirs = row.person_index == person_index;
    let in_force = theirs && Status::on(&row, today)? == Status::Confirmed;
    authority(keyring, row, in_force)
}

fn authority(keyring: &Keyring, row: Mandate, in_force: bool) -> Result<Authority> {
    Ok(Authority {
        id: row.id,
        in_force,
        company: Represented::open(keyring, &row)?,
        capacity: Capacity::of(&row.capacity)?,
        confirmed_by: row.confirmed_by.as_deref().map(Confirmer::of).transpose()?,
        confirmed_at: row.decided_at.unwrap_or(row.created_at),
        company_index: row.company_index,
    })
}
