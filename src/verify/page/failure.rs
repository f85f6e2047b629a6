//! No answer about the certificate, in words: why there is none, and what to do next.

use maud::{Markup, html};

use super::layout::Frame;
use super::result::{again, card};
use super::seen::{Failure, Why};
use super::words::Words;
use crate::http::Locale;

/// The page of a failure.
pub(super) fn page(frame: &Frame<'_>, failure: &Failure) -> Markup {
    let words = words(failure.why, frame.locale);
    let minutes = failure.wait_seconds.map(|seconds| seconds.div_ceil(60).max(1));
    let body = html! {
        (card(&words, &html! {}))
        h2 { (frame.pick("Ce urmează", "What to do next")) }
        p { (words.next) }
        @if let Some(minutes) = minutes { p { strong { (try_again(minutes, frame.locale)) } } }
        @if failure.why == Why::Unreadable { (frame.contact()) }
        (again(frame))
    };
    frame.page(words.title, &body)
}

fn words(why: Why, locale: Locale) -> Words {
    let (title, meaning, next) = match why {
        Why::Unknown => (
            ("Nu se poate verifica acum", "Cannot be checked now"),
            (
                "Serviciul nu poate căuta acum. Acesta nu este un răspuns despre certificat: nu înseamnă nici că este \
                 valabil, nici că nu este.",
                "The service cannot look it up now. This is no answer about the certificate: it means neither that it is \
                 valid nor that it is not.",
            ),
            ("Încercați din nou puțin mai târziu.", "Try again a little later."),
        ),
        Why::Unreadable => (
            ("Nu se poate verifica acum", "Cannot be checked now"),
            (
                "Datele păstrate despre acest certificat nu mai sunt cele scrise la eliberare. Acesta nu este un răspuns \
                 despre certificat: nu înseamnă nici că este valabil, nici că nu este.",
                "The stored data of this certificate are not what was written. This is no answer about the certificate: it \
                 means neither that it is valid nor that it is not.",
            ),
            (
                "Nu vă bazați pe document. Serviciul a fost anunțat; întrebați serviciul de asistență.",
                "Do not rely on the document. The service has been told; ask the help desk.",
            ),
        ),
        Why::TooMany => (
            ("Prea multe încercări", "Too many attempts"),
            (
                "Pentru acest număr s-au încercat prea multe CNP-uri, CUI-uri sau nume. Acesta nu este un răspuns despre \
                 certificat.",
                "Too many CNPs, CUIs or names were tried for this number. This is no answer about the certificate.",
            ),
            (
                "Folosiți codul de control de pe document sau încercați mai târziu.",
                "Use the control code on the document, or try later.",
            ),
        ),
    };
    let say = |(ro, en): (&'static str, &'static str)| locale.pick(ro, en);
    Words {
        class: "unknown",
        symbol: "…",
        title: say(title),
        meaning: say(meaning).to_owned(),
        next: say(next),
    }
}

/// When to try again. Romanian says *un minut*, *2 minute*, *20 de minute*.
fn try_again(minutes: u64, locale: Locale) -> String {
    match (locale, minutes) {
        (Locale::Ro, 1) => "Încercați din nou peste un minut.".to_owned(),
        (Locale::Ro, _) if matches!(minutes % 100, 1..=19) => {
            format!("Încercați din nou peste {minutes} minute.")
        }
        (Locale::Ro, _) => format!("Încercați din nou peste {minutes} de minute."),
        (Locale::En, 1) => "Try again in 1 minute.".to_owned(),
        (Locale::En, _) => format!("Try again in {minutes} minutes."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_counted_as_romanian_does() {
        for (minutes, words) in [
            (1, "un minut"),
            (2, "2 minute"),
            (19, "19 minute"),
            (20, "20 de minute"),
            (60, "60 de minute"),
            (100, "100 de minute"),
            (101, "101 minute"),
            (119, "119 minute"),
            (120, "120 de minute"),
        ] {
            assert_eq!(try_again(minutes, Locale::Ro), format!("Încercați din nou peste {words}."));
        }
        assert_eq!(try_again(1, Locale::En), "Try again in 1 minute.");
    }
}
