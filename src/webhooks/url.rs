//! The address of an endpoint.

use std::fmt;

use url::Url;

use crate::text::{Rule, input};

const FORMAT: Rule = Rule::new(
    "webhook_url_format",
    "The address is absolute, with https (in a sandbox also http), without user and fragment, of at most 500 characters",
    "Adresa este absolută, cu https (într-un sandbox și http), fără utilizator și fragment, de cel mult 500 de caractere",
);

/// An absolute address over HTTP, in the form that a parser gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EndpointUrl(Url);

impl EndpointUrl {
    /// Parses an address. Whether it may be connected to, [`Reach`](super::Reach) says.
    ///
    /// # Errors
    /// `webhook_url_format`.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let url = Url::parse(text).map_err(|_| &FORMAT)?;
        let is_bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let is_plain = text.len() <= 500 && url.as_str().len() <= 500;
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_web = matches!(url.scheme(), "https" | "http") && url.host().is_some();
        if is_bare && is_plain && is_visible && is_web { Ok(Self(url)) } else { Err(&FORMAT) }
    }

    /// Returns the address.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

input!(EndpointUrl, breaks [FORMAT], min_length: 8, max_length: 500, pattern: "^[Hh][Tt][Tt][Pp][Ss]?:[!-~]+$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_absolute_and_carries_no_secret() {
        assert!(EndpointUrl::parse("https://portal.city.example/hooks?x=1").is_ok());
        for text in [
            "",
            "portal.city.example",
            "/hooks",
            "ftp://city.example/",
            "https://user@city.example/",
            "https://u:p@city.example/",
            "https://city.example/#x",
            "https://city.example/\n",
            "javascript:alert(1)",
            "https://",
        ] {
            assert!(EndpointUrl::parse(text).is_err(), "{text}");
        }
        assert!(EndpointUrl::parse(&format!("https://city.example/{}", "x".repeat(500))).is_err());
    }
}
