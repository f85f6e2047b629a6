//! Names of natural persons.

use std::fmt;

use crate::{rule::Rule, text};

/// A character that is neither a Latin letter nor one of space, hyphen, apostrophe, dot; or no letter at all.
pub const NAME_CHARACTERS: Rule = Rule::new(
    "name_characters",
    "A name has Latin letters, spaces, hyphens, apostrophes and dots only",
    "Numele conține numai litere latine, spații, cratime, apostrofuri și puncte",
);

/// Characters that a name may have; the longest field of a Romanian identity card has fewer.
const MAX_CHARS: usize = 80;

/// A family name, or all given names, as the person's document writes it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Reads 1 to 80 characters, of which at least one is a letter, and cuts the white space around them.
    ///
    /// # Errors
    /// A rule of [`text::check`], or [`NAME_CHARACTERS`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let name = text.trim();
        text::check(name, MAX_CHARS)?;
        let starts_with_mark = name.starts_with(is_combining_mark);
        if starts_with_mark || !name.chars().all(is_name_character) || !name.chars().any(is_latin_letter) {
            return Err(&NAME_CHARACTERS);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name, in the case in which it was given.
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

fn is_name_character(c: char) -> bool {
    is_latin_letter(c) || is_combining_mark(c) || matches!(c, ' ' | '-' | '\'' | '’' | '.')
}

/// Letters of the Latin blocks of Unicode that names are written in: Basic, Latin-1, Extended-A and B, the
/// letters like ə that stand among the IPA extensions, Extended Additional (Vietnamese) and Extended-C.
fn is_latin_letter(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c,
            'A'..='Z' | 'a'..='z'
            | '\u{00C0}'..='\u{02AF}'
            | '\u{1E00}'..='\u{1EFF}'
            | '\u{2C60}'..='\u{2C7F}')
}

/// Some letters (Yoruba ẹ̀, Guaraní g̃) have no composed form: in form C their marks still stand apart.
fn is_combining_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{TEXT_BLANK, TEXT_CEDILLA, TEXT_CONTROL_CHARACTER, TEXT_NOT_NFC, TEXT_TOO_LONG};

    #[test]
    fn names_of_many_languages_are_read() {
        for name in [
            "Popescu",
            "Ștefănescu-Țăranu",
            "Maria Ioana",
            "D’Artagnan",
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
    fn what_is_no_name_is_refused() {
        for text in [
            "Popescu2",
            "Попеску",
            "Παπάς",
            "a×b",
            "a÷b",
            "<b>",
            "a_b",
            "a,b",
            "-",
            ".",
            "' '",
            "\u{0301}a",
            "🙂",
        ] {
            assert_eq!(PersonName::parse(text), Err(&NAME_CHARACTERS), "{text}");
        }
    }

    #[test]
    fn the_rules_for_text_hold() {
        assert_eq!(PersonName::parse("  "), Err(&TEXT_BLANK));
        assert_eq!(PersonName::parse("Po\u{200B}pescu"), Err(&TEXT_CONTROL_CHARACTER));
        assert_eq!(PersonName::parse("S\u{0326}tefan"), Err(&TEXT_NOT_NFC));
        assert_eq!(PersonName::parse("\u{015E}tefan"), Err(&TEXT_CEDILLA));
        assert!(PersonName::parse(&"ș".repeat(80)).is_ok());
        assert_eq!(PersonName::parse(&"ș".repeat(81)), Err(&TEXT_TOO_LONG));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", PersonName::parse("Popescu").unwrap()), "PersonName(…)");
    }
}
