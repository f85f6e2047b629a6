//! The id of a registered client.

use std::fmt;

use crate::text::{Rule, input};

/// The id of the first-party front end, which is in the settings.
pub const DEFAULT: &str = "hub";

const FORMAT: Rule = Rule::new(
    "client_id_format",
    "An id has 1 to 64 small letters, digits, dots, hyphens and underscores, and begins with a letter or digit",
    "Identificatorul are între 1 și 64 de litere mici, cifre, puncte, cratime și liniuțe de subliniere, și începe cu o literă sau cifră",
);
const RESERVED: Rule = Rule::new(
    "client_id_reserved",
    "The id `hub` is that of the front end in the settings",
    "Identificatorul `hub` este al interfeței din setări",
);

/// The id of a client in the table: no two differ by case alone, and none is that of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId(String);

impl ClientId {
    /// Parses an id.
    ///
    /// # Errors
    /// `client_id_format`, `client_id_reserved`.
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let begins = text.bytes().next().is_some_and(is_plain);
        let fits = text.len() <= 64 && text.bytes().all(|byte| is_plain(byte) || b".-_".contains(&byte));
        match text {
            DEFAULT => Err(&RESERVED),
            _ if begins && fits => Ok(Self(text.to_owned())),
            _ => Err(&FORMAT),
        }
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for ClientId {
    type Err = &'static Rule;

    fn from_str(text: &str) -> Result<Self, &'static Rule> {
        Self::parse(text)
    }
}

input!(
    ClientId,
    breaks [FORMAT, RESERVED],
    min_length: 1,
    max_length: 64,
    pattern: "^[a-z0-9][a-z0-9._-]{0,63}$",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain_and_not_that_of_the_settings() {
        for id in ["cluj", "city-2.portal_a", "0", &"a".repeat(64)] {
            assert_eq!(ClientId::parse(id).unwrap().as_str(), id);
        }
        assert_eq!(ClientId::parse("hub"), Err(&RESERVED));
        for id in ["", "Cluj", "-a", ".a", "a b", "cluj\n", "ș", &"a".repeat(65), "a/b", "HUB"] {
            assert_eq!(ClientId::parse(id), Err(&FORMAT), "{id}");
        }
    }
}
