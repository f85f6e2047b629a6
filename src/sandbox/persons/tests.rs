use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::{RegisterBehaviour, TestPerson, all, by_cnp, by_id};

/// Computed independently, so that the list and the crate's parser cannot share a mistake.
fn check_digit(cnp: &str) -> u32 {
    let weights = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];
    let sum: u32 = cnp.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    if sum % 11 == 10 { 1 } else { sum % 11 }
}

/// Born 1900–1999, 2000–2099, or a foreign resident, whose code does not give the century.
fn coded_century(cnp: &str) -> Option<i32> {
    match &cnp[..1] {
        "1" | "2" => Some(1900),
        "5" | "6" => Some(2000),
        "7" | "8" => None,
        other => panic!("unexpected first digit {other}"),
    }
}

fn age_on(person: &TestPerson, day: NaiveDate) -> u32 {
    day.years_since(person.birth_date).unwrap()
}

#[test]
fn every_cnp_is_well_formed_and_agrees_with_the_birth_date() {
    for person in all() {
        let cnp = person.cnp;
        assert!(cnp.len() == 13 && cnp.bytes().all(|byte| byte.is_ascii_digit()), "{}", person.id);
        assert_eq!(check_digit(cnp), cnp[12..].parse::<u32>().unwrap(), "{}", person.id);
        assert_eq!(cnp[1..7], person.birth_date.format("%y%m%d").to_string(), "{}", person.id);
        assert!((1..=999).contains(&cnp[9..12].parse::<u32>().unwrap()), "{}", person.id);
        if let Some(century) = coded_century(cnp) {
            assert_eq!(person.birth_date.year() / 100 * 100, century, "{}", person.id);
        }
    }
}

/// Among these persons, as mostly in Romanian, women's given names end in `a` and men's do not.
#[test]
fn every_cnp_agrees_with_the_sex() {
    for person in all() {
        let first = person.given_name.split([' ', '-']).next().unwrap();
        let coded_female = person.cnp[..1].parse::<u32>().unwrap().is_multiple_of(2);
        assert_eq!(coded_female, first.ends_with('a'), "{}", person.id);
    }
}

#[test]
fn ids_and_cnps_are_unique_and_found() {
    let ids: HashSet<_> = all().iter().map(|person| person.id).collect();
    let cnps: HashSet<_> = all().iter().map(|person| person.cnp).collect();
    assert_eq!((ids.len(), cnps.len()), (all().len(), all().len()));
    for person in all() {
        assert_eq!(by_id(person.id).unwrap().cnp, person.cnp);
        assert_eq!(by_cnp(person.cnp).unwrap().id, person.id);
    }
    assert!(by_id("nobody").is_none() && by_cnp("").is_none());
}

#[test]
fn each_case_is_what_its_name_says() {
    let person = |id: &str| by_id(id).unwrap();
    let this_year = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    assert_eq!(all()[0].id, "clean");
    assert!(!person("with-entries").entries.is_empty());
    assert_eq!(person("register-slow").register, RegisterBehaviour::Slow);
    assert_eq!(person("register-away").register, RegisterBehaviour::Away);
    assert!(!person("unknown-civil-status").civil_status_known);
    assert!(person("deceased").deceased);
    assert_eq!(age_on(person("minor"), this_year), 15);
    assert!(age_on(person("child"), this_year) < 14);
    assert!(person("foreigner").cnp.starts_with('7'));
    for id in ["clean", "clean-2", "clean-3", "clean-4", "clean-5", "r10"] {
        let clean = person(id);
        assert!(clean.entries.is_empty() && clean.civil_status_known && !clean.deceased, "{id}");
        assert_eq!(clean.register, RegisterBehaviour::Answers, "{id}");
    }
}

#[test]
fn debug_shows_no_cnp() {
    for person in all() {
        assert!(!format!("{person:?}").contains(person.cnp));
    }
}
