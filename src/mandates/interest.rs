//! Conflicts of interest: nobody decides about themselves, or about a company that they represent.

use diesel::pg::PgConnection;

use super::store;
use crate::accounts::Officer;
use crate::error::{Code, Result};
use crate::person::{Index, Keyring};
use crate::registry::Company;

/// Returns the keyed hashes of the officer's own person, by appointment and by proof of identity.
fn persons(officer: &Officer) -> impl Iterator<Item = &[u8]> {
    let account = &officer.caller.account;
    [&account.staff_person_index, &account.person_index].into_iter().flatten().map(Vec::as_slice)
}

/// Refuses an officer who holds or has requested a mandate of this company.
pub(crate) fn not_a_company_of_ones_own(
    connection: &mut PgConnection,
    officer: &Officer,
    company_index: &[u8],
) -> Result<()> {
    for person in persons(officer) {
        if store::is_open_between(connection, person, company_index)? {
            return Err(Code::OwnApplication.into());
        }
    }
    Ok(())
}

/// Refuses an officer whom the company register lists as a representative.
pub(crate) fn not_named(keyring: &Keyring, officer: &Officer, company: Option<&Company>) -> Result<()> {
    let representatives = company.map(|company| company.representatives.as_slice()).unwrap_or_default();
    for cnp in representatives.iter().filter_map(|representative| representative.cnp.as_ref()) {
        let index = keyring.index(Index::PERSON_CNP, cnp.as_str().as_bytes());
        if persons(officer).any(|person| person == index) {
            return Err(Code::OwnApplication.into());
        }
    }
    Ok(())
}
