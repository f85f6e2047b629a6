//! A mail as a room writes it: paragraphs, facts, links. [`super::layout`] renders text and HTML.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::Locale;

/// A mail to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address, its domain in the form of DNS.
    pub to: String,
    /// Its language.
    pub locale: Locale,
    /// Subject line.
    pub subject: String,
    pub(super) parts: Vec<Part>,
}

/// One block of a mail.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Sentences; line breaks are kept.
    Paragraph(String),
    /// A label and its value, such as a registration number.
    Fact(String, String),
    /// A short text as a QR code. Another part must say it for readers of the plain text.
    Qr(String),
    /// A link with its label.
    Action(String, Url),
}

impl Mail {
    /// Makes an empty mail. Neither subject nor text may hold a CNP or a control code: others can read mail on its way.
    #[must_use]
    pub fn new(to: &str, locale: Locale, subject: &str) -> Self {
        Self { to: to.to_owned(), locale, subject: subject.to_owned(), parts: Vec::new() }
    }

    /// Adds a paragraph of plain text.
    #[must_use]
    pub fn paragraph(self, text: &str) -> Self {
        self.with(Part::Paragraph(text.to_owned()))
    }

    /// Adds a row to a small table; consecutive facts form one table.
    #[must_use]
    pub fn fact(self, label: &str, value: &str) -> Self {
        self.with(Part::Fact(label.to_owned(), value.to_owned()))
    }

    /// Adds a QR code of a short text to the HTML; say the text itself in another part.
    #[must_use]
    pub fn qr(self, text: &str) -> Self {
        self.with(Part::Qr(text.to_owned()))
    }

    /// Adds a labelled link on its own line.
    #[must_use]
    pub fn action(self, label: &str, url: &Url) -> Self {
        self.with(Part::Action(label.to_owned(), url.clone()))
    }

    /// Adds a link on its own line.
    #[must_use]
    pub fn link(self, url: &Url) -> Self {
        let label = self.locale.pick("Deschideți pagina", "Open the page");
        self.action(label, url)
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

impl std::fmt::Debug for Mail {
    /// Omits the address and the text, which holds links with tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}
