//! Romanian.

use super::Labels;

pub(in crate::document::eu_form) const RO: Labels = Labels {
    tag: "ro",
    state: "România",
    form: "Formular standard multilingv",
    subject: "Absența cazierului judiciar",
    basis: "Formular standard multilingv, articolul 7 din Regulamentul (UE) 2016/1191",
    notice: "Singurul scop al acestui formular este de a ușura traducerea documentului oficial la care este \
        atașat. Nu circulă ca document de sine stătător.",
    authorities: "Autoritățile emitente",
    form_authority: "Autoritatea care emite formularul",
    document_authority: "Autoritatea care emite documentul oficial",
    document: "Documentul oficial",
    kind: "Titlul documentului",
    reference: "Număr de referință",
    issued_on: "Data emiterii",
    valid_until: "Valabil până la",
    person: "Persoana în cauză",
    surname: "Nume de familie",
    forenames: "Prenume",
    previous_surnames: "Nume purtate anterior",
    birth_date: "Data nașterii (zz/ll/aaaa)",
    birth_place: "Locul nașterii",
    personal_number: "Număr personal de identificare (CNP)",
    father: "Prenumele tatălui",
    mother: "Prenumele mamei",
    finding: "Mențiunea din cazierul judiciar",
    finding_subject: "La data emiterii, persoana de mai sus",
    no_record: "nu este înscrisă în cazierul judiciar din România",
    verify: "Verificați acest document",
    verify_how: "Scanați codul QR sau deschideți adresa de mai jos și scrieți numărul și codul de control:",
    control_code: "Cod de control",
    seal: "Documentul poartă semnătura sau sigiliul electronic al autorității emitente, în acest fișier.",
    page: "Pagina {} din {}",
};
