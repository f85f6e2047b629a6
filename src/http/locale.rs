//! The caller's language: Romanian or English, from `Accept-Language` (RFC 9110, section 12.5.4).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use chrono::NaiveDate;

use crate::text::coded;

coded! {
    /// A language of the service. The default is Romanian, the official language.
    #[derive(Default, clap::ValueEnum)]
    pub enum Locale in "accounts.locale", "registrations.locale", "support_requests.locale", "applications.language" {
        /// Romanian.
        #[default]
        Ro = "ro",
        /// English.
        En = "en",
    }
}

impl Locale {
    /// Chooses the best language for a request.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let wish = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        wish.and_then(preferred).unwrap_or_default()
    }

    /// Picks the language for a person who reads a page: English for readers of neither Romanian nor English.
    #[must_use]
    pub fn of_reader(headers: &HeaderMap) -> Self {
        let wish = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let names_a_language =
            |wish: &&str| wish.bytes().any(|byte| byte.is_ascii_alphabetic() && byte != b'q');
        match wish.filter(names_a_language) {
            Some(wish) => preferred(wish).unwrap_or(Self::En),
            None => Self::default(),
        }
    }

    /// Formats a date for people.
    #[must_use]
    pub fn date(self, day: NaiveDate) -> String {
        day.format(self.pick("%d.%m.%Y", "%-d %B %Y")).to_string()
    }

    /// Picks one of two texts.
    #[must_use]
    pub const fn pick<'a>(self, ro: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ro => ro,
            Self::En => en,
        }
    }
}

/// Returns the supported language with the highest weight.
fn preferred(header: &str) -> Option<Locale> {
    let wishes = header.split(',').take(16).filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse::<f32>().ok())?;
        let locale = match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
            "ro" => Locale::Ro,
            "en" => Locale::En,
            _ => return None,
        };
        (weight > 0.0).then_some((weight, locale))
    });
    wishes.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, locale)| locale)
}

impl FromRequest for Locale {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCEPT_LANGUAGE, HeaderMap, Locale, preferred};

    #[test]
    fn who_reads_neither_language_gets_english_and_who_says_nothing_romanian() {
        let read = |wish: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, wish.parse().unwrap());
            Locale::of_reader(&headers)
        };
        assert_eq!(Locale::of_reader(&HeaderMap::new()), Locale::Ro);
        for (wish, locale) in [
            ("de-DE,de;q=0.9", Locale::En),
            ("de,ro;q=0.3", Locale::Ro),
            ("ro", Locale::Ro),
            ("*;q=0.5", Locale::Ro),
        ] {
            assert_eq!(read(wish), locale, "{wish}");
        }
    }

    #[test]
    fn the_heaviest_known_language_wins_and_the_first_of_equals() {
        assert_eq!(preferred("en"), Some(Locale::En));
        assert_eq!(preferred("de, en-GB;q=0.8, ro;q=0.9"), Some(Locale::Ro));
        assert_eq!(preferred("en, ro"), Some(Locale::En));
        assert_eq!(preferred("en;q=0, ro;q=0.1"), Some(Locale::Ro));
        assert_eq!(preferred("fr, de;q=0.5"), None);
        assert_eq!(preferred("en;q=NaN-nonsense"), None);
    }
}
