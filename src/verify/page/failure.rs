//! The page when there is no answer: why, and what to do next.

use std::time::Duration;

use maud::{Markup, html};

use super::layout;
use super::result::{Words, again, card};
use crate::http::Locale;

/// Says that the certificate cannot be checked now.
pub(super) fn unknown(locale: Locale, wait: Option<Duration>) -> Markup {
    failed(locale, &cannot_be_checked(locale), wait)
}

/// Says that the stored data of the certificate is not intact: a retry does not help.
pub(super) fn unreadable(locale: Locale) -> Markup {
    let words = Words {
        meaning: locale.pick(
            "Ce este stocat despre acest certificat nu este ce a fost scris. Acesta nu este un răspuns despre certificat: nu \
             înseamnă nici că este valabil, nici că nu este.",
            "What is stored about this certificate is not what was written. This is no answer about the certificate: it \
             means neither that it is valid nor that it is not.",
        ),
        next: locale.pick(
            "Nu vă bazați pe document. Serviciul a fost anunțat; întrebați biroul de asistență.",
            "Do not rely on the document. The service has been told; ask the help desk.",
        ),
        ..cannot_be_checked(locale)
    };
    failed(locale, &words, None)
}

fn cannot_be_checked(locale: Locale) -> Words {
    Words {
        class: "unknown",
        symbol: "…",
        title: locale.pick("Nu se poate verifica acum", "Cannot be checked now"),
        meaning: locale.pick(
            "Serviciul nu poate căuta acum. Acesta nu este un răspuns despre certificat: nu înseamnă nici că este valabil, \
             nici că nu este.",
            "The service cannot look it up now. This is no answer about the certificate: it means neither that it is \
             valid nor that it is not.",
        ),
        next: locale.pick("Încercați din nou puțin mai târziu.", "Try again a little later."),
    }
}

/// Says that there were too many wrong attempts for one number.
pub(super) fn too_many(locale: Locale, wait: Option<Duration>) -> Markup {
    let words = Words {
        class: "unknown",
        symbol: "…",
        title: locale.pick("Prea multe încercări", "Too many tries"),
        meaning: locale.pick(
            "Pentru acest număr s-au încercat prea multe CNP-uri, CUI-uri sau nume. Acesta nu este un răspuns despre certificat.",
            "Too many CNPs, CUIs or names were tried for this number. This is no answer about the certificate.",
        ),
        next: locale.pick(
            "Folosiți codul de control de pe document, sau încercați mai târziu.",
            "Use the control code on the document, or try later.",
        ),
    };
    failed(locale, &words, wait)
}

fn failed(locale: Locale, words: &Words, wait: Option<Duration>) -> Markup {
    let minutes = wait.map(|wait| wait.as_secs().div_ceil(60).max(1));
    let body = html! {
        (card(words))
        h2 { (locale.pick("Ce urmează", "What to do next")) }
        p { (words.next) }
        @if let Some(minutes) = minutes {
            p { (locale.pick("Timp de așteptare, în minute: ", "Minutes to wait: ")) strong { (minutes) } }
        }
        (again(locale))
    };
    layout::page(locale, words.title, &body)
}
