//! The page of an answer: the outcome, each fact to compare with the paper, and what to do next.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Bucharest;
use maud::{Markup, html};

use super::form::{self, Typed};
use super::layout::Frame;
use super::seen::{Answer, Certificate};
use super::words::{Words, is_of_company, words};
use crate::http::Locale;
use crate::services::{self, Service};
use crate::text::Bilingual;
use crate::verify::types::Outcome;

/// The page of an answer.
pub(super) fn page(frame: &Frame<'_>, answer: &Answer, typed: &Typed) -> Markup {
    let words = words(answer, frame.locale);
    let certificate = answer.certificate.as_ref().filter(|_| answer.name_matches != Some(false));
    let body = html! {
        (card(&words, &finding(frame, answer)))
        @if let Some(certificate) = certificate { (paper(frame, answer, certificate, typed)) }
        h2 { (frame.pick("Ce urmează", "What to do next")) }
        p { (words.next) }
        @if answer.outcome == Outcome::NoMatch { (frame.contact()) }
        (checked(frame.locale, answer.checked_at))
        (again(frame))
    };
    frame.page(words.title, &body)
}

/// What to compare with the paper. Omitted for a certificate that cannot be relied on.
fn paper(frame: &Frame<'_>, answer: &Answer, certificate: &Certificate, typed: &Typed) -> Markup {
    let locale = frame.locale;
    if matches!(answer.outcome, Outcome::Revoked | Outcome::Superseded) {
        return html! {
            h2 { (frame.pick("Despre certificat", "About the certificate")) }
            (table(facts(locale, certificate)))
        };
    }
    let rows =
        std::iter::once(name_row(locale, answer.name_matches, &typed.name)).chain(facts(locale, certificate));
    html! {
        h2 { (frame.pick("Comparați cu documentul", "Compare with the document")) }
        (table(rows))
        @if answer.name_matches.is_none() && !typed.code.trim().is_empty() {
            h2 { (frame.pick("Comparați numele", "Compare the name")) }
            p { (frame.pick(
                "Un document falsificat poate avea numărul și codul unui certificat adevărat, dar alt nume.",
                "A forged document can have the number and the code of a real certificate, but another name.",
            )) }
            (form::compare_name(locale, typed))
        }
    }
}

/// The answer itself: symbol, colour and words say the same.
pub(super) fn card(words: &Words, more: &Markup) -> Markup {
    html! {
        section.card.(words.class) aria-labelledby="outcome" {
            p.symbol aria-hidden="true" { (words.symbol) }
            div {
                h1 #outcome tabindex="-1" autofocus { (words.title) }
                p { (words.meaning) }
                (more)
            }
        }
    }
}

/// Shows the finding of a certificate that is or was valid, and marks a test certificate.
fn finding(frame: &Frame<'_>, answer: &Answer) -> Markup {
    let Some(certificate) = &answer.certificate else { return html! {} };
    let is_told = matches!(answer.outcome, Outcome::Valid | Outcome::Expired);
    html! {
        @if is_told { p.finding { (finding_words(frame, certificate)) } }
        @if frame.is_test {
            p { strong { (frame.pick("Certificat de test, fără valoare juridică.", "Test certificate, no legal value.")) } }
        }
    }
}

fn finding_words(frame: &Frame<'_>, certificate: &Certificate) -> String {
    let who = if is_of_company(certificate) {
        frame.pick("firma", "the firm")
    } else {
        frame.pick("persoana", "the person")
    };
    let what = if certificate.has_entries {
        frame.pick(
            "este înscrisă în cazierul judiciar: înscrierile sunt trecute pe document.",
            "is entered in the criminal record: the entries are printed on the document.",
        )
    } else {
        frame.pick("nu este înscrisă în cazierul judiciar.", "is not entered in the criminal record.")
    };
    format!("{} {who} {what}", frame.pick("La data eliberării,", "On the date of issue,"))
}

type Fact = (&'static str, String);

/// Shows the name that was compared: whoever opens a link did not type it, and must see what it was.
fn name_row(locale: Locale, name_matches: Option<bool>, typed: &str) -> Fact {
    let name = match name_matches {
        Some(true) => match locale {
            Locale::Ro => format!("„{typed}” este numele de pe certificat"),
            Locale::En => format!("“{typed}” is the name on the certificate"),
        },
        _ => locale.pick("nu a fost comparat încă", "not compared yet").to_owned(),
    };
    (locale.pick("Numele titularului", "Name of the holder"), name)
}

fn facts(locale: Locale, certificate: &Certificate) -> Vec<Fact> {
    let service = Service::find(&certificate.service).map(Service::name);
    let reason = services::find_reason(&certificate.reason).map(|reason| reason.label);
    let issuer = certificate.issuer.clone().map(|issuer| (locale.pick("Emitent", "Issued by"), issuer));
    let mut rows = vec![
        (
            locale.pick("Numărul de înregistrare", "Registration number"),
            certificate.registration_number.clone(),
        ),
        (locale.pick("Tipul", "Kind"), named(service, &certificate.service, locale)),
        (locale.pick("Motivul", "Reason"), named(reason, &certificate.reason, locale)),
        (locale.pick("Eliberat la", "Issued on"), locale.date(certificate.issued_on)),
        (locale.pick("Valabil până la", "Valid until"), locale.date(certificate.valid_until)),
    ];
    rows.extend(issuer);
    rows
}

fn table(rows: impl IntoIterator<Item = Fact>) -> Markup {
    html! {
        dl { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
    }
}

fn checked(locale: Locale, at: DateTime<Utc>) -> Markup {
    let local = at.with_timezone(&Bucharest);
    html! {
        p.checked {
            (locale.pick("Verificat la ", "Checked on "))
            time datetime=(at.to_rfc3339()) { (locale.date(local.date_naive())) ", " (local.format("%H:%M:%S")) }
            (locale.pick(" (ora României). Răspunsul este cel de la această oră; verificați din nou pentru unul nou.", " (Romanian time). The answer is of that time; verify again for a new one."))
        }
    }
}

pub(super) fn again(frame: &Frame<'_>) -> Markup {
    let lang = frame.locale.as_str();
    html! {
        p { a.button href={ "/verify?lang=" (lang) } { (frame.pick("Verificați alt certificat", "Verify another certificate")) } }
    }
}

/// Returns the name of a code, or the code itself if the list no longer has it.
fn named(name: Option<Bilingual>, code: &str, locale: Locale) -> String {
    name.map_or(code, |name| locale.pick(name.ro, name.en)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HelpDesk;

    fn shown(outcome: Outcome, has_entries: bool, locale: Locale, is_test: bool) -> String {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let certificate = Certificate {
            registration_number: "CJ-2026-ZW3D-ZYJ0-5".into(),
            service: Service::NaturalPerson.id().into(),
            reason: "employment".into(),
            has_entries,
            issued_on: day("2026-05-24"),
            valid_until: day("2026-11-24"),
            ended_on: matches!(outcome, Outcome::Revoked | Outcome::Superseded).then(|| day("2026-06-02")),
            issuer: Some("Ministerul Afacerilor Interne".into()),
        };
        let checked_at = "2026-11-24T11:10:00Z".parse().unwrap();
        let answer = Answer { outcome, name_matches: None, certificate: Some(certificate), checked_at };
        let frame = Frame { locale, is_test, help_desk: &HelpDesk::default(), seen: None };
        page(&frame, &answer, &Typed { code: "ABCD".into(), ..Typed::default() }).into_string()
    }

    #[test]
    fn a_certificate_with_entries_does_not_look_like_one_without() {
        let clean = shown(Outcome::Valid, false, Locale::Ro, false);
        assert!(
            clean.contains("class=\"card good\"") && clean.contains("persoana nu este înscrisă"),
            "{clean}"
        );
        assert!(!clean.contains("cu înscrieri"), "{clean}");
        let record = shown(Outcome::Valid, true, Locale::Ro, false);
        let card = record.split_once("</section>").unwrap().0;
        assert!(card.contains("Certificat valabil, cu înscrieri") && !card.contains("good"), "{card}");
        assert!(card.contains("înscrierile sunt trecute pe document"), "{card}");
        assert!(clean.contains("Emitent") && clean.contains("Ministerul Afacerilor Interne"), "{clean}");
    }

    #[test]
    fn one_that_has_ended_says_when_and_invites_to_no_comparison() {
        for (outcome, ro, en) in [
            (Outcome::Revoked, "apoi revocat la 02.06.2026.", "then revoked on 2 June 2026."),
            (Outcome::Superseded, "apoi înlocuit la 02.06.2026 cu", "then replaced on 2 June 2026 by"),
        ] {
            for (locale, words) in [(Locale::Ro, ro), (Locale::En, en)] {
                let page = shown(outcome, false, locale, false);
                assert!(page.contains(words), "{page}");
                for absent in ["Comparați", "Compare", "nu este înscrisă", "is not entered", "card good"] {
                    assert!(!page.contains(absent), "{absent}: {page}");
                }
            }
        }
    }

    #[test]
    fn a_test_certificate_says_so() {
        let words = "Certificat de test, fără valoare juridică.";
        assert!(shown(Outcome::Valid, false, Locale::Ro, true).contains(words));
        assert!(!shown(Outcome::Valid, false, Locale::Ro, false).contains(words));
    }
}
