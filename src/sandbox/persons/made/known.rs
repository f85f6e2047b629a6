//! The made persons that this process has met. A process reads them from the database when it first meets them.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Duration;

use uuid::Uuid;

use super::person::{PREFIX, id_of, row_of, row_of_firm};
use super::store;
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::person::{Cnp, Cui, Keyring};
use crate::sandbox::companies::TestCompany;
use crate::sandbox::persons::TestPerson;

/// The largest number of made persons that a process meets. They live as long as it, as the others do, so without a bound
/// whoever makes persons would fill its memory.
const MOST: usize = 10_000;

/// When to ask again once it has met them: whoever runs it starts it again.
const FULL_FOR: Duration = Duration::from_secs(3600);

/// By id, by CNP, and the firms by fiscal code.
#[derive(Default)]
struct Known {
    persons: HashMap<&'static str, &'static TestPerson>,
    companies: HashMap<&'static str, &'static TestCompany>,
}

impl Known {
    /// Fails if nobody more is met; each person is here by id and by CNP.
    fn room(&self, most: usize) -> Result<()> {
        let is_full = self.persons.len() >= 2 * most;
        if is_full { Err(Error::from(Code::TooManyRequests).retry_after(FULL_FOR)) } else { Ok(()) }
    }
}

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// Finds a made person by id or CNP.
pub(in crate::sandbox) fn find(id_or_cnp: &str) -> Option<&'static TestPerson> {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).persons.get(id_or_cnp).copied()
}

/// Finds the firm of a made person.
pub(in crate::sandbox) fn company(cui: &str) -> Option<&'static TestCompany> {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).companies.get(cui).copied()
}

/// Checks that this process can meet one more.
///
/// # Errors
/// Fails if it has met as many as it can.
pub(in crate::sandbox) fn room() -> Result<()> {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).room(MOST)
}

/// Reads the person of this id, CNP, or fiscal code of a firm, if one was made; an outcome after the id
/// (`<id>:<outcome>`) does not matter. [`find`] and [`company`] find them from then on.
///
/// # Errors
/// Fails if the database cannot be read, or if there is such a person and this process can meet nobody more: that is not to
/// be taken for nobody.
pub(in crate::sandbox) async fn learn(db: &Db, keyring: &Keyring, name: &str) -> Result<()> {
    let name = name.split_once(':').map_or(name, |(id, _)| id);
    if find(name).is_some() || company(name).is_some() {
        return Ok(());
    }
    let Some(row) = row(keyring, name) else { return Ok(()) };
    let Some((id, encrypted)) = db.read(move |c| store::find(c, row)).await? else { return Ok(()) };
    meet(keyring, id, &encrypted).map(drop)
}

/// Reads the newest persons, as far as this process can meet them.
///
/// # Errors
/// Fails if the database cannot be read.
pub(in crate::sandbox) async fn newest(db: &Db, keyring: &Keyring) -> Result<Vec<&'static TestPerson>> {
    let rows = db.read(store::newest).await?;
    let is_met = |id: Uuid| room().is_ok() || find(&id_of(id)).is_some();
    let met = rows.iter().filter(|(id, _)| is_met(*id));
    met.map(|(id, encrypted)| meet(keyring, *id, encrypted)).collect()
}

fn meet(keyring: &Keyring, id: Uuid, encrypted: &[u8]) -> Result<&'static TestPerson> {
    if let Some(person) = find(&id_of(id)) {
        return Ok(person);
    }
    room()?;
    let (person, company) = store::decrypt(keyring, id, encrypted)?.into_test_person(id);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.persons.insert(person.id, person);
    known.persons.insert(person.cnp, person);
    known.companies.extend(company.map(|company| (company.cui, company)));
    Ok(person)
}

fn row(keyring: &Keyring, name: &str) -> Option<Uuid> {
    if let Some(id) = name.strip_prefix(PREFIX) {
        return Uuid::parse_str(id).ok();
    }
    let cnp = Cnp::parse(name).ok().map(|cnp| row_of(keyring, &cnp));
    cnp.or_else(|| Cui::parse(name).ok().map(|cui| row_of_firm(keyring, &cui)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::persons;

    #[test]
    fn the_number_of_persons_in_memory_is_bounded() {
        let mut known = Known::default();
        for person in &persons::all()[..2] {
            known.room(2).unwrap();
            known.persons.insert(person.id, person);
            known.persons.insert(person.cnp, person);
        }
        assert_eq!(known.room(2).unwrap_err().code(), Code::TooManyRequests);
        known.room(3).unwrap();
    }
}
