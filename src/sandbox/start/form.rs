//! Forms, and the places that the script fills. The script reads the `data-` attributes: see `page.js`.

use maud::{Markup, html};

use crate::sandbox::locale::Locale;

/// Renders a form that calls an operation with POST, and shows the page again.
pub(super) fn form(locale: Locale, path: &str, button: (&str, &str), fields: &Markup) -> Markup {
    html! {
        form data-call=(path) {
            (fields)
            div.buttons { button type="submit" { (locale.pick(button.0, button.1)) } }
        }
    }
}

/// Renders the place of problems.
pub(super) fn failure(locale: Locale) -> Markup {
    html! {
        div.summary id="failure" role="alert" tabindex="-1" hidden
            data-unreachable=(locale.pick("API-ul nu răspunde.", "The API does not answer.")) {}
    }
}

/// Renders the place of an operation's answer.
pub(super) fn answer_of(path: &str) -> Markup {
    html! { div.answer data-show=(path) {} }
}
