//! French.

use super::Labels;

pub(in crate::document::eu_form) const FR: Labels = Labels {
    tag: "fr",
    state: "Roumanie",
    form: "Formulaire type multilingue",
    subject: "Absence de casier judiciaire",
    basis: "Formulaire type multilingue, article 7 du règlement (UE) 2016/1191",
    notice: "Ce formulaire a pour seul but de faciliter la traduction du document public auquel il est \
        joint. Il ne circule pas comme document autonome.",
    authorities: "Autorités de délivrance",
    form_authority: "Autorité délivrant le formulaire",
    document_authority: "Autorité délivrant le document public",
    document: "Document public",
    kind: "Titre du document",
    reference: "Numéro de référence",
    issued_on: "Date de délivrance",
    valid_until: "Valable jusqu’au",
    person: "Personne concernée",
    surname: "Nom de famille",
    forenames: "Prénom(s)",
    previous_surnames: "Nom(s) antérieur(s)",
    birth_date: "Date de naissance (jj/mm/aaaa)",
    birth_place: "Lieu de naissance",
    personal_number: "Numéro d’identification personnel (CNP)",
    father: "Prénom du père",
    mother: "Prénom de la mère",
    finding: "Casier judiciaire",
    finding_subject: "À la date de délivrance, la personne nommée ci-dessus",
    no_record: "n’est pas inscrite au casier judiciaire en Roumanie",
    verify: "Vérifier ce document",
    verify_how: "Scannez le code QR, ou ouvrez l’adresse ci-dessous et saisissez le numéro et le code de \
        contrôle :",
    control_code: "Code de contrôle",
    seal: "Le document porte la signature ou le cachet électronique de l’autorité de délivrance, dans ce \
        fichier.",
    page: "Page {} sur {}",
};
