//! The origin of a front end's pages, as browsers name it.

use std::fmt;

use url::{Host, Url};

use crate::text::{Rule, input};

const FORMAT: Rule = Rule::new(
    "origin_format",
    "An origin is a scheme (https, or http on this machine), a host and a port that is not the default, no more: https://city.example",
    "O origine este o schemă (https, sau http pe acest calculator), o gazdă și un port diferit de cel implicit, nimic altceva: https://oras.example",
);

/// Scheme, host and port, to the letter as in a browser's `Origin` (RFC 6454, section 6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Parses an origin. Plain HTTP is for pages of this machine.
    ///
    /// # Errors
    /// `origin_format`.
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let url = Url::parse(text).map_err(|_| &FORMAT)?;
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
        let is_exact = url.origin().ascii_serialization() == text && !text.contains('*');
        let fits = is_safe && text.len() <= 300 && is_exact;
        if fits { Ok(Self(text.to_owned())) } else { Err(&FORMAT) }
    }

    /// Returns the origin.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }
}

/// Returns whether the URL's host is this machine, by name or by address.
pub(super) fn is_this_machine(url: &Url) -> bool {
    is_loopback_address(url) || url.host_str() == Some("localhost")
}

/// Returns whether the URL's host is a loopback address: 127.0.0.1 or `[::1]` (RFC 8252, section 7.3).
pub(super) fn is_loopback_address(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        _ => false,
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Origin {
    type Err = &'static Rule;

    fn from_str(text: &str) -> Result<Self, &'static Rule> {
        Self::parse(text)
    }
}

input!(Origin, breaks [FORMAT], min_length: 10, max_length: 300, pattern: "^https?://[^/?#@]+$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends_and_no_more() {
        for text in [
            "https://city.example",
            "https://city.example:8443",
            "https://xn--ora-0xa.example",
            "http://localhost:5173",
            "http://127.0.0.1:1",
            "http://[::1]",
        ] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "null",
            "*",
            "https://*",
            "https://",
            "city.example",
            "http://city.example",
            "https://city.example/",
            "https://city.example:443",
            "https://City.example",
            "https://oraș.example",
            "https://user@city.example",
            "https://city.example?x",
            "https://city.example#",
            " https://city.example",
            "http://localhost.evil.example",
            "http://127.0.0.2",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            assert_eq!(Origin::parse(text), Err(&FORMAT), "{text}");
        }
    }
}
