//! Fields and forms, and the places that the script fills. The script reads the `data-` attributes: see `pages.js`.

use maud::{Markup, html};

use crate::sandbox::locale::Locale;

/// The operation that a form calls, and what follows.
pub(super) struct Call {
    /// Path of the operation, called with POST.
    pub(super) path: &'static str,
    /// Whether the body contains the token of the link.
    pub(super) with_token: bool,
    /// What the script does with a successful answer.
    pub(super) then: &'static str,
    /// The label of the button.
    pub(super) button: (&'static str, &'static str),
}

/// Renders a form that calls an operation.
pub(super) fn form(locale: Locale, call: &Call, fields: &Markup) -> Markup {
    html! {
        form data-call=(call.path) data-token[call.with_token] data-then=(call.then) {
            (fields)
            div.buttons { button type="submit" { (locale.pick(call.button.0, call.button.1)) } }
        }
    }
}

/// Renders a labelled field; optional ones say so.
pub(super) fn field(name: &str, kind: &str, autocomplete: &str, (label, required): (&str, bool)) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input.short id=(name) name=(name) type=(kind) autocomplete=(autocomplete) required[required];
        }
    }
}

/// Renders a list whose options are the items of an operation: their `code`, shown as their `label`.
pub(super) fn choice(name: &str, label: &str, items_of: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select.short id=(name) name=(name) required data-options=(items_of) {}
        }
    }
}

/// Renders the place of problems, with the way to log in.
pub(super) fn failure(locale: Locale) -> Markup {
    html! {
        div.summary id="failure" role="alert" tabindex="-1" hidden
            data-unreachable=(locale.pick("API-ul nu răspunde.", "The API does not answer.")) {}
        p id="log-in" hidden { a href="/login" { (locale.pick("Autentificați-vă", "Log in")) } }
    }
}

/// Renders what is shown once a form has been accepted.
pub(super) fn done(text: &str, after: &Markup) -> Markup {
    html! { div id="done" role="status" hidden { p { (text) } (after) } }
}

/// Renders the place of an operation's answer.
pub(super) fn answer_of(path: &str) -> Markup {
    html! { div.answer data-show=(path) {} }
}
