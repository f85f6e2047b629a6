//! A mail as text and HTML, both made from the same paragraphs and links.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::Locale;

/// A mail on its way to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The address, as typed by its owner.
    pub to: String,
    /// Its language.
    pub locale: Locale,
    /// Subject line.
    pub subject: String,
    parts: Vec<Part>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Paragraph(String),
    Link(Url),
}

impl Mail {
    /// An empty one.
    #[must_use]
    pub fn new(to: &str, locale: Locale, subject: &str) -> Self {
        Self { to: to.to_owned(), locale, subject: subject.to_owned(), parts: Vec::new() }
    }

    /// Adds a paragraph of plain text.
    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        self.parts.push(Part::Paragraph(text.to_owned()));
        self
    }

    /// Adds a link that stands alone on its line.
    #[must_use]
    pub fn link(mut self, url: &Url) -> Self {
        self.parts.push(Part::Link(url.clone()));
        self
    }

    /// The body as plain text.
    #[must_use]
    pub fn text(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Paragraph(text) => text.as_str(),
            Part::Link(url) => url.as_str(),
        });
        parts.collect::<Vec<_>>().join("\n\n") + "\n"
    }

    /// The body as HTML without outside assets.
    #[must_use]
    pub fn html(&self) -> String {
        let parts: String = self.parts.iter().map(Part::html).collect();
        let (lang, title) = (self.locale.as_str(), escape(&self.subject));
        format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{parts}</body></html>"
        )
    }
}

impl Part {
    fn html(&self) -> String {
        match self {
            Self::Paragraph(text) => format!("<p>{}</p>", escape(text)),
            Self::Link(url) => format!("<p><a href=\"{0}\">{0}</a></p>", escape(url.as_str())),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl std::fmt::Debug for Mail {
    /// Neither the address nor the text, which holds links with tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stand_alone_and_html_is_escaped() {
        let url = Url::parse("https://hub.example/a#token=b&c=d").unwrap();
        let mail =
            Mail::new("a@b.ro", Locale::Ro, "S <1>").paragraph("Unu & doi").link(&url).paragraph("Trei");
        assert!(mail.text().lines().any(|line| line == url.as_str()));
        assert!(mail.html().contains("<p>Unu &amp; doi</p>") && mail.html().contains("S &lt;1&gt;"));
        assert!(!format!("{mail:?}").contains("a@b.ro"));
    }
}
