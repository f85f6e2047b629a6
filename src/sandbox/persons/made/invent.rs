//! Invents a CNP, names and a firm. CNPs are random, so that no two testers get the same one.

use chrono::{Datelike, NaiveDate, TimeDelta};
use ring::rand::{SecureRandom, SystemRandom};

use super::wanted::{AgeGroup, PersonWanted};
use crate::error::{Error, Result};
use crate::person::{Cnp, Cui};

const FAMILY_NAMES: [&str; 8] =
    ["Albu", "Brădeanu", "Corbeanu", "Dumbravă", "Frunză", "Lupașcu", "Pădureanu", "Zăvoianu"];
const MEN: [&str; 6] = ["Andrei", "Călin", "Emil", "Iosif", "Rareș", "Tiberiu"];
const WOMEN: [&str; 6] = ["Anca", "Delia", "Iulia", "Ruxandra", "Sânziana", "Viorica"];

/// An invented person: what the CNP says, and names.
pub(super) struct Invented {
    pub(super) cnp: Cnp,
    pub(super) birth_date: NaiveDate,
    pub(super) family_name: &'static str,
    pub(super) given_name: &'static str,
}

/// Returns a random number below a bound.
fn below(bound: u32) -> Result<u32> {
    let mut bytes = [0; 4];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("the system has no randomness"))?;
    Ok(u32::from_le_bytes(bytes) % bound.max(1))
}

fn one_of(names: &[&'static str]) -> Result<&'static str> {
    let at = usize::try_from(below(u32::try_from(names.len()).unwrap_or(1))?).unwrap_or(0);
    Ok(names.get(at).copied().unwrap_or_default())
}

/// Returns the days of life of the youngest and of the oldest person of an age group, well inside of its limits.
const fn days(age: AgeGroup) -> (u32, u32) {
    match age {
        AgeGroup::Adult => (19 * 366, 70 * 365),
        AgeGroup::Minor => (15 * 366, 17 * 365),
        AgeGroup::Child => (2 * 366, 13 * 365),
    }
}

/// Invents a person of the wanted age and residence, as of `today`.
pub(super) fn person(wanted: &PersonWanted, today: NaiveDate) -> Result<Invented> {
    let (youngest, oldest) = days(wanted.age);
    let lived = youngest + below(oldest - youngest)?;
    let birth_date = today - TimeDelta::days(i64::from(lived));
    let is_woman = below(2)? == 1;
    let sex = match (wanted.foreign, birth_date.year() < 2000) {
        (true, _) => 7,
        (false, true) => 1,
        (false, false) => 5,
    } + u32::from(is_woman);
    let digits = format!("{sex}{}{:02}{:03}", birth_date.format("%y%m%d"), 1 + below(46)?, 1 + below(999)?);
    let cnp = checked(&digits, |text| Cnp::parse(text).ok())?;
    let given_name = one_of(if is_woman { &WOMEN } else { &MEN })?;
    Ok(Invented { cnp, birth_date, family_name: one_of(&FAMILY_NAMES)?, given_name })
}

/// Invents a fiscal code; those that begin with 99 have not been issued.
pub(super) fn cui() -> Result<Cui> {
    let digits = format!("99{:06}", below(1_000_000)?);
    checked(&digits, |text| Cui::parse(text).ok())
}

/// Adds the check digit.
fn checked<T>(digits: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    let fitting = (0..10).find_map(|digit| parse(&format!("{digits}{digit}")));
    fitting.ok_or_else(|| Error::internal("no check digit fits an invented number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Sex;

    #[test]
    fn invented_persons_are_as_wanted_and_well_formed() {
        let today = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        for (age, years) in
            [(AgeGroup::Adult, 18..=70), (AgeGroup::Minor, 14..=17), (AgeGroup::Child, 1..=13)]
        {
            for foreign in [false, true] {
                let wanted = PersonWanted { age, foreign, ..PersonWanted::default() };
                for _ in 0..200 {
                    let person = person(&wanted, today).unwrap();
                    assert!(years.contains(&today.years_since(person.birth_date).unwrap()));
                    assert!(person.cnp.allows_birth_date(person.birth_date));
                    assert_eq!(person.cnp.is_foreign(), foreign);
                    let is_woman = WOMEN.contains(&person.given_name);
                    assert_eq!(person.cnp.sex() == Some(Sex::Female), is_woman);
                }
            }
        }
        assert!(cui().unwrap().as_str().starts_with("99"));
    }
}
