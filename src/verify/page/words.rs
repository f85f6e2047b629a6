//! The outcomes in words: what each means, and what to do next.

use super::seen::{Answer, Certificate};
use crate::http::Locale;
use crate::services::Service;
use crate::verify::types::Outcome;

/// An outcome in words.
pub(super) struct Words {
    /// What it looks like: `good`, `late`, `bad`, `none`, `unknown`.
    pub(super) class: &'static str,
    pub(super) symbol: &'static str,
    pub(super) title: &'static str,
    pub(super) meaning: String,
    pub(super) next: &'static str,
}

/// Words in Romanian and in English.
type Said = (&'static str, &'static str);

/// Returns the words for an answer.
pub(super) fn words(answer: &Answer, locale: Locale) -> Words {
    if answer.name_matches == Some(false) {
        return other_name(locale);
    }
    let outcome = answer.outcome;
    let certificate = answer.certificate.as_ref();
    let has_entries = certificate.is_some_and(|certificate| certificate.has_entries);
    let is_of_company = certificate.is_some_and(is_of_company);
    let (class, symbol) = look(outcome, has_entries);
    let say = |(ro, en)| locale.pick(ro, en);
    let ended = certificate.and_then(|certificate| certificate.ended_on).map(|day| locale.date(day));
    let ended = ended.map(|day| format!("{}{day}", say((" la ", " on ")))).unwrap_or_default();
    Words {
        class,
        symbol,
        title: say(title(outcome, has_entries)),
        meaning: say(meaning(outcome)).replace("{}", &ended),
        next: say(next(outcome, is_of_company, answer.name_matches == Some(true))),
    }
}

/// A certificate with entries is as valid as one without, and must not look like it.
const fn look(outcome: Outcome, has_entries: bool) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Valid if has_entries => ("late", "i"),
        Outcome::Valid => ("good", "✓"),
        Outcome::Expired | Outcome::Superseded => ("late", "!"),
        Outcome::Revoked => ("bad", "✕"),
        Outcome::NoMatch => ("none", "?"),
    }
}

const fn title(outcome: Outcome, has_entries: bool) -> Said {
    match outcome {
        Outcome::Valid if has_entries => {
            ("Certificat valabil, cu înscrieri", "Valid certificate, with entries")
        }
        Outcome::Valid => ("Certificat valabil", "Valid certificate"),
        Outcome::Expired => ("Certificat expirat", "Expired certificate"),
        Outcome::Revoked => ("Certificat revocat", "Revoked certificate"),
        Outcome::Superseded => ("Certificat înlocuit", "Superseded certificate"),
        Outcome::NoMatch => ("Nicio potrivire", "No match"),
    }
}

/// The sentence has a placeholder for the day on which the certificate ended.
const fn meaning(outcome: Outcome) -> Said {
    match outcome {
        Outcome::Valid => (
            "Acest certificat a fost eliberat de serviciu și este încă valabil.",
            "This certificate was issued by the service and is still valid.",
        ),
        Outcome::Expired => (
            "Acest certificat a fost eliberat de serviciu, dar termenul lui de valabilitate a trecut.",
            "This certificate was issued by the service, but its period of validity is over.",
        ),
        Outcome::Revoked => (
            "Acest certificat a fost eliberat de serviciu, apoi revocat{}. Nu vă bazați pe el.",
            "This certificate was issued by the service, then revoked{}. Do not rely on it.",
        ),
        Outcome::Superseded => (
            "Acest certificat a fost eliberat de serviciu, apoi înlocuit{} cu unul corectat. Nu vă bazați pe el.",
            "This certificate was issued by the service, then replaced{} by a corrected one. Do not rely on it.",
        ),
        Outcome::NoMatch => (
            "Nu există un certificat cu acest număr împreună cu acest cod, CNP sau CUI.",
            "There is no certificate with this number together with this code, CNP or CUI.",
        ),
    }
}

const fn next(outcome: Outcome, is_of_company: bool, is_named: bool) -> Said {
    match outcome {
        Outcome::Valid if is_named && is_of_company => (
            "Comparați fiecare rând cu documentul din mâna dumneavoastră, și CUI-ul de pe document cu registrul comerțului.",
            "Compare each line with the document in your hand, and the CUI on the document with the trade register.",
        ),
        Outcome::Valid if is_named => (
            "Comparați fiecare rând cu documentul din mâna dumneavoastră, și numele de pe document cu un act de identitate.",
            "Compare each line with the document in your hand, and the name on the document with an identity document.",
        ),
        Outcome::Valid if is_of_company => (
            "Comparați fiecare rând cu documentul din mâna dumneavoastră. Firma nu apare aici: comparați denumirea \
             și CUI-ul de pe document cu registrul comerțului.",
            "Compare each line with the document in your hand. The firm is not shown here: compare the name and \
             the CUI on the document with the trade register.",
        ),
        Outcome::Valid => (
            "Comparați fiecare rând cu documentul din mâna dumneavoastră. Numele nu apare aici: scrieți-l pentru a fi \
             comparat și comparați numele de pe document cu un act de identitate.",
            "Compare each line with the document in your hand. The name is not shown here: type it to have it compared, \
             and compare the name on the document with an identity document.",
        ),
        Outcome::Expired | Outcome::Revoked => (
            "Cereți titularului un certificat nou: se eliberează online, gratuit.",
            "Ask the holder for a new certificate: it is issued online, free of charge.",
        ),
        Outcome::Superseded => {
            ("Cereți titularului certificatul corectat.", "Ask the holder for the corrected certificate.")
        }
        Outcome::NoMatch => (
            "Verificați dacă ați scris exact ce scrie pe document. Dacă da, nu vă bazați pe el și anunțați serviciul de \
             asistență.",
            "Check that you typed exactly what is printed on the document. If so, do not rely on it, and tell the help \
             desk.",
        ),
    }
}

/// The number and the code are of a certificate, and the name on the paper is not that of its holder.
fn other_name(locale: Locale) -> Words {
    Words {
        class: "bad",
        symbol: "✕",
        title: locale.pick("Numele nu se potrivește", "The name does not match"),
        meaning: locale
            .pick(
                "Acest certificat a fost eliberat pe alt nume decât cel pe care l-ați scris.",
                "This certificate was issued to another name than the one that you typed.",
            )
            .to_owned(),
        next: locale.pick(
            "Verificați dacă ați scris exact numele de pe document. Dacă da, documentul a fost modificat: nu vă bazați pe \
             el și anunțați serviciul de asistență.",
            "Check that you typed exactly the name that is printed on the document. If so, the document was changed: do \
             not rely on it, and tell the help desk.",
        ),
    }
}

/// Returns whether the certificate is about a legal person.
pub(super) fn is_of_company(certificate: &Certificate) -> bool {
    certificate.service == Service::LegalPerson.id()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page says to do after a valid answer about this kind of person.
    fn next_of(service: Service, name_matches: Option<bool>) -> &'static str {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let certificate = Certificate {
            registration_number: "CJ-2026-ZW3D-ZYJ0-5".into(),
            service: service.id().into(),
            reason: "employment".into(),
            has_entries: false,
            issued_on: day("2026-05-24"),
            valid_until: day("2026-11-24"),
            ended_on: None,
            issuer: None,
        };
        let checked_at = "2026-06-24T11:10:00Z".parse().unwrap();
        let answer =
            Answer { outcome: Outcome::Valid, name_matches, certificate: Some(certificate), checked_at };
        words(&answer, Locale::En).next
    }

    #[test]
    fn a_reader_is_told_to_compare_what_the_page_has_not_compared() {
        for (service, name_matches, said) in [
            (Service::NaturalPerson, None, "The name is not shown here: type it to have it compared"),
            (Service::NaturalPerson, Some(true), "and the name on the document with an identity document."),
            (Service::LegalPerson, None, "The firm is not shown here: compare the name and the CUI"),
            (Service::LegalPerson, Some(true), "hand, and the CUI on the document with the trade register."),
        ] {
            let next = next_of(service, name_matches);
            assert!(next.contains(said), "{service:?}, {name_matches:?}: {next}");
        }
    }
}
