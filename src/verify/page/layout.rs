//! The frame of the page.

use maud::{DOCTYPE, Markup, html};

use crate::http::Locale;

/// Renders a whole page.
pub(super) fn page(locale: Locale, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (site(locale)) }
                link rel="stylesheet" href="/verify/page.css";
                script src="/verify/page.js" defer {}
            }
            body {
                header {
                    p.site { (site(locale)) }
                    nav aria-label=(locale.pick("Limba", "Language")) {
                        @match locale {
                            Locale::Ro => a href="/verify?lang=en" lang="en" hreflang="en" { "English" },
                            Locale::En => a href="/verify?lang=ro" lang="ro" hreflang="ro" { "Română" },
                        }
                    }
                }
                main { (body) }
                footer {
                    p {
                        (locale.pick(
                            "Verificarea este gratuită și nu cere cont. Se consemnează că a avut loc, nu și cine a făcut-o.",
                            "Verification is free and needs no account. It is written down that it took place, not who made it.",
                        ))
                    }
                }
            }
        }
    }
}

fn site(locale: Locale) -> &'static str {
    locale
        .pick("Verificarea certificatelor de cazier judiciar", "Verification of criminal-record certificates")
}
