//! Bounds what one person applies for on behalf of others: each application takes an officer's time.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;

use super::ask::APPLIES_ALONE_FROM;
use super::matter::Capacity;
use super::store::{self, Application};
use crate::error::{Code, Error, Result};
use crate::person::{Cnp, Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::text::{At, Rule};

const CHILD_TOO_OLD: Rule = Rule::new(
    "child_too_old",
    "This person is 14 or older and applies for themselves, or by a power of attorney",
    "Persoana are cel puțin 14 ani și depune singură cererea, sau prin procură",
);

/// The rule of [`check_age`].
pub(super) const RULES: &[At] = &[("/on_behalf_of/cnp", CHILD_TOO_OLD)];

/// The most open applications.
const MOST_OPEN: i64 = 3;
/// Applications of one day.
const A_DAY: Limit = Limit::said("applications-for-others", 20, TimeDelta::days(1));

/// Checks the age of a child by its CNP. One whose century the CNP does not tell passes if it may be a child: an officer
/// looks at the papers.
///
/// # Errors
/// `child_too_old` at `/on_behalf_of/cnp`.
pub(super) fn check_age(cnp: &Cnp, capacity: Capacity, today: NaiveDate) -> Result<()> {
    let of_child = matches!(capacity, Capacity::Parent | Capacity::Guardian);
    let is_child = |born| today.years_since(born).unwrap_or_default() < APPLIES_ALONE_FROM;
    match cnp.birth_date() {
        Some(born) if of_child && !is_child(born) => Err(Error::invalid("/on_behalf_of/cnp", &CHILD_TOO_OLD)),
        _ => Ok(()),
    }
}

/// Counts an application on behalf of another, inside the transaction that has stored it. Counting locks the applicant's count,
/// so that two at once do not both find the last place.
///
/// # Errors
/// `too_many_open_applications`, `too_many_requests`.
pub(super) fn count(
    connection: &mut PgConnection,
    keyring: &Keyring,
    row: &Application,
    now: DateTime<Utc>,
) -> Result<()> {
    let key = keyring.index(Index::RATE_LIMIT_ON_BEHALF, &row.owner_index);
    rate_limit::count_in_order(connection, &[Counted::new(key, A_DAY)], now)?;
    if store::open_on_behalf(connection, &row.owner_index)? > MOST_OPEN {
        return Err(Code::TooManyOpenApplications.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn a_parent_applies_for_a_child_under_fourteen_alone() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let child = Cnp::parse("5240601700011").unwrap();
        let born = child.birth_date().unwrap();
        let birthday = born.with_year(born.year() + 14).unwrap();
        for capacity in [Capacity::Parent, Capacity::Guardian] {
            assert!(check_age(&child, capacity, birthday.pred_opt().unwrap()).is_ok());
            assert!(check_age(&child, capacity, birthday).is_err());
        }
        assert!(check_age(&child, Capacity::Attorney, birthday).is_ok());
        let foreign = Cnp::parse("7900315120018").unwrap();
        assert!(check_age(&foreign, Capacity::Parent, day("2026-11-27")).is_ok(), "its century is not told");
    }
}
