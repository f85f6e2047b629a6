//! The cast itself. All of it is invented.

use chrono::NaiveDate;

use super::types::IdentityDocumentType::{
    BirthCertificate, ElectronicIdentityCard, IdentityCard, ResidencePermit,
};
use super::types::{
    Address, IdentityDocument, IdentityDocumentType, Purpose, RegisterBehaviour, TestEntry, TestPerson,
};

/// Whom every test person is unless their own lines say otherwise: known, alive, without entries.
const ORDINARY: TestPerson = TestPerson {
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
    domicile: address("", "", "", "", None),
    identity_document: document(IdentityCard, "", "", None),
    purpose: Purpose { ro: "", en: "" },
    entries: &[],
    deceased: false,
    civil_status_known: true,
    register: RegisterBehaviour::Answers,
};

const ENTRIES: &[TestEntry] = &[
    TestEntry {
        judgment: "Sentința penală nr. 214/2019",
        court: "Judecătoria Craiova",
        date_final: date(2019, 6, 11),
        offence: "Conducerea unui vehicul sub influența alcoolului (art. 336 alin. 1 Cod penal)",
        sanction: "1 an și 2 luni închisoare, cu suspendarea executării sub supraveghere",
        status: "Termen de supraveghere împlinit",
    },
    TestEntry {
        judgment: "Decizia penală nr. 87/A/2023",
        court: "Curtea de Apel Craiova",
        date_final: date(2023, 2, 20),
        offence: "Distrugere (art. 253 alin. 1 Cod penal)",
        sanction: "Amendă penală, 4.000 lei",
        status: "Executată",
    },
];

pub(super) static CAST: &[TestPerson] = &[
    TestPerson {
        id: "clean",
        cnp: "2880514121171",
        family_name: "Munteanu",
        given_name: "Andreea",
        father_given_name: "Gheorghe",
        mother_given_name: "Elena",
        birth_date: date(1988, 5, 14),
        birth_county: "Cluj",
        birth_place: "Cluj-Napoca",
        domicile: address("Cluj", "Cluj-Napoca", "Str. Horea", "14", Some(("A", "12"))),
        identity_document: document(IdentityCard, "CJ", "482913", Some(date(2031, 5, 14))),
        purpose: Purpose { ro: "Fără înscrieri: calea obișnuită", en: "No entries: the ordinary way" },
        ..ORDINARY
    },
    TestPerson {
        id: "clean-2",
        cnp: "1751102404820",
        family_name: "Dobrescu",
        given_name: "Marian",
        father_given_name: "Ion",
        mother_given_name: "Maria",
        birth_date: date(1975, 11, 2),
        birth_county: "București",
        birth_place: "București",
        domicile: address("București", "București", "Bd. Timișoara", "73", Some(("P14", "45"))),
        identity_document: document(IdentityCard, "RX", "730215", Some(date(2030, 11, 2))),
        purpose: Purpose { ro: "Fără înscrieri", en: "No entries" },
        ..ORDINARY
    },
    TestPerson {
        id: "clean-3",
        cnp: "6010823222031",
        family_name: "Țîrlea-Brâncoveanu",
        given_name: "Ștefania-Ioana Mădălina",
        father_given_name: "Ștefăniță",
        mother_given_name: "Mărioara",
        birth_date: date(2001, 8, 23),
        birth_county: "Iași",
        birth_place: "Pașcani",
        domicile: address("Iași", "Pașcani", "Str. Ștefan cel Mare și Sfânt", "8 bis", None),
        identity_document: document(ElectronicIdentityCard, "MZ", "104772", Some(date(2034, 8, 23))),
        purpose: Purpose {
            ro: "Fără înscrieri; nume duble, cu toate diacriticele",
            en: "No entries; double names with every Romanian letter",
        },
        ..ORDINARY
    },
    TestPerson {
        id: "clean-4",
        cnp: "1570209350644",
        family_name: "Crăciunescu",
        given_name: "Aurel",
        father_given_name: "Petru",
        mother_given_name: "Floarea",
        birth_date: date(1957, 2, 9),
        birth_county: "Timiș",
        birth_place: "Lugoj",
        domicile: address("Timiș", "Lugoj", "Str. Făgetului", "31", None),
        identity_document: document(IdentityCard, "TZ", "218640", Some(date(2062, 2, 9))),
        purpose: Purpose { ro: "Fără înscrieri; vârstnic", en: "No entries; elderly" },
        ..ORDINARY
    },
    TestPerson {
        id: "clean-5",
        cnp: "2940630273181",
        family_name: "Ionescu",
        given_name: "Cristina",
        previous_names: &["Apetrei"],
        father_given_name: "Vasile",
        mother_given_name: "Ana",
        birth_date: date(1994, 6, 30),
        birth_county: "Neamț",
        birth_place: "Piatra-Neamț",
        domicile: address("Ilfov", "Voluntari", "Șos. Pipera", "42", Some(("C2", "118"))),
        identity_document: document(ElectronicIdentityCard, "IF", "550318", Some(date(2033, 6, 30))),
        purpose: Purpose {
            ro: "Fără înscrieri; alt nume înainte de căsătorie",
            en: "No entries; another name before marriage",
        },
        ..ORDINARY
    },
    TestPerson {
        id: "with-entries",
        cnp: "1820317162551",
        family_name: "Stoica",
        given_name: "Florin",
        father_given_name: "Nicolae",
        mother_given_name: "Ioana",
        birth_date: date(1982, 3, 17),
        birth_county: "Dolj",
        birth_place: "Craiova",
        domicile: address("Dolj", "Craiova", "Str. Brestei", "105", None),
        identity_document: document(IdentityCard, "DX", "613407", Some(date(2029, 3, 17))),
        purpose: Purpose {
            ro: "Cu înscrieri în cazierul judiciar",
            en: "With entries in the criminal record",
        },
        entries: ENTRIES,
        ..ORDINARY
    },
    TestPerson {
        id: "register-slow",
        cnp: "2691205080911",
        family_name: "Bălan",
        given_name: "Rodica",
        father_given_name: "Constantin",
        mother_given_name: "Victoria",
        birth_date: date(1969, 12, 5),
        birth_county: "Brașov",
        birth_place: "Făgăraș",
        domicile: address("Brașov", "Făgăraș", "Str. Vasile Alecsandri", "3", Some(("12", "7"))),
        identity_document: document(IdentityCard, "BV", "927351", Some(date(2028, 12, 5))),
        purpose: Purpose { ro: "Registrul răspunde târziu", en: "The register answers late" },
        register: RegisterBehaviour::Slow,
        ..ORDINARY
    },
    TestPerson {
        id: "register-away",
        cnp: "1910921133778",
        family_name: "Cojocaru",
        given_name: "Răzvan",
        father_given_name: "Mihai",
        mother_given_name: "Lenuța",
        birth_date: date(1991, 9, 21),
        birth_county: "Constanța",
        birth_place: "Mangalia",
        domicile: address("Constanța", "Mangalia", "Str. Portului", "19", None),
        identity_document: document(IdentityCard, "KT", "346190", Some(date(2030, 9, 21))),
        purpose: Purpose { ro: "Registrul nu răspunde", en: "The register doesn't answer" },
        register: RegisterBehaviour::Away,
        ..ORDINARY
    },
    TestPerson {
        id: "unknown-civil-status",
        cnp: "2850411321404",
        family_name: "Oprea",
        given_name: "Simona",
        father_given_name: "Traian",
        mother_given_name: "Silvia",
        birth_date: date(1985, 4, 11),
        birth_county: "Sibiu",
        birth_place: "Mediaș",
        domicile: address("Sibiu", "Mediaș", "Str. Stadionului", "27", Some(("4", "20"))),
        identity_document: document(IdentityCard, "SB", "571826", Some(date(2029, 4, 11))),
        purpose: Purpose {
            ro: "Necunoscută în datele de stare civilă", en: "Unknown to civil status data"
        },
        civil_status_known: false,
        ..ORDINARY
    },
    TestPerson {
        id: "deceased",
        cnp: "1410728040291",
        family_name: "Ungureanu",
        given_name: "Neculai",
        father_given_name: "Dumitru",
        mother_given_name: "Paraschiva",
        birth_date: date(1941, 7, 28),
        birth_county: "Bacău",
        birth_place: "Comănești",
        domicile: address("Bacău", "Comănești", "Str. Ciobănuș", "56", None),
        identity_document: document(IdentityCard, "XC", "409238", Some(date(2055, 7, 28))),
        purpose: Purpose {
            ro: "Decedat, după datele de stare civilă", en: "Deceased, by civil status data"
        },
        deceased: true,
        ..ORDINARY
    },
    TestPerson {
        id: "minor",
        cnp: "5110304291715",
        family_name: "Nedelcu",
        given_name: "David",
        father_given_name: "Cătălin",
        mother_given_name: "Gabriela",
        birth_date: date(2011, 3, 4),
        birth_county: "Prahova",
        birth_place: "Ploiești",
        domicile: address("Prahova", "Ploiești", "Aleea Școlarilor", "2", Some(("31B", "9"))),
        identity_document: document(ElectronicIdentityCard, "PH", "200417", Some(date(2029, 3, 4))),
        purpose: Purpose { ro: "Minor de 15 ani: poate cere singur", en: "Aged 15: may apply alone" },
        ..ORDINARY
    },
    TestPerson {
        id: "child",
        cnp: "6161019510120",
        family_name: "Preda",
        given_name: "Sofia",
        father_given_name: "Adrian",
        mother_given_name: "Irina",
        birth_date: date(2016, 10, 19),
        birth_county: "Călărași",
        birth_place: "Oltenița",
        domicile: address("Călărași", "Oltenița", "Str. Argeșului", "64", None),
        identity_document: document(BirthCertificate, "CK", "185022", None),
        purpose: Purpose {
            ro: "Copil sub 14 ani: cere părintele sau tutorele",
            en: "Under 14: a parent or guardian applies",
        },
        ..ORDINARY
    },
    TestPerson {
        id: "foreigner",
        cnp: "7900315120026",
        family_name: "Lindqvist",
        given_name: "Oskar Emil",
        father_given_name: "Henrik",
        mother_given_name: "Astrid",
        birth_date: date(1990, 3, 15),
        birth_county: "Suedia",
        birth_place: "Uppsala",
        domicile: address("Cluj", "Cluj-Napoca", "Str. Observatorului", "109", Some(("OS2", "33"))),
        identity_document: document(ResidencePermit, "", "RO0738215", Some(date(2030, 1, 31))),
        purpose: Purpose {
            ro: "Cetățean străin rezident (CNP cu S=7)",
            en: "Foreign resident (CNP with S=7)",
        },
        ..ORDINARY
    },
    TestPerson {
        id: "representative",
        cnp: "2790126264101",
        family_name: "Szabó-Moldovan",
        given_name: "Izabella Katalin",
        father_given_name: "László",
        mother_given_name: "Erzsébet",
        birth_date: date(1979, 1, 26),
        birth_county: "Mureș",
        birth_place: "Târgu Mureș",
        domicile: address("Mureș", "Târgu Mureș", "Str. Gheorghe Doja", "88", None),
        identity_document: document(IdentityCard, "ZS", "306574", Some(date(2030, 1, 26))),
        purpose: Purpose {
            ro: "Reprezentanta unei firme (CUI 12345674)",
            en: "Represents a firm (CUI 12345674)",
        },
        ..ORDINARY
    },
    TestPerson {
        id: "r10",
        cnp: "1900515400031",
        family_name: "Vlad",
        given_name: "Sorin",
        father_given_name: "Ilie",
        mother_given_name: "Georgeta",
        birth_date: date(1990, 5, 15),
        birth_county: "București",
        birth_place: "București",
        domicile: address("București", "București", "Calea Moșilor", "211", Some(("3", "16"))),
        identity_document: document(IdentityCard, "RK", "158849", Some(date(2030, 5, 15))),
        purpose: Purpose {
            ro: "Fără înscrieri; CNP cu restul 10 la cifra de control",
            en: "No entries; CNP whose check digit has remainder 10",
        },
        ..ORDINARY
    },
];

const fn address(
    county: &'static str,
    locality: &'static str,
    street: &'static str,
    number: &'static str,
    building_and_flat: Option<(&'static str, &'static str)>,
) -> Address {
    let (building, flat) = match building_and_flat {
        Some((building, flat)) => (Some(building), Some(flat)),
        None => (None, None),
    };
    Address { county, locality, street, number, building, flat }
}

const fn document(
    kind: IdentityDocumentType,
    series: &'static str,
    number: &'static str,
    expires_on: Option<NaiveDate>,
) -> IdentityDocument {
    IdentityDocument { kind, series, number, expires_on }
}

#[expect(clippy::panic, reason = "evaluated while compiling: a wrong date doesn't build")]
const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such date"),
    }
}
