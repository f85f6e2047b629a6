//! English.

use super::Labels;

pub(in crate::document::eu_form) const EN: Labels = Labels {
    tag: "en",
    state: "Romania",
    form: "Multilingual standard form",
    subject: "Absence of a criminal record",
    basis: "Multilingual standard form, Article 7 of Regulation (EU) 2016/1191",
    notice: "The sole purpose of this form is to make the translation of the public document to which it is \
        attached easier. It does not circulate as a document of its own.",
    authorities: "Issuing authorities",
    form_authority: "Authority issuing the form",
    document_authority: "Authority issuing the public document",
    document: "Public document",
    kind: "Title of the document",
    reference: "Reference number",
    issued_on: "Date of issue",
    valid_until: "Valid until",
    person: "Person concerned",
    surname: "Surname",
    forenames: "Forename(s)",
    previous_surnames: "Previous surname(s)",
    birth_date: "Date of birth (dd/mm/yyyy)",
    birth_place: "Place of birth",
    personal_number: "Personal identification number (CNP)",
    father: "Father's forename",
    mother: "Mother's forename",
    finding: "Criminal record",
    finding_subject: "On the date of issue, the person named above",
    no_record: "has no criminal record in Romania",
    verify: "Verify this document",
    verify_how: "Scan the QR code, or open the address below and enter the number and the control code:",
    control_code: "Control code",
    seal: "The document bears the electronic signature or seal of the issuing authority, in this file.",
    page: "Page {} of {}",
};
