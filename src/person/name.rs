//! Names of natural persons.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::text::rule::{self, Rule};
use crate::text::{self, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, TEXT_TOO_LONG, described};

/// The name has a character that is neither a Latin letter nor a usual mark, or has no letter at all.
pub const NAME_CHARACTERS: Rule = Rule::new(
    "name_characters",
    "A name has Latin letters, spaces, hyphens, apostrophes, dots, middle dots and commas only",
    "Numele conține numai litere latine, spații, cratime, apostrofuri, puncte, puncte mediane și virgule",
);

/// The longest name in characters; the longest field of a Romanian identity card is shorter.
const MAX_CHARS: usize = 80;

/// A family name, or all given names, as in the person's document. A person with one name only has an empty other name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Parses 1 to 80 characters with at least one letter.
    ///
    /// # Errors
    /// A rule of [`text::line()`], or [`NAME_CHARACTERS`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let typed: String = text.nfc().map(one_form).collect();
        let name = text::line(&typed, MAX_CHARS)?;
        let starts_with_mark = name.starts_with(is_combining_mark);
        if starts_with_mark || !name.chars().all(is_name_character) || !name.chars().any(is_latin_letter) {
            return Err(&NAME_CHARACTERS);
        }
        Ok(Self(name))
    }

    /// Parses a name that may be empty: blank text is no name.
    ///
    /// # Errors
    /// Those of [`PersonName::parse`].
    pub fn parse_or_none(text: &str) -> Result<Self, &'static Rule> {
        match Self::parse(text) {
            Err(rule) if *rule == TEXT_BLANK => Ok(Self(String::new())),
            read => read,
        }
    }

    /// Parses both names of a person, at least one of which is not empty.
    ///
    /// # Errors
    /// The field, `family_name` or `given_name`, and its broken rule.
    pub fn parse_pair(family: &str, given: &str) -> Result<(Self, Self), (&'static str, &'static Rule)> {
        let family = Self::parse_or_none(family).map_err(|rule| ("family_name", rule))?;
        let given = Self::parse_or_none(given).map_err(|rule| ("given_name", rule))?;
        if family.is_none() && given.is_none() {
            Err(("family_name", &TEXT_BLANK))
        } else {
            Ok((family, given))
        }
    }

    /// Returns whether the name is empty.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the name, in its original case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl Serialize for PersonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

described!(
    PersonName: String,
    breaks [TEXT_TOO_LONG, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, NAME_CHARACTERS],
    max_length: MAX_CHARS,
);

impl<'de> Deserialize<'de> for PersonName {
    /// Accepts an empty name: the type with both names checks that at least one is not.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        rule::parsed(deserializer, Self::parse_or_none)
    }
}

/// Maps what keyboards and programs write for the marks of a name, beyond what [`text`] normalizes.
fn one_form(c: char) -> char {
    match c {
        '\u{00B4}' | '\u{0060}' => '\'',
        '\u{2012}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{0387}' => '\u{00B7}',
        other => other,
    }
}

fn is_name_character(c: char) -> bool {
    is_latin_letter(c) || is_combining_mark(c) || matches!(c, ' ' | '-' | '\'' | '.' | ',' | '\u{00B7}')
}

/// Returns whether the letter is in a Latin block of Unicode: Basic, Latin-1, Extended-A and B, letters like ə among
/// the IPA extensions, Extended Additional (Vietnamese) and Extended-C.
fn is_latin_letter(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c,
            'A'..='Z' | 'a'..='z'
            | '\u{00C0}'..='\u{02AF}'
            | '\u{1E00}'..='\u{1EFF}'
            | '\u{2C60}'..='\u{2C7F}')
}

/// Accepts combining marks: some letters (Yoruba ẹ̀, Guaraní g̃) have no composed form, so form C keeps their marks.
fn is_combining_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{034E}' | '\u{0350}'..='\u{036F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_TOO_LONG};

    #[test]
    fn names_of_many_languages_are_read() {
        for name in [
            "Popescu",
            "Ștefănescu-Țăranu",
            "Maria Ioana",
            "D'Artagnan",
            "Gal·la",
            "Smith, Jr.",
            "Kɔfi Mɛnsa",
            "O'Neill",
            "St. John",
            "Nagy Gergő",
            "Əliyev",
            "Nguyễn Thị Hồng",
            "Łukasz",
            "Þórsdóttir",
            "ẞ",
            "Adẹ\u{0300}bayọ\u{0300}",
            "'t Hooft",
            "I",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn white_space_around_a_name_is_cut() {
        assert_eq!(PersonName::parse(" \tPopescu\u{00A0}\n").unwrap().as_str(), "Popescu");
    }

    #[test]
    fn all_spellings_of_a_name_become_one() {
        for (text, name) in [
            ("S\u{0326}tefan", "Ștefan"),
            ("\u{015E}tefan", "Ștefan"),
            ("O\u{2018}Neill", "O'Neill"),
            ("O\u{02BC}Neill", "O'Neill"),
            ("O´Neill", "O'Neill"),
            ("Ana\u{2011}Maria", "Ana-Maria"),
            ("Ana–Maria", "Ana-Maria"),
            ("Ana\u{00A0} Maria", "Ana Maria"),
            ("Gal\u{2027}la", "Gal·la"),
        ] {
            assert_eq!(PersonName::parse(text).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_person_has_at_least_one_name() {
        let (family, given) = PersonName::parse_pair("", "Suharto").unwrap();
        assert_eq!((family.as_str(), given.as_str()), ("", "Suharto"));
        assert!(PersonName::parse_pair("Suharto", " ").unwrap().1.is_none());
        assert_eq!(PersonName::parse_pair(" ", "").err(), Some(("family_name", &TEXT_BLANK)));
        assert_eq!(PersonName::parse_pair("-", "Ana").err(), Some(("family_name", &NAME_CHARACTERS)));
    }

    #[test]
    fn invalid_names_are_refused() {
        for text in [
            "Popescu2",
            "Попеску",
            "Παπάς",
            "a×b",
            "a÷b",
            "<b>",
            "a_b",
            "a;b",
            ",",
            "-",
            ".",
            "' '",
            "\u{0301}a",
        ] {
            assert_eq!(PersonName::parse(text), Err(&NAME_CHARACTERS), "{text}");
        }
    }

    #[test]
    fn the_rules_for_text_hold() {
        assert_eq!(PersonName::parse("  "), Err(&TEXT_BLANK));
        assert_eq!(PersonName::parse("Po\u{200B}pescu"), Err(&TEXT_CONTROL_CHARACTER));
        assert!(PersonName::parse(&"ș".repeat(80)).is_ok());
        assert_eq!(PersonName::parse(&"ș".repeat(81)), Err(&TEXT_TOO_LONG));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", PersonName::parse("Popescu").unwrap()), "PersonName(…)");
    }
}
