//! What all pages share: frame, style, form, fields, errors.

use maud::{Markup, html};

use super::super::flow::{FieldError, Flow};
use crate::sandbox::locale::Locale;
use crate::sandbox::page::{self, Site};

/// This provider's appearance.
const GHISEUL: Site = Site {
    name: "Ghișeul",
    title: "Ghișeul (simulator)",
    kind: ("SIMULATOR · mediu de test", "SIMULATOR · test environment"),
    warning: (
        "Nu este Ghișeul.ro. Nu scrieți date, parole sau carduri adevărate.",
        "This is not Ghișeul.ro. Don't type real data, passwords or cards.",
    ),
};

/// What is above the text of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Top {
    /// Nothing.
    Plain,
    /// The language switch.
    Switch,
    /// The language switch and the step's number, of three.
    Step(u8),
}

/// Renders a whole page.
pub(super) fn page(locale: Locale, title: &str, top: Top, body: &Markup) -> Markup {
    let switch = html! { @if top != Top::Plain { (language_switch(locale)) } };
    let body = html! {
        @if let Top::Step(step) = top {
            p.progress { (locale.pick("Pasul", "Step")) " " (step) " " (locale.pick("din", "of")) " 3" }
        }
        (body)
    };
    page::page(&GHISEUL, locale, title, &switch, &body)
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

/// Renders a form of the flow. Enter presses its first button; a cancel button follows.
pub(super) fn form(flow: &Flow, step: &str, submit: &str, fields: &Markup) -> Markup {
    let cancel = html! {
        button.quiet type="submit" name="step" value="cancel" { (flow.locale.pick("Renunță", "Cancel")) }
    };
    form_of(&flow.form_token, step, submit, fields, &cancel)
}

/// Renders a form with further buttons.
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

/// Renders the error summary, focused when the page opens.
pub(super) fn error_summary(locale: Locale, error: Option<FieldError>) -> Markup {
    html! {
        @if let Some(error) = error {
            div.summary role="alert" tabindex="-1" autofocus {
                h2 { (locale.pick("Ceva nu este în regulă", "Something is not right")) }
                p { a href={ "#" (error.field) } { (error_text(locale, error)) } }
            }
        }
    }
}

/// Renders the error of a field, if it has one.
pub(super) fn field_error(locale: Locale, error: Option<FieldError>, field: &str) -> Markup {
    html! {
        @if let Some(error) = error.filter(|error| error.field == field) {
            p.error id={ (field) "-error" } { (error_text(locale, error)) }
        }
    }
}

/// Returns the ids that describe a field: its hint, and its error if there is one.
pub(super) fn described_by(error: Option<FieldError>, field: &str) -> String {
    match error {
        Some(error) if error.field == field => format!("{field}-hint {field}-error"),
        _ => format!("{field}-hint"),
    }
}

/// Returns the `aria-invalid` of a field.
pub(super) fn invalid(error: Option<FieldError>, field: &str) -> Option<&'static str> {
    error.filter(|error| error.field == field).map(|_| "true")
}

/// Returns the title of a page, marked if there is an error.
pub(super) fn title(locale: Locale, title: &str, error: Option<FieldError>) -> String {
    match error {
        Some(_) => format!("{}: {title}", locale.pick("Eroare", "Error")),
        None => title.to_owned(),
    }
}

const fn error_text(locale: Locale, error: FieldError) -> &'static str {
    locale.pick(error.rule.ro, error.rule.en)
}
