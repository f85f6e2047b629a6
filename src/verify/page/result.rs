//! The page of an answer: each fact, what to compare with the paper, and what to do next.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Bucharest;
use maud::{Markup, html};

use super::form::Typed;
use super::{form, layout};
use crate::certificates::finding::Finding;
use crate::http::Locale;
use crate::services::{self, Service};
use crate::text::Bilingual;
use crate::verify::types::{Outcome, VerificationResponse, VerifiedCertificate};

/// An outcome in words.
pub(super) struct Words {
    /// Its look: `good`, `late`, `bad`, `none`, `unknown`.
    pub(super) class: &'static str,
    pub(super) symbol: &'static str,
    pub(super) title: &'static str,
    pub(super) meaning: &'static str,
    pub(super) next: &'static str,
}

fn words(answer: &VerificationResponse, locale: Locale) -> Words {
    let outcome = answer.outcome;
    let is_of_company = answer.certificate.as_ref().is_some_and(is_of_company);
    let is_named = answer.facts.name_matches == Some(true);
    let (class, symbol) = look(outcome);
    let say = |(ro, en)| locale.pick(ro, en);
    let (title, meaning, next) = (title(outcome), meaning(outcome), next(outcome, is_of_company, is_named));
    Words { class, symbol, title: say(title), meaning: say(meaning), next: say(next) }
}

/// A text in Romanian and in English.
type Said = (&'static str, &'static str);

const fn look(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Valid => ("good", "✓"),
        Outcome::Expired | Outcome::Superseded => ("late", "!"),
        Outcome::Revoked => ("bad", "✕"),
        Outcome::NoMatch => ("none", "?"),
    }
}

const fn title(outcome: Outcome) -> Said {
    match outcome {
        Outcome::Valid => ("Certificat valabil", "Valid certificate"),
        Outcome::Expired => ("Certificat expirat", "Expired certificate"),
        Outcome::Revoked => ("Certificat retras", "Revoked certificate"),
        Outcome::Superseded => ("Certificat înlocuit", "Superseded certificate"),
        Outcome::NoMatch => ("Nicio potrivire", "No match"),
    }
}

const fn meaning(outcome: Outcome) -> Said {
    match outcome {
        Outcome::Valid => (
            "Acest certificat a fost eliberat de serviciu și este în termen.",
            "This certificate was issued by the service and is in validity.",
        ),
        Outcome::Expired => (
            "Acest certificat a fost eliberat de serviciu, dar nu mai este valabil.",
            "This certificate was issued by the service, but is no longer valid.",
        ),
        Outcome::Revoked => (
            "Acest certificat a fost eliberat de serviciu și apoi retras. Nu vă bazați pe el.",
            "This certificate was issued by the service and then taken back. Do not rely on it.",
        ),
        Outcome::Superseded => (
            "Acest certificat a fost eliberat de serviciu, dar un certificat corectat i-a luat locul.",
            "This certificate was issued by the service, but a corrected one took its place.",
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
            "Verificați dacă ați scris exact ce stă pe document. Dacă da, nu vă bazați pe el și anunțați serviciul.",
            "Check that you typed exactly what stands on the document. If so, do not rely on it, and tell the service.",
        ),
    }
}

/// Renders the page of an answer.
pub(super) fn page(locale: Locale, answer: &VerificationResponse, typed: &Typed) -> Markup {
    let words = match answer.facts.name_matches {
        Some(false) => other_name(locale),
        _ => words(answer, locale),
    };
    let body = html! {
        (card(&words))
        @if let Some(certificate) = &answer.certificate {
            h2 { (locale.pick("Comparați cu documentul", "Compare with the document")) }
            (fields(locale, certificate, answer.facts.name_matches))
            @if answer.facts.name_matches.is_none() && !typed.code.trim().is_empty() {
                h2 { (locale.pick("Comparați numele", "Compare the name")) }
                p { (locale.pick(
                    "Un document falsificat poate avea numărul și codul unui certificat adevărat și alt nume.",
                    "A forged document can have number and code of a real certificate, and another name.",
                )) }
                (form::compare_name(locale, typed))
            }
        }
        h2 { (locale.pick("Ce urmează", "What to do next")) }
        p { (words.next) }
        (checked(locale, answer.checked_at))
        (again(locale))
    };
    layout::page(locale, words.title, &body)
}

/// Says that number and code belong to a certificate, but the name on the paper is not its holder's.
fn other_name(locale: Locale) -> Words {
    Words {
        class: "bad",
        symbol: "✕",
        title: locale.pick("Numele nu se potrivește", "The name does not match"),
        meaning: locale.pick(
            "Acest certificat a fost emis pe alt nume decât cel pe care l-ați scris.",
            "This certificate was issued to another name than the one that you typed.",
        ),
        next: locale.pick(
            "Verificați dacă ați scris exact numele de pe document. Dacă da, documentul a fost modificat: nu vă bazați pe \
             el și anunțați serviciul.",
            "Check that you typed exactly the name that is printed on the document. If so, the document was changed: do \
             not rely on it, and tell the service.",
        ),
    }
}

/// Renders the outcome: symbol, colour and words say the same.
pub(super) fn card(words: &Words) -> Markup {
    html! {
        section.card.(words.class) aria-labelledby="outcome" {
            p.symbol aria-hidden="true" { (words.symbol) }
            div {
                h1 #outcome tabindex="-1" autofocus { (words.title) }
                p { (words.meaning) }
            }
        }
    }
}

fn is_of_company(certificate: &VerifiedCertificate) -> bool {
    certificate.service == Service::LegalPerson.id()
}

/// Returns what the certificate says about the holder's record.
fn finding(certificate: &VerifiedCertificate, locale: Locale) -> &'static str {
    match (certificate.finding, is_of_company(certificate)) {
        (Finding::NoRecord, false) => {
            locale.pick("nu este înscris(ă) în cazierul judiciar", "is not entered in the criminal record")
        }
        (Finding::NoRecord, true) => {
            locale.pick("nu este înscrisă în cazierul judiciar", "is not entered in the criminal record")
        }
        (Finding::Record, false) => locale.pick(
            "este înscris(ă) în cazierul judiciar: înscrierile stau pe document",
            "is entered in the criminal record: the entries stand on the document",
        ),
        (Finding::Record, true) => locale.pick(
            "este înscrisă în cazierul judiciar: înscrierile stau pe document",
            "is entered in the criminal record: the entries stand on the document",
        ),
    }
}

fn fields(locale: Locale, certificate: &VerifiedCertificate, name_matches: Option<bool>) -> Markup {
    let name = match name_matches {
        Some(true) => locale.pick("este cel de pe document", "is the one on the document"),
        _ => locale.pick("nu a fost comparat încă", "was not compared yet"),
    };
    let rows = [
        (locale.pick("Numele titularului", "Name of the holder"), name.to_owned()),
        (locale.pick("Număr", "Number"), certificate.registration_number.clone()),
        (
            locale.pick("Felul", "Kind"),
            named(Service::find(&certificate.service).map(Service::name), &certificate.service, locale),
        ),
        (locale.pick("Constatarea", "Finding"), finding(certificate, locale).to_owned()),
        (
            locale.pick("Motivul", "Reason"),
            named(
                services::find_reason(&certificate.reason).map(|reason| reason.label),
                &certificate.reason,
                locale,
            ),
        ),
        (locale.pick("Eliberat la", "Issued on"), date(certificate.issued_on)),
        (locale.pick("Valabil până la", "Valid to"), date(certificate.valid_until)),
    ];
    html! {
        dl { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
    }
}

fn checked(locale: Locale, at: DateTime<Utc>) -> Markup {
    let local = at.with_timezone(&Bucharest);
    html! {
        p.checked {
            (locale.pick("Verificat la ", "Checked at "))
            time datetime=(at.to_rfc3339()) { (local.format("%d.%m.%Y, %H:%M:%S")) }
            (locale.pick(" (ora României). Răspunsul este cel din acest moment.", " (Romanian time). The answer holds for this moment."))
        }
    }
}

pub(super) fn again(locale: Locale) -> Markup {
    let lang = locale.as_str();
    html! {
        p { a.button href={ "/verify?lang=" (lang) } { (locale.pick("Verificați alt certificat", "Verify another certificate")) } }
    }
}

/// Returns the name of a code, or the code itself if the present list does not know it.
fn named(name: Option<Bilingual>, code: &str, locale: Locale) -> String {
    name.map_or(code, |name| locale.pick(name.ro, name.en)).to_owned()
}

fn date(date: NaiveDate) -> String {
    date.format("%d.%m.%Y").to_string()
}
