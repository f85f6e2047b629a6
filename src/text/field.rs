//! The values of text fields. Each has its limits in its type, and only parsing makes one: what holds one checks nothing.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::human::{
    MESSAGE_CONTROL_CHARACTER, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, TEXT_TOO_LONG, line,
    message, normalize,
};
use super::input;
use super::rule::{self, Rule};

/// The text is too short or too long.
pub const LENGTH: Rule =
    Rule::new("length", "The text is too short or too long", "Textul este prea scurt sau prea lung");

/// One line of normalized text of at most `MAX` characters: made by [`line()`] alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Line<const MAX: usize>(String);

/// A line of at most 500 characters.
pub type Text = Line<500>;

impl<const MAX: usize> Line<MAX> {
    /// Parses a line.
    ///
    /// # Errors
    /// Those of [`line()`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        line(text, MAX).map(Self)
    }

    /// Parses an optional line; blank text is `None`.
    ///
    /// # Errors
    /// Those of [`line()`].
    pub fn parse_optional(text: &str) -> Result<Option<Self>, &'static Rule> {
        if normalize(text).trim().is_empty() { Ok(None) } else { Self::parse(text).map(Some) }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line(…)")
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> std::str::FromStr for Line<MAX> {
    type Err = &'static Rule;

    fn from_str(text: &str) -> Result<Self, &'static Rule> {
        Self::parse(text)
    }
}

impl<const MAX: usize> Serialize for Line<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

input!(
    [const MAX: usize] Line<MAX>,
    breaks [TEXT_BLANK, TEXT_TOO_LONG, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE],
    min_length: 1,
    max_length: MAX,
    pattern: r"\S",
);

/// Deserializes a member that may be absent, null or blank: all three are `None`.
///
/// # Errors
/// Those of [`Text::parse`].
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map_or(Ok(None), |text| Text::parse_optional(&text)).map_err(rule::as_serde_error)
}

/// A message of several lines, of at most `MAX` characters: made by [`message()`] alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Message<const MAX: usize>(String);

impl<const MAX: usize> Message<MAX> {
    /// Parses a message.
    ///
    /// # Errors
    /// Those of [`message()`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        message(text, MAX).map(Self)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Message<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(…)")
    }
}

input!(
    [const MAX: usize] Message<MAX>,
    breaks [TEXT_BLANK, TEXT_TOO_LONG, MESSAGE_CONTROL_CHARACTER],
    min_length: 1,
    max_length: MAX,
    pattern: r"\S",
);

/// A text of `MIN` to `MAX` characters of any kind but NUL, which PostgreSQL stores in no text: a token, say. It is looked up
/// or compared, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Opaque<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Opaque<MIN, MAX> {
    /// Parses a text.
    ///
    /// # Errors
    /// [`LENGTH`], [`TEXT_CONTROL_CHARACTER`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        if !(MIN..=MAX).contains(&text.chars().count()) {
            return Err(&LENGTH);
        }
        if text.contains('\0') { Err(&TEXT_CONTROL_CHARACTER) } else { Ok(Self(text.to_owned())) }
    }

    /// Returns the text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Opaque<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque(…)")
    }
}

input!([const MIN: usize, const MAX: usize] Opaque<MIN, MAX>, breaks [LENGTH, TEXT_CONTROL_CHARACTER], min_length: MIN, max_length: MAX);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{MESSAGE_CONTROL_CHARACTER, TEXT_TOO_LONG};

    #[test]
    fn limits_count_characters() {
        assert_eq!(Line::<3>::parse(" s\u{326}i  ș ").err(), Some(&TEXT_TOO_LONG));
        assert_eq!(Line::<4>::parse(" s\u{326}i  ș ").unwrap().as_str(), "și ș");
        assert_eq!(Message::<2>::parse("a\r\n").unwrap().as_str(), "a\n");
        assert_eq!(Message::<2>::parse("a\u{202E}").err(), Some(&MESSAGE_CONTROL_CHARACTER));
        assert_eq!(Opaque::<1, 2>::parse("șș").unwrap().as_str(), "șș");
        for text in ["", "șșș"] {
            assert_eq!(Opaque::<1, 2>::parse(text), Err(&LENGTH));
        }
        assert_eq!(Opaque::<1, 2>::parse("a\0"), Err(&TEXT_CONTROL_CHARACTER));
    }

    #[test]
    fn a_blank_optional_line_is_none() {
        for text in ["", " ", "\u{00A0}\u{2003}"] {
            assert_eq!(Text::parse_optional(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Text::parse("Ana").unwrap(),
            Message::<9>::parse("Ana").unwrap(),
            Opaque::<1, 9>::parse("Ana").unwrap()
        );
        assert_eq!(shown, "Line(…) Message(…) Opaque(…)");
    }
}
