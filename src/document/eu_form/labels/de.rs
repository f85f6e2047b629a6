//! German.

use super::Labels;

pub(in crate::document::eu_form) const DE: Labels = Labels {
    tag: "de",
    state: "Rumänien",
    form: "Mehrsprachiges Formular",
    subject: "Vorstrafenfreiheit",
    basis: "Mehrsprachiges Formular, Artikel 7 der Verordnung (EU) 2016/1191",
    notice: "Dieses Formular dient allein dazu, die Übersetzung der öffentlichen Urkunde zu erleichtern, \
        der es beigefügt ist. Es wird nicht als eigenständige Urkunde verwendet.",
    authorities: "Ausstellende Behörden",
    form_authority: "Behörde, die das Formular ausstellt",
    document_authority: "Behörde, die die öffentliche Urkunde ausstellt",
    document: "Öffentliche Urkunde",
    kind: "Titel der Urkunde",
    reference: "Bezugsnummer",
    issued_on: "Ausstellungsdatum",
    valid_until: "Gültig bis",
    person: "Betroffene Person",
    surname: "Familienname",
    forenames: "Vorname(n)",
    previous_surnames: "Frühere(r) Familienname(n)",
    birth_date: "Geburtsdatum (TT/MM/JJJJ)",
    birth_place: "Geburtsort",
    personal_number: "Persönliche Identifikationsnummer (CNP)",
    father: "Vorname des Vaters",
    mother: "Vorname der Mutter",
    finding: "Strafregister",
    finding_subject: "Am Tag der Ausstellung ist die oben genannte Person",
    no_record: "im rumänischen Strafregister nicht eingetragen",
    verify: "Dieses Dokument prüfen",
    verify_how: "Scannen Sie den QR-Code, oder öffnen Sie die Adresse unten und geben Sie Nummer und \
        Kontrollcode ein:",
    control_code: "Kontrollcode",
    seal: "Das Dokument trägt die elektronische Signatur oder das elektronische Siegel der ausstellenden \
        Behörde, in dieser Datei.",
    page: "Seite {} von {}",
};
