//! The properties that most test persons share.

use chrono::NaiveDate;

use super::types::{Address, IdentityDocument, IdentityDocumentType, Purpose, RegisterBehaviour, TestPerson};

/// The default of every test person: known, alive, without entries.
pub(super) const ORDINARY: TestPerson = TestPerson {
    id: "",
    cnp: "",
    family_name: "",
    given_name: "",
    previous_names: &[],
    father_given_name: "",
    mother_given_name: "",
    birth_date: NaiveDate::MIN,
    birth_county: "",
    birth_place: "",
    domicile: Address::new("", "", "", "", None),
    identity_document: IdentityDocument::new(IdentityDocumentType::IdentityCard, "", "", None),
    purpose: Purpose { ro: "", en: "" },
    entries: &[],
    deceased: false,
    civil_status_known: true,
    register: RegisterBehaviour::Answers,
    civil_status: RegisterBehaviour::Answers,
};

#[expect(clippy::panic, reason = "evaluated while compiling: a wrong date doesn't build")]
pub(super) const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such date"),
    }
}
