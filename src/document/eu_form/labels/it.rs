//! Italian.

use super::Labels;

pub(in crate::document::eu_form) const IT: Labels = Labels {
    tag: "it",
    state: "Romania",
    form: "Modulo standard multilingue",
    subject: "Assenza di precedenti penali",
    basis: "Modulo standard multilingue, articolo 7 del regolamento (UE) 2016/1191",
    notice: "L’unico scopo di questo modulo è facilitare la traduzione del documento pubblico a cui è \
        allegato. Non circola come documento autonomo.",
    authorities: "Autorità di rilascio",
    form_authority: "Autorità che rilascia il modulo",
    document_authority: "Autorità che rilascia il documento pubblico",
    document: "Documento pubblico",
    kind: "Titolo del documento",
    reference: "Numero di riferimento",
    issued_on: "Data di rilascio",
    valid_until: "Valido fino al",
    person: "Persona interessata",
    surname: "Cognome",
    forenames: "Nome/i",
    previous_surnames: "Cognome/i precedente/i",
    birth_date: "Data di nascita (gg/mm/aaaa)",
    birth_place: "Luogo di nascita",
    personal_number: "Numero di identificazione personale (CNP)",
    father: "Nome del padre",
    mother: "Nome della madre",
    finding: "Casellario giudiziale",
    finding_subject: "Alla data di rilascio, la persona sopra indicata",
    no_record: "non risulta iscritta nel casellario giudiziale in Romania",
    verify: "Verificare questo documento",
    verify_how: "Scansionare il codice QR, oppure aprire l’indirizzo qui sotto e digitare numero e codice di \
        controllo:",
    control_code: "Codice di controllo",
    seal: "Il documento reca la firma o il sigillo elettronico dell’autorità di rilascio, in questo file.",
    page: "Pagina {} di {}",
};
