//! What all pages share: frame, style, form, fields, errors.

use std::sync::LazyLock;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

use super::super::flow::{FieldError, Flow};
use crate::sandbox::locale::Locale;

const STYLE: &str = include_str!("style.css");

static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()))));

/// The style's hash, as a CSP source.
pub(super) fn style_hash() -> &'static str {
    &STYLE_HASH
}

/// What stands above the text of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Top {
    /// Nothing.
    Plain,
    /// The language switch.
    Switch,
    /// The language switch and the step's number, of three.
    Step(u8),
}

/// A whole page.
pub(super) fn page(locale: Locale, title: &str, top: Top, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(locale.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · " "Ghișeul (simulator)" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                aside.simulator aria-label="Simulator" {
                    strong { "SIMULATOR · " (locale.pick("mediu de test", "test environment")) } br;
                    (locale.pick(
                        "Nu este Ghișeul.ro. Nu scrieți date, parole sau carduri adevărate.",
                        "This is not Ghișeul.ro. Don't type real data, passwords or cards.",
                    ))
                }
                header {
                    p.brand { "Ghișeul " span { (locale.pick("simulat", "simulated")) } }
                    @if top != Top::Plain { (language_switch(locale)) }
                }
                main {
                    @if let Top::Step(step) = top {
                        p.progress { (locale.pick("Pasul", "Step")) " " (step) " " (locale.pick("din", "of")) " 3" }
                    }
                    (body)
                }
            }
        }
    }
}

fn language_switch(locale: Locale) -> Markup {
    html! {
        nav aria-label=(locale.pick("Limba", "Language")) {
            @match locale {
                Locale::Ro => a href="?lang=en" lang="en" hreflang="en" { "English" },
                Locale::En => a href="?lang=ro" lang="ro" hreflang="ro" { "Română" },
            }
        }
    }
}

/// A form of the flow. Its first button is the one that Enter presses; then comes the way out.
pub(super) fn form(flow: &Flow, step: &str, submit: &str, fields: &Markup) -> Markup {
    let cancel = html! {
        button.quiet type="submit" name="step" value="cancel" { (flow.locale.pick("Renunță", "Cancel")) }
    };
    form_of(&flow.form_token, step, submit, fields, &cancel)
}

/// A form with further buttons.
pub(super) fn form_of(
    form_token: &str,
    step: &str,
    submit: &str,
    fields: &Markup,
    buttons: &Markup,
) -> Markup {
    html! {
        form method="post" novalidate autocomplete="off" {
            input type="hidden" name="form_token" value=(form_token);
            (fields)
            div.buttons {
                button type="submit" name="step" value=(step) { (submit) }
                (buttons)
            }
        }
    }
}

/// The summary of what is wrong, focused when the page opens.
pub(super) fn error_summary(locale: Locale, error: Option<FieldError>) -> Markup {
    html! {
        @if let Some(error) = error {
            div.summary role="alert" tabindex="-1" autofocus {
                h2 { (locale.pick("Ceva nu e în regulă", "Something is not right")) }
                p { a href={ "#" (error.field) } { (error_text(locale, error)) } }
            }
        }
    }
}

/// The message beside a field, if it is this one's.
pub(super) fn field_error(locale: Locale, error: Option<FieldError>, field: &str) -> Markup {
    html! {
        @if let Some(error) = error.filter(|error| error.field == field) {
            p.error id={ (field) "-error" } { (error_text(locale, error)) }
        }
    }
}

/// The ids that describe a field: its hint, and its error when there is one.
pub(super) fn described_by(error: Option<FieldError>, field: &str) -> String {
    match error {
        Some(error) if error.field == field => format!("{field}-hint {field}-error"),
        _ => format!("{field}-hint"),
    }
}

/// The `aria-invalid` of a field.
pub(super) fn invalid(error: Option<FieldError>, field: &str) -> Option<&'static str> {
    error.filter(|error| error.field == field).map(|_| "true")
}

/// The title of a page, marked when something is wrong.
pub(super) fn title(locale: Locale, title: &str, error: Option<FieldError>) -> String {
    match error {
        Some(_) => format!("{}: {title}", locale.pick("Eroare", "Error")),
        None => title.to_owned(),
    }
}

const fn error_text(locale: Locale, error: FieldError) -> &'static str {
    locale.pick(error.rule.ro, error.rule.en)
}
