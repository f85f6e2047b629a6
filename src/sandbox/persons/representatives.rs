//! Persons who act for companies: one listed in the company register, and one not. Both are invented.

use super::ordinary::{ORDINARY, date};
use super::types::IdentityDocumentType::IdentityCard;
use super::types::{Address, IdentityDocument, Purpose, TestPerson};

pub(super) const REPRESENTATIVE: TestPerson = TestPerson {
    id: "representative",
    cnp: "2790126264101",
    family_name: "Szabó-Moldovan",
    given_name: "Izabella Katalin",
    father_given_name: "László",
    mother_given_name: "Erzsébet",
    birth_date: date(1979, 1, 26),
    birth_county: "Mureș",
    birth_place: "Târgu Mureș",
    domicile: Address::new("Mureș", "Târgu Mureș", "Str. Gheorghe Doja", "88", None),
    identity_document: IdentityDocument::new(IdentityCard, "ZS", "306574", Some(date(2030, 1, 26))),
    purpose: Purpose {
        ro: "Reprezentanta unor firme (CUI 12345674 și altele)",
        en: "Represents firms (CUI 12345674 and others)",
    },
    ..ORDINARY
};

pub(super) const ATTORNEY: TestPerson = TestPerson {
    id: "attorney",
    cnp: "1830612121239",
    family_name: "Lupescu",
    given_name: "Radu",
    father_given_name: "Horia",
    mother_given_name: "Sanda",
    birth_date: date(1983, 6, 12),
    birth_county: "Cluj",
    birth_place: "Turda",
    domicile: Address::new("Cluj", "Turda", "Str. Salinelor", "5", None),
    identity_document: IdentityDocument::new(IdentityCard, "KX", "517204", Some(date(2031, 6, 12))),
    purpose: Purpose {
        ro: "Împuternicit: registrul comerțului nu îl numește la nicio firmă",
        en: "By power of attorney: the company register names him for no firm",
    },
    ..ORDINARY
};
