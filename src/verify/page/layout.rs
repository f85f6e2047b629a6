//! The frame of the page.

use maud::{DOCTYPE, Markup, html};

use crate::config::HelpDesk;
use crate::http::Locale;
use crate::person::Email;

/// What every page needs to know.
pub(super) struct Frame<'a> {
    pub(super) locale: Locale,
    /// Whether the certificates are for tests.
    pub(super) is_test: bool,
    pub(super) help_desk: &'a HelpDesk,
    /// What this page shows, as its address has it: the other language shows the same.
    pub(super) seen: Option<&'a str>,
}

impl Frame<'_> {
    /// Picks the text in the page's language.
    pub(super) const fn pick<'a>(&self, ro: &'a str, en: &'a str) -> &'a str {
        self.locale.pick(ro, en)
    }

    /// Renders a whole page.
    pub(super) fn page(&self, title: &str, body: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.locale.as_str()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · " (self.site()) }
                    link rel="icon" href="/favicon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/verify/page.css";
                    script src="/verify/page.js" defer {}
                }
                body {
                    (self.header())
                    main { (body) }
                    footer { p { (self.pick(
                        "Verificarea este gratuită și nu cere cont. Înregistrăm că a avut loc o verificare, nu și cine a făcut-o.",
                        "Verification is free and needs no account. We log that a check took place, not who made it.",
                    )) } }
                }
            }
        }
    }

    /// How to reach the help desk, where a text says to tell it something.
    pub(super) fn contact(&self) -> Markup {
        let desk = self.help_desk;
        let mut ways = Vec::new();
        if let Some(phone) = &desk.phone {
            let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            ways.push(html! { a href={ "tel:" (digits) } { (phone) } });
        }
        if let Some(email) = desk.email.as_ref().map(Email::shown) {
            ways.push(html! { a href={ "mailto:" (email) } { (email) } });
        }
        if let Some(web) = &desk.web {
            ways.push(html! { a href=(web) { (self.pick("pagina de asistență", "help page")) } });
        }
        html! {
            @if !ways.is_empty() {
                p.contact {
                    (self.pick("Serviciul de asistență: ", "Help desk: "))
                    @for (at, way) in ways.iter().enumerate() { @if at > 0 { " · " } (way) }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let (other, name) = match self.locale {
            Locale::Ro => (Locale::En, "English"),
            Locale::En => (Locale::Ro, "Română"),
        };
        let (tag, seen) = (other.as_str(), self.seen.map(|seen| format!("&seen={seen}")).unwrap_or_default());
        html! {
            header {
                p.site { (self.site()) }
                nav aria-label=(self.pick("Limba", "Language")) {
                    a href={ "/verify?lang=" (tag) (seen) } lang=(tag) hreflang=(tag) { (name) }
                }
            }
            @if self.is_test {
                aside.test aria-label=(self.pick("Mediu de test", "Test environment")) {
                    strong { (self.pick("Mediu de test:", "Test environment:")) } " "
                    (self.pick("certificatele nu au valoare juridică.", "the certificates have no legal value."))
                }
            }
        }
    }

    const fn site(&self) -> &'static str {
        self.locale.pick(
            "Verificarea certificatelor de cazier judiciar",
            "Verification of criminal-record certificates",
        )
    }
}
