//! The import files as doors of the table of values.

use chrono::{TimeZone, Utc};
use csv::StringRecord;

use super::columns::{Line, Record, Subject};
use crate::doors::{Answer, Door};
use crate::registry::Register;

const CNP_OF_DOORS: &str = "2880514121171";

pub(crate) const NAME: Door = ("civil status file", |text| person("family_name", text));
pub(crate) const BIRTH_DATE: Door = ("civil status file", |text| person("birth_date", text));
pub(crate) const CNP: Door = ("criminal records file, cnp", |text| match entry("cnp", text)? {
    (Subject::Person(cnp), _) => Ok(cnp.as_str().to_owned()),
    (Subject::Company(_), _) => Err(None),
});
pub(crate) const TEXT: Door = ("criminal records file", |text| match entry("court", text)? {
    (_, Record::Entry(entry)) => Ok(entry.court.as_str().to_owned()),
    _ => Err(None),
});
pub(crate) const DATE_FINAL: Door = ("criminal records file", |text| match entry("date_final", text)? {
    (_, Record::Entry(entry)) => Ok(entry.date_final.to_string()),
    _ => Err(None),
});

fn read(
    register: Register,
    values: &[(&str, &str)],
    field: &str,
    text: &str,
) -> Result<(Subject, Record), Option<String>> {
    let value = |column: &&str| {
        let given = values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        if *column == field { text.to_owned() } else { given.to_owned() }
    };
    let line: StringRecord = register.columns().iter().map(value).collect::<Vec<_>>().into();
    match register.line(&line, Utc.with_ymd_and_hms(2026, 11, 26, 12, 0, 0).unwrap()) {
        (Line::Read(subject, record), None) => Ok((subject, record)),
        (_, rule) => Err(Some(rule.unwrap().code.to_owned())),
    }
}

fn entry(field: &str, text: &str) -> Result<(Subject, Record), Option<String>> {
    let values = [
        ("cnp", CNP_OF_DOORS),
        ("judgment", "Sentința 1"),
        ("court", "Judecătoria"),
        ("date_final", "2019-12-31"),
        ("offence", "Furt"),
        ("sanction", "Amendă"),
        ("status", "Executată"),
    ];
    read(Register::CriminalRecords, &values, field, text)
}

fn person(field: &str, text: &str) -> Answer {
    let values = [
        ("cnp", CNP_OF_DOORS),
        ("family_name", "Munteanu"),
        ("given_name", "Andreea"),
        ("birth_date", "1988-05-14"),
        ("birth_county", "Cluj"),
        ("birth_place", "Cluj-Napoca"),
        ("county", "Cluj"),
        ("locality", "Mărgău"),
        ("document_type", "identity_card"),
        ("document_number", "123456"),
        ("deceased", "false"),
        ("as_of", "2026-11-01T00:00:00Z"),
    ];
    match read(Register::CivilStatus, &values, field, text)? {
        (_, Record::Person(person)) if field == "birth_date" => Ok(person.birth_date.to_string()),
        (_, Record::Person(person)) => Ok(person.family_name.as_str().to_owned()),
        _ => Err(None),
    }
}

#[test]
fn real_people_pass() {
    // Addresses without street and house number, where other systems write placeholder letters and digits.
    assert_eq!(person("family_name", "Popescu").as_deref(), Ok("Popescu"));
    let twelve = "2790126264101 administrator;".repeat(13);
    let values = [
        ("cui", "12345674"),
        ("name", "Nouă S.R.L."),
        ("county", "Cluj"),
        ("locality", "Turda"),
        ("dissolved", "false"),
        ("as_of", "2026-11-01T00:00:00Z"),
    ];
    match read(Register::Companies, &values, "representatives", &twelve).unwrap() {
        (_, Record::Company(company)) => assert_eq!(company.representatives.len(), 13),
        _ => panic!("no company"),
    }
    let future = read(Register::Companies, &values, "as_of", "2027-01-01T00:00:00Z").err().unwrap();
    assert_eq!(future.as_deref(), Some("date_in_future"), "it would win over every later line");
}
