//! Spanish.

use super::Labels;

pub(in crate::document::eu_form) const ES: Labels = Labels {
    tag: "es",
    state: "Rumanía",
    form: "Impreso estándar multilingüe",
    subject: "Ausencia de antecedentes penales",
    basis: "Impreso estándar multilingüe, artículo 7 del Reglamento (UE) 2016/1191",
    notice: "La única finalidad de este impreso es facilitar la traducción del documento público al que se \
        adjunta. No circula como documento autónomo.",
    authorities: "Autoridades expedidoras",
    form_authority: "Autoridad que expide el impreso",
    document_authority: "Autoridad que expide el documento público",
    document: "Documento público",
    kind: "Título del documento",
    reference: "Número de referencia",
    issued_on: "Fecha de expedición",
    valid_until: "Válido hasta",
    person: "Persona interesada",
    surname: "Apellido(s)",
    forenames: "Nombre(s)",
    previous_surnames: "Apellido(s) anterior(es)",
    birth_date: "Fecha de nacimiento (dd/mm/aaaa)",
    birth_place: "Lugar de nacimiento",
    personal_number: "Número de identificación personal (CNP)",
    father: "Nombre del padre",
    mother: "Nombre de la madre",
    finding: "Antecedentes penales",
    finding_subject: "En la fecha de expedición, la persona arriba indicada",
    no_record: "no tiene antecedentes penales en Rumanía",
    verify: "Verificar este documento",
    verify_how: "Escanee el código QR, o abra la dirección siguiente e introduzca el número y el código de \
        control:",
    control_code: "Código de control",
    seal: "El documento lleva la firma o el sello electrónico de la autoridad expedidora, en este archivo.",
    page: "Página {} de {}",
};
