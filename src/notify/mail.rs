//! A mail as a room writes it: paragraphs, facts, links. [`super::layout`] renders text and HTML.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::HelpDesk;
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
    /// Whether it ends with how to reach the help desk.
    #[serde(default)]
    names_help_desk: bool,
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
        Self {
            to: to.to_owned(),
            locale,
            subject: subject.to_owned(),
            parts: Vec::new(),
            names_help_desk: false,
        }
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

    /// Ends the mail with how to reach the help desk: for people who must act if it was not them.
    #[must_use]
    pub fn with_help_desk(self) -> Self {
        Self { names_help_desk: true, ..self }
    }

    /// Adds what was asked for by [`Mail::with_help_desk`]. Done at delivery, so that the mail names today's contact data.
    #[must_use]
    pub(super) fn complete(self, desk: &HelpDesk) -> Self {
        if !self.names_help_desk {
            return self;
        }
        let locale = self.locale;
        let mail = match &desk.phone {
            Some(phone) => {
                self.fact(locale.pick("Telefonul serviciului de asistență", "Help desk's phone"), phone)
            }
            None => self,
        };
        match &desk.web {
            Some(web) => mail.action(locale.pick("Serviciul de asistență", "Help desk"), web),
            None => mail,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_asks_people_to_act_says_how_to_reach_the_help_desk() {
        let web = Some(Url::parse("https://hub.example/support").unwrap());
        let desk = HelpDesk { phone: Some("+40 21 303 7080".into()), web, ..HelpDesk::default() };
        let plain = Mail::new("a@b.ro", Locale::En, "S").paragraph("P");
        assert_eq!(plain.clone().complete(&desk).text(), plain.text());
        let text = plain.with_help_desk().complete(&desk).text();
        assert!(text.contains("Help desk's phone: +40 21 303 7080\n"), "{text}");
        assert!(text.contains("Help desk:\nhttps://hub.example/support\n"), "{text}");
        let old = serde_json::json!({"to": "a@b.ro", "locale": "en", "subject": "S", "parts": []});
        assert!(!serde_json::from_value::<Mail>(old).unwrap().names_help_desk, "an earlier version wrote it");
    }
}
