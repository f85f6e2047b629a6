//! Hungarian.

use super::Labels;

pub(in crate::document::eu_form) const HU: Labels = Labels {
    tag: "hu",
    state: "Románia",
    form: "Többnyelvű formanyomtatvány",
    subject: "Büntetlen előélet igazolása",
    basis: "Többnyelvű formanyomtatvány, az (EU) 2016/1191 rendelet 7. cikke",
    notice: "E formanyomtatvány egyetlen célja annak a közokiratnak a fordítását megkönnyíteni, amelyhez \
        csatolták. Önálló okiratként nem használható.",
    authorities: "Kiállító hatóságok",
    form_authority: "A formanyomtatványt kiállító hatóság",
    document_authority: "A közokiratot kiállító hatóság",
    document: "Közokirat",
    kind: "Az okirat címe",
    reference: "Hivatkozási szám",
    issued_on: "A kiállítás dátuma",
    valid_until: "Érvényes eddig",
    person: "Az érintett személy",
    surname: "Családi név",
    forenames: "Utónév (utónevek)",
    previous_surnames: "Korábbi családi név (nevek)",
    birth_date: "Születési idő (nn/hh/éééé)",
    birth_place: "Születési hely",
    personal_number: "Személyazonosító szám (CNP)",
    father: "Apja utóneve",
    mother: "Anyja utóneve",
    finding: "Bűnügyi nyilvántartás",
    finding_subject: "A kiállítás napján a fent megnevezett személy",
    no_record: "nem szerepel a romániai bűnügyi nyilvántartásban",
    verify: "Az okirat ellenőrzése",
    verify_how: "Olvassa be a QR-kódot, vagy nyissa meg az alábbi címet, és írja be a számot és az ellenőrző \
        kódot:",
    control_code: "Ellenőrző kód",
    seal: "Az okirat a kiállító hatóság elektronikus aláírását vagy bélyegzőjét ebben a fájlban \
        tartalmazza.",
    page: "{}. oldal, összesen {}",
};
