//! Where a redirect may go (RFC 6749, section 3.1.2; RFC 8252, section 7).

use std::fmt;

use url::Url;

use super::origin::{is_loopback_address, is_this_machine};
use crate::text::{Rule, input};

const FORMAT: Rule = Rule::new(
    "redirect_uri_format",
    "A redirect URI is an absolute https address without user and fragment; on this machine http; for apps a scheme with a dot, such as ro.city.app:/done",
    "Adresa de redirecționare este o adresă https absolută, fără utilizator și fragment; pe acest calculator, http; pentru aplicații, o schemă cu punct, de exemplu ro.oras.app:/gata",
);

/// The largest registered URI, in octets.
const MAX: usize = 500;

/// The kind of address that a redirect URI is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectForm {
    /// A web address, or one that an app has claimed (RFC 8252, section 7.2).
    Https,
    /// 127.0.0.1 or `[::1]`, where an app listens (section 7.3).
    Loopback,
    /// `localhost`: for pages in development.
    Localhost,
    /// A scheme of an app's own, a domain name in reverse (section 7.1).
    PrivateUse,
}

/// A registered redirect URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    form: RedirectForm,
}

impl RedirectUri {
    /// Parses a URI. It must be in the form that a parser gives back, so that no two texts mean one address.
    ///
    /// # Errors
    /// `redirect_uri_format`.
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let url = Url::parse(text).map_err(|_| &FORMAT)?;
        let form = form(&url).ok_or(&FORMAT)?;
        let is_bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let is_visible = text.len() <= MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        // A front end may leave out the slash of the root, which the parser adds.
        let is_canonical = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
        let fits = is_bare && is_visible && is_canonical && !text.contains('*');
        if fits { Ok(Self { text: text.to_owned(), form }) } else { Err(&FORMAT) }
    }

    /// Returns the URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the kind of address.
    #[must_use]
    pub fn form(&self) -> RedirectForm {
        self.form
    }
}

fn form(url: &Url) -> Option<RedirectForm> {
    match url.scheme() {
        "https" => url.host_str().filter(|host| !host.is_empty()).map(|_| RedirectForm::Https),
        "http" if is_loopback_address(url) => Some(RedirectForm::Loopback),
        "http" if is_this_machine(url) => Some(RedirectForm::Localhost),
        scheme if scheme.contains('.') && !url.has_authority() && url.path().starts_with('/') => {
            Some(RedirectForm::PrivateUse)
        }
        _ => None,
    }
}

/// Returns whether a redirect may go to `presented`: it is the registered URI to the letter, or, for an app, the same
/// loopback address at another port, which the system chose as the app began to listen (RFC 8252, section 7.3).
#[must_use]
pub fn matches(registered: &str, presented: &str, is_native: bool) -> bool {
    registered == presented || (is_native && differ_by_port(registered, presented))
}

fn differ_by_port(registered: &str, presented: &str) -> bool {
    let without_port = |text: &str| {
        let uri = RedirectUri::parse(text).ok().filter(|uri| uri.form == RedirectForm::Loopback)?;
        let mut url = Url::parse(&uri.text).ok()?;
        url.set_port(None).ok()?;
        // The root's slash counts, as everywhere.
        Some((url, text.ends_with('/')))
    };
    without_port(registered).is_some_and(|known| without_port(presented) == Some(known))
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for RedirectUri {
    type Err = &'static Rule;

    fn from_str(text: &str) -> Result<Self, &'static Rule> {
        Self::parse(text)
    }
}

input!(RedirectUri, breaks [FORMAT], min_length: 4, max_length: MAX, pattern: "^[a-z][a-z0-9+.-]*:[!-~]+$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_has_one_of_four_forms() {
        for (text, form) in [
            ("https://city.example/done", RedirectForm::Https),
            ("https://city.example/done?from=hub", RedirectForm::Https),
            ("https://city.example", RedirectForm::Https),
            ("http://127.0.0.1/done", RedirectForm::Loopback),
            ("http://[::1]:4000/", RedirectForm::Loopback),
            ("http://localhost:5173/done", RedirectForm::Localhost),
            ("ro.city.app:/done", RedirectForm::PrivateUse),
        ] {
            assert_eq!(RedirectUri::parse(text).unwrap().form(), form, "{text}");
        }
        for text in [
            "",
            "/done",
            "http://city.example/done",
            "https://city.example/done#x",
            "https://user@city.example/done",
            "https://city.example/*",
            "https://city.example/a/../done",
            "https://city.example\\done",
            "https://City.example/done",
            "https://city.example:443/done",
            "https://city.example/d one",
            "https://oraș.example/",
            "http://127.1/",
            "http://localhost.evil.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "app:/done",
            "ro.city.app://evil.example/done",
            "ro.city.app:done",
        ] {
            assert_eq!(RedirectUri::parse(text), Err(&FORMAT), "{text}");
        }
    }

    #[test]
    fn only_an_app_on_a_loopback_address_chooses_its_port() {
        assert!(matches("https://city.example/done", "https://city.example/done", false));
        assert!(matches("http://127.0.0.1/done", "http://127.0.0.1:51000/done", true));
        assert!(matches("http://[::1]:1/", "http://[::1]:51000/", true));
        for (registered, presented, is_native) in [
            ("http://127.0.0.1/done", "http://127.0.0.1:51000/done", false),
            ("http://127.0.0.1/done", "http://127.0.0.1:51000/other", true),
            ("http://127.0.0.1/done", "http://127.0.0.1:51000/done?x=1", true),
            ("http://127.0.0.1/done", "http://127.0.0.1:51000@evil.example/done", true),
            ("http://127.0.0.1/done", "http://127.0.0.1:51000/a/../done", true),
            ("http://127.0.0.1/done", "http://[::1]:51000/done", true),
            ("http://localhost/done", "http://localhost:51000/done", true),
            ("https://city.example/done", "https://city.example:444/done", true),
            ("ro.city.app:/done", "ro.city.app:/done/", true),
        ] {
            assert!(!matches(registered, presented, is_native), "{registered} {presented}");
        }
    }
}
