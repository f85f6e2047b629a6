//! The language of the sandbox's pages and lists: Romanian, or English on request.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header as _};

/// A language of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Locale {
    /// Romanian, the default.
    #[default]
    Ro,
    /// English.
    En,
}

impl Locale {
    /// Returns the locale of a BCP 47 tag, by its primary subtag.
    #[must_use]
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            "ro" => Some(Self::Ro),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Returns the best match for `Accept-Language` (RFC 9110, section 12.5.4).
    #[must_use]
    pub(super) fn of_request(req: &HttpRequest) -> Self {
        let Ok(accepted) = AcceptLanguage::parse(req) else { return Self::default() };
        accepted.ranked().iter().find_map(|tag| Self::from_tag(&tag.to_string())).unwrap_or_default()
    }

    /// Returns the BCP 47 tag, for the `lang` attribute.
    #[must_use]
    pub(super) const fn tag(self) -> &'static str {
        self.pick("ro", "en")
    }

    /// Returns the text in this language.
    #[must_use]
    pub(super) const fn pick<'a>(self, ro: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ro => ro,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::Locale;

    fn asked(header: &str) -> Locale {
        Locale::of_request(
            &TestRequest::default().insert_header(("Accept-Language", header)).to_http_request(),
        )
    }

    #[test]
    fn the_best_ranked_language_wins() {
        assert_eq!(asked("en-GB, ro;q=0.8"), Locale::En);
        assert_eq!(asked("en;q=0.3, ro-RO;q=0.9"), Locale::Ro);
        assert_eq!(asked("fr, en;q=0.1"), Locale::En);
    }

    #[test]
    fn romanian_is_the_default() {
        assert_eq!(asked("fr"), Locale::Ro);
        assert_eq!(asked("not a header;;;q=x"), Locale::Ro);
        assert_eq!(Locale::of_request(&TestRequest::default().to_http_request()), Locale::Ro);
    }
}
