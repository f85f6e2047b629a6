//! The form: the number, and the control code or the CNP or CUI. CNP and CUI share one field: a checker has one of
//! them, and a single field is quicker on a phone and for a screen reader.

use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::layout::Frame;
use crate::http::Locale;

/// The typed values that may be shown again. A CNP or CUI never is.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) number: String,
    pub(super) code: String,
    pub(super) name: String,
}

/// An invalid field, and the rule that it breaks in both languages.
#[derive(Serialize, Deserialize)]
pub(super) struct Broken {
    field: String,
    ro: String,
    en: String,
}

impl Broken {
    pub(super) fn new(field: &str, ro: &str, en: &str) -> Self {
        Self { field: field.to_owned(), ro: ro.to_owned(), en: en.to_owned() }
    }

    fn text(&self, locale: Locale) -> &str {
        locale.pick(&self.ro, &self.en)
    }
}

struct Field<'a> {
    name: &'static str,
    label: &'a str,
    hint: &'a str,
    value: &'a str,
    numeric: bool,
    required: bool,
}

/// Renders the page with the form; `broken` fields are listed at its top and marked.
pub(super) fn page(frame: &Frame<'_>, typed: &Typed, broken: &[Broken]) -> Markup {
    let locale = frame.locale;
    let heading = frame.pick("Verificați un certificat", "Verify a certificate");
    let title = match broken {
        [] => heading.to_owned(),
        _ => format!("{}: {heading}", frame.pick("Eroare", "Error")),
    };
    let body = html! {
        (summary(locale, broken))
        h1 { (heading) }
        (hints(frame))
        form #verify method="post" action="/verify" novalidate autocomplete="off" {
            input type="hidden" name="lang" value=(locale.as_str());
            (field(&number(locale, typed), broken, locale))
            fieldset {
                legend { (frame.pick("Completați unul dintre cele două", "Fill in one of the two")) }
                (field(&code(locale, typed), broken, locale))
                p.or aria-hidden="true" { (frame.pick("sau", "or")) }
                (field(&identifier(locale), broken, locale))
            }
            (field(&name(locale, &typed.name), broken, locale))
            button type="submit" { (frame.pick("Verificați", "Verify")) }
        }
    };
    frame.page(&title, &body)
}

/// Says what to do here, and why the form is empty when an address should have filled it in.
fn hints(frame: &Frame<'_>) -> Markup {
    html! {
        p { (frame.pick(
            "Scrieți numărul de înregistrare al certificatului și fie codul de control tipărit lângă el, fie CNP-ul \
             titularului (pentru o firmă, CUI-ul).",
            "Enter the registration number of the certificate, and either the control code printed beside it or the \
             holder's CNP (of a firm, the CUI).",
        )) }
        p.notice #broken-link role="status" hidden { (frame.pick(
            "Adresa deschisă nu este completă. Scrieți mai jos ce este tipărit pe document.",
            "The address that you opened is not complete. Enter below what is printed on the document.",
        )) }
        noscript { p.notice { (frame.pick(
            "Dacă ați scanat codul QR: browserul dumneavoastră nu rulează JavaScript, de aceea scrieți numărul și codul \
             tipărite lângă el.",
            "If you scanned the QR code: your browser does not run JavaScript, so enter the number and the code printed \
             beside it.",
        )) } }
    }
}

fn number(locale: Locale, typed: &Typed) -> Field<'_> {
    Field {
        name: "registration_number",
        label: locale.pick("Numărul de înregistrare", "Registration number"),
        hint: locale.pick("De forma CJ-2026-7K3M-Q9ZD-T", "Such as CJ-2026-7K3M-Q9ZD-T"),
        value: &typed.number,
        numeric: false,
        required: true,
    }
}

fn code(locale: Locale, typed: &Typed) -> Field<'_> {
    Field {
        name: "control_code",
        label: locale.pick("Codul de control", "Control code"),
        hint: locale.pick(
            "16 litere și cifre în patru grupe, lângă codul QR",
            "16 letters and digits in four groups, beside the QR code",
        ),
        value: &typed.code,
        numeric: false,
        required: false,
    }
}

fn identifier(locale: Locale) -> Field<'static> {
    Field {
        name: "identifier",
        label: locale.pick("CNP-ul titularului sau CUI-ul firmei", "CNP of the holder, or CUI of the firm"),
        hint: locale.pick(
            "CNP: 13 cifre. CUI: între 2 și 10 cifre",
            "CNP, the Romanian personal number: 13 digits. CUI, a firm's number: 2 to 10 digits",
        ),
        value: "",
        numeric: true,
        required: false,
    }
}

fn name(locale: Locale, value: &str) -> Field<'_> {
    Field {
        name: "name",
        label: locale.pick("Numele de pe document (recomandat)", "Name on the document (recommended)"),
        hint: locale.pick(
            "Așa cum este tipărit; arată dacă cineva l-a schimbat. Literele mari, diacriticele și ordinea nu contează",
            "As printed; shows whether somebody changed it. Capitals, diacritics and order do not matter",
        ),
        value,
        numeric: false,
        required: false,
    }
}

/// Renders the form that compares the name, below an answer found by control code. The typed values go along, hidden.
pub(super) fn compare_name(locale: Locale, typed: &Typed) -> Markup {
    html! {
        form method="post" action="/verify" novalidate autocomplete="off" {
            input type="hidden" name="lang" value=(locale.as_str());
            input type="hidden" name="registration_number" value=(typed.number);
            input type="hidden" name="control_code" value=(typed.code);
            (field(&name(locale, ""), &[], locale))
            button type="submit" { (locale.pick("Comparați numele", "Compare the name")) }
        }
    }
}

fn field(field: &Field<'_>, broken: &[Broken], locale: Locale) -> Markup {
    let error = broken.iter().find(|broken| broken.field == field.name);
    let described = match error {
        Some(_) => format!("{0}-hint {0}-error", field.name),
        None => format!("{}-hint", field.name),
    };
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            p.hint id={ (field.name) "-hint" } { (field.hint) }
            @if let Some(error) = error {
                p.error id={ (field.name) "-error" } { (error.text(locale)) }
            }
            input id=(field.name) name=(field.name) value=(field.value) aria-describedby=(described)
                aria-invalid=[error.map(|_| "true")] inputmode=[field.numeric.then_some("numeric")]
                required[field.required] maxlength=(if field.name == "name" { "200" } else { "64" }) spellcheck="false" autocapitalize="characters";
        }
    }
}

/// Lists what is wrong, at the top of the page; focused when it opens.
fn summary(locale: Locale, broken: &[Broken]) -> Markup {
    html! {
        @if !broken.is_empty() {
            div.summary role="alert" tabindex="-1" autofocus {
                h2 { (locale.pick("Ceva nu este în regulă", "Something is not right")) }
                ul {
                    @for broken in broken {
                        li { a href={ "#" (broken.field) } { (broken.text(locale)) } }
                    }
                }
            }
        }
    }
}
