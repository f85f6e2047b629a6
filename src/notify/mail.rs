//! A mail as its room writes it: paragraphs, facts, links. [`super::layout`] makes text and HTML of it.

use serde::{Deserialize, Serialize};
use url::Url;

use super::layout;
use crate::http::Locale;

/// A mail on its way to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The address, its domain as DNS has it.
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
    /// Sentences; line breaks stay.
    Paragraph(String),
    /// A label and what it stands for, such as a registration number.
    Fact(String, String),
    /// A short text as a QR code; who reads plain text finds the same in a fact or a paragraph.
    Qr(String),
    /// Something to open, with the words that say what.
    Action(String, Url),
}

impl Mail {
    /// An empty one. Neither subject nor text may hold a CNP or a control code: mail is read by others on its way.
    #[must_use]
    pub fn new(to: &str, locale: Locale, subject: &str) -> Self {
        Self { to: to.to_owned(), locale, subject: subject.to_owned(), parts: Vec::new() }
    }

    /// Adds a paragraph of plain text.
    #[must_use]
    pub fn paragraph(self, text: &str) -> Self {
        self.with(Part::Paragraph(text.to_owned()))
    }

    /// Adds a line of a small table; those that follow each other stand together.
    #[must_use]
    pub fn fact(self, label: &str, value: &str) -> Self {
        self.with(Part::Fact(label.to_owned(), value.to_owned()))
    }

    /// Adds a QR code of a short text, for those who read HTML; say the text itself in another part.
    #[must_use]
    pub fn qr(self, text: &str) -> Self {
        self.with(Part::Qr(text.to_owned()))
    }

    /// Adds a link that stands alone on its line, under words of its own.
    #[must_use]
    pub fn action(self, label: &str, url: &Url) -> Self {
        self.with(Part::Action(label.to_owned(), url.clone()))
    }

    /// Adds a link that stands alone on its line.
    #[must_use]
    pub fn link(self, url: &Url) -> Self {
        let label = self.locale.pick("Deschideți pagina", "Open the page");
        self.action(label, url)
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The body as plain text.
    #[must_use]
    pub fn text(&self) -> String {
        layout::text(self)
    }

    /// The body as HTML without outside assets.
    #[must_use]
    pub fn html(&self) -> String {
        layout::html(self)
    }
}

impl std::fmt::Debug for Mail {
    /// Neither the address nor the text, which holds links with tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}
