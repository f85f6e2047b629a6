//! The page that sends a person to the Hub.

use std::sync::LazyLock;

use data_encoding::BASE64;
use maud::{Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

use super::super::handover::Handover;
use super::layout::{Top, page as layout};
use crate::sandbox::locale::Locale;

/// Submits the form. Without scripts, the person presses the button.
const SCRIPT: &str = "document.forms[0].submit()";

static SCRIPT_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", BASE64.encode(digest(&SHA256, SCRIPT.as_bytes()).as_ref())));

/// Returns the script's hash, as a CSP source.
pub(super) fn script_hash() -> &'static str {
    &SCRIPT_HASH
}

pub(super) fn page(handover: &Handover<'_>, locale: Locale) -> Markup {
    let title = locale.pick("Vă ducem la Hub", "Taking you to the Hub");
    let body = html! {
        h1 { (title) }
        p { (locale.pick(
            "Dacă pagina nu se schimbă singură, apăsați butonul.",
            "If the page doesn't change by itself, press the button.",
        )) }
        form method="post" action=(handover.hub.handoff_url) {
            input type="hidden" name="assertion" value=(handover.assertion);
            input type="hidden" name="client_id" value=(handover.client_id);
            input type="hidden" name="return_url" value=(handover.return_url);
            div.buttons { button type="submit" { (locale.pick("Continuă", "Continue")) } }
        }
        script { (PreEscaped(SCRIPT)) }
    };
    layout(locale, title, Top::Plain, &body)
}
