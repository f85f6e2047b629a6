//! Persons about whom a register does not answer, or answers unusably. All are invented.

use super::ordinary::{ORDINARY, date};
use super::types::IdentityDocumentType::IdentityCard;
use super::types::{Address, IdentityDocument, Purpose, RegisterBehaviour, TestPerson};

pub(super) const REGISTER_FAILING: TestPerson = TestPerson {
    id: "register-failing",
    cnp: "2870218031131",
    family_name: "Drăgan",
    given_name: "Mihaela",
    father_given_name: "Viorel",
    mother_given_name: "Lucia",
    birth_date: date(1987, 2, 18),
    birth_county: "Argeș",
    birth_place: "Pitești",
    domicile: Address::new("Argeș", "Pitești", "Str. Crinului", "7", None),
    identity_document: IdentityDocument::new(IdentityCard, "AS", "315208", Some(date(2031, 2, 18))),
    purpose: Purpose { ro: "Registrul răspunde cu o eroare", en: "The register answers with an error" },
    register: RegisterBehaviour::Failing,
    ..ORDINARY
};

pub(super) const REGISTER_MALFORMED: TestPerson = TestPerson {
    id: "register-malformed",
    cnp: "1790709102076",
    family_name: "Barbu",
    given_name: "Cosmin",
    father_given_name: "Anton",
    mother_given_name: "Maricica",
    birth_date: date(1979, 7, 9),
    birth_county: "Buzău",
    birth_place: "Râmnicu Sărat",
    domicile: Address::new("Buzău", "Buzău", "Bd. Unirii", "140", None),
    identity_document: IdentityDocument::new(IdentityCard, "XZ", "618833", Some(date(2031, 7, 9))),
    purpose: Purpose {
        ro: "Registrul trimite jumătate de document",
        en: "The register sends half a document",
    },
    register: RegisterBehaviour::Malformed,
    ..ORDINARY
};

pub(super) const REGISTER_BAD_DIGEST: TestPerson = TestPerson {
    id: "register-bad-digest",
    cnp: "2961130381267",
    family_name: "Manea",
    given_name: "Teodora",
    father_given_name: "Costel",
    mother_given_name: "Daniela",
    birth_date: date(1996, 11, 30),
    birth_county: "Vâlcea",
    birth_place: "Drăgășani",
    domicile: Address::new("Vâlcea", "Râmnicu Vâlcea", "Calea lui Traian", "88", None),
    identity_document: IdentityDocument::new(IdentityCard, "VX", "204917", Some(date(2031, 11, 30))),
    purpose: Purpose {
        ro: "Registrul trimite alt document decât cel semnalat",
        en: "The register sends another document than its digest says",
    },
    register: RegisterBehaviour::BadDigest,
    ..ORDINARY
};

pub(super) const REGISTER_WRONG_PERSON: TestPerson = TestPerson {
    id: "register-wrong-person",
    cnp: "1650403173187",
    family_name: "Sava",
    given_name: "Eugen",
    father_given_name: "Gavril",
    mother_given_name: "Zoe",
    birth_date: date(1965, 4, 3),
    birth_county: "Galați",
    birth_place: "Tecuci",
    domicile: Address::new("Galați", "Galați", "Str. Brăilei", "211", None),
    identity_document: IdentityDocument::new(IdentityCard, "GL", "770421", Some(date(2031, 4, 3))),
    purpose: Purpose {
        ro: "Registrul răspunde despre altcineva",
        en: "The register answers about somebody else",
    },
    register: RegisterBehaviour::WrongPerson,
    ..ORDINARY
};

pub(super) const CIVIL_STATUS_AWAY: TestPerson = TestPerson {
    id: "civil-status-away",
    cnp: "2900827331446",
    family_name: "Rusu",
    given_name: "Loredana",
    father_given_name: "Toader",
    mother_given_name: "Aglaia",
    birth_date: date(1990, 8, 27),
    birth_county: "Suceava",
    birth_place: "Rădăuți",
    domicile: Address::new("Suceava", "Suceava", "Str. Ștefan cel Mare", "36", None),
    identity_document: IdentityDocument::new(IdentityCard, "XV", "153392", Some(date(2031, 8, 27))),
    purpose: Purpose {
        ro: "Registrul de evidență a persoanelor nu răspunde",
        en: "The population register doesn't answer",
    },
    civil_status: RegisterBehaviour::Away,
    ..ORDINARY
};
