//! The caller's language: Romanian or English, from `Accept-Language` (RFC 9110, section 12.5.4), as actix-web reads it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, AcceptLanguage, Header, Quality};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::NaiveDate;

use crate::text::coded;

/// The longest `Accept-Language` that is read, in octets: longer ones are not a browser's.
const MAX_LENGTH: usize = 1024;

coded! {
    /// A language of the service. The default is Romanian, the official language.
    #[derive(Default, clap::ValueEnum)]
    pub enum Locale in "accounts.locale", "registrations.locale", "support_requests.locale", "applications.language", "oauth_requests.locale" {
        /// Romanian.
        #[default]
        Ro = "ro",
        /// English.
        En = "en",
    }
}

/// What a caller reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// This language best, of those of the service.
    This(Locale),
    /// Neither of our languages.
    Others,
    /// Anything, or nothing was said.
    Anything,
}

impl Reads {
    /// Reads the wish of a request; an unreadable one counts as none.
    fn of(request: &impl HttpMessage) -> Self {
        let length: usize = request.headers().get_all(ACCEPT_LANGUAGE).map(|value| value.len()).sum();
        if length > MAX_LENGTH {
            return Self::Anything;
        }
        AcceptLanguage::parse(request).map_or(Self::Anything, |wish| Self::best(&wish))
    }

    /// Picks the language with the highest weight, of equals the first. A weight of zero excludes a language, and `*`
    /// then stands for the other one.
    fn best(wish: &AcceptLanguage) -> Self {
        let named = wish.iter().filter_map(|range| {
            let language = range.item.item()?.primary_language().to_ascii_lowercase();
            Some((Locale::parse(&language).ok()?, range.quality))
        });
        let accepted = named.clone().filter(|(_, weight)| *weight > Quality::ZERO);
        let best = accepted.reduce(|best, next| if next.1 > best.1 { next } else { best });
        if let Some((locale, _)) = best {
            return Self::This(locale);
        }
        let excludes = |locale| named.clone().any(|(other, _)| other == locale);
        let takes_any = wish.iter().any(|range| range.item.is_any() && range.quality > Quality::ZERO);
        if takes_any && excludes(Locale::Ro) && !excludes(Locale::En) {
            return Self::This(Locale::En);
        }
        let names_one = wish.iter().any(|range| range.item.is_specific());
        if names_one { Self::Others } else { Self::Anything }
    }
}

impl Locale {
    /// Chooses the best language for a request: Romanian if it wishes for neither.
    #[must_use]
    pub fn of(request: &impl HttpMessage) -> Self {
        match Reads::of(request) {
            Reads::This(locale) => locale,
            Reads::Others | Reads::Anything => Self::default(),
        }
    }

    /// Picks the language for a person who reads a page: English for readers of neither Romanian nor English.
    #[must_use]
    pub fn of_reader(request: &impl HttpMessage) -> Self {
        match Reads::of(request) {
            Reads::This(locale) => locale,
            Reads::Others => Self::En,
            Reads::Anything => Self::default(),
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

impl FromRequest for Locale {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// What a program and a reader get.
    fn chosen(values: &[&str]) -> (Locale, Locale) {
        let request = values.iter().fold(TestRequest::get(), |request, value| {
            request.append_header((ACCEPT_LANGUAGE, value.as_bytes()))
        });
        let request = request.to_http_request();
        (Locale::of(&request), Locale::of_reader(&request))
    }

    #[test]
    fn the_heaviest_known_language_wins_and_the_first_of_equals() {
        use Locale::{En, Ro};
        for (wish, locale) in [
            ("en", En),
            ("ro-RO", Ro),
            ("EN-gb", En),
            ("en;q=0.9", En),
            ("ro-RO,ro;q=0.9,en-US;q=0.8,en;q=0.7", Ro),
            ("en-US,en;q=0.9,ro;q=0.8", En),
            ("de, en-GB;q=0.8, ro;q=0.9", Ro),
            ("de, ro;q=0.3", Ro),
            ("en, ro", En),
            ("ro , en", Ro),
            ("ro ; q=0.1 , en ; q=0.2", En),
            ("en;q=0.001", En),
        ] {
            assert_eq!(chosen(&[wish]), (locale, locale), "{wish}");
        }
        assert_eq!(chosen(&["de;q=0.9", "en;q=0.5"]), (En, En), "two headers are one list");
    }

    #[test]
    fn a_weight_of_zero_excludes_a_language() {
        use Locale::{En, Ro};
        for (wish, locale) in [
            ("en;q=0, ro;q=0.1", Ro),
            ("ro;q=0, en;q=0.1", En),
            ("ro;q=0.000, *", En),
            ("*, ro;q=0", En),
            ("en;q=0, *", Ro),
        ] {
            assert_eq!(chosen(&[wish]).0, locale, "{wish}");
        }
    }

    #[test]
    fn who_reads_neither_language_gets_english_on_pages_alone() {
        for wish in
            ["de-DE,de;q=0.9", "fr, de;q=0.5", "eng", "rom", "de, *;q=0.1", "ro;q=0", "ro;q=0, en;q=0"]
        {
            assert_eq!(chosen(&[wish]), (Locale::Ro, Locale::En), "{wish}");
        }
    }

    #[test]
    fn who_says_nothing_that_can_be_read_gets_romanian() {
        assert_eq!(chosen(&[]), (Locale::Ro, Locale::Ro));
        let long = format!("en{}", ", en".repeat(300));
        for wish in [
            "",
            ",",
            " , ;",
            "*",
            "*;q=0.5",
            "*;q=0",
            "en;q=much",
            "en;q=",
            "en;q=2",
            "en;q=-1",
            "en;q=NaN",
            ";q=1",
            "e n",
            "en_GB",
            "en;",
            "ă",
            "\"en\"",
            &long,
        ] {
            assert_eq!(chosen(&[wish]), (Locale::Ro, Locale::Ro), "{wish}");
        }
        assert_eq!(chosen(&["en;q=1.5, ro;q=x, en-GB;q=0.2"]), (Locale::En, Locale::En), "the rest counts");
    }
}
