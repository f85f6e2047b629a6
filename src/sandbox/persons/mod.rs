//! The test persons: invented, each made for one case that the service must handle.
//!
//! The simulated Ghișeul lets anybody log in as one of them, and the development registers are filled from the same
//! list, so that all three agree. None of them exists; their CNPs are well formed (check digit, birth date, sex).
//!
//! | File | What lives there |
//! | --- | --- |
//! | `cast` | the list of all test persons: begin here |
//! | `ordinary` | the properties that most of them share |
//! | `troubled` `representatives` | persons whom a register fails, and who act for companies; `cast` lists them too |
//! | `entries` | the register's entries about them |
//! | `made` `make` | persons made on demand; `POST /sandbox/persons` |

mod cast;
mod entries;
mod handlers;
pub(in crate::sandbox) mod made;
mod make;
mod ordinary;
mod representatives;
mod troubled;
mod types;

pub(in crate::sandbox) use entries::ENTRIES_OF_A_COMPANY;
pub use handlers::{__path_list_test_persons, list_test_persons};
pub(in crate::sandbox) use make::make_person;
pub use types::{
    Address, IdentityDocument, IdentityDocumentType, Purpose, RegisterBehaviour, TestEntry, TestPerson,
    TestPersonItem, TestPersonList,
};

/// Returns every test person; the first is `clean`, the one to begin with.
#[must_use]
pub fn all() -> &'static [TestPerson] {
    cast::CAST
}

/// Finds the test person with this id; a made one once this process has met them (`made::learn`).
#[must_use]
pub fn by_id(id: &str) -> Option<&'static TestPerson> {
    all().iter().find(|person| person.id == id).or_else(|| made::find(id))
}

/// Finds the test person with this CNP, as [`by_id`].
#[must_use]
pub fn by_cnp(cnp: &str) -> Option<&'static TestPerson> {
    all().iter().find(|person| person.cnp == cnp).or_else(|| made::find(cnp))
}

#[cfg(test)]
mod tests;
