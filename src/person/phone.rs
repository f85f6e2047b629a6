//! Telephone numbers in international form (ITU-T E.164).

use std::fmt;

use crate::text;
use crate::text::{Rule, input};

/// The text is not `+`, a country code and a number of 7 to 15 digits together.
pub const PHONE_FORMAT: Rule = Rule::new(
    "phone_format",
    "Write the number with its country code, like +40712345678",
    "Scrieți numărul cu prefixul țării, de exemplu +40712345678",
);

/// The number has Romania's code 40, but not 9 digits after it, or these do not begin with 2, 3 or 7.
pub const PHONE_ROMANIAN: Rule = Rule::new(
    "phone_romanian",
    "A Romanian number has 9 digits after +40, the first being 2, 3 or 7",
    "Un număr din România are 9 cifre după +40, prima fiind 2, 3 sau 7",
);

/// The same for an office, whose number may also begin with 8 or 9.
pub const PHONE_OF_OFFICE: Rule = Rule::new(
    "phone_of_office",
    "A Romanian number has 9 digits after +40, the first being 2, 3, 7, 8 or 9",
    "Un număr din România are 9 cifre după +40, prima fiind 2, 3, 7, 8 sau 9",
);

/// A telephone number of any country.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// The longest accepted text in characters: fifteen digits, a plus sign, and separators.
const LONGEST_TYPED: usize = 64;

impl Phone {
    /// Parses `+` and 7 to 15 digits, ignoring spaces, dashes, dots, parentheses and invisible marks.
    ///
    /// A number without a country code is refused rather than taken as Romanian: ten digits that begin with 07 are a
    /// mobile number in France too.
    ///
    /// # Errors
    /// [`PHONE_FORMAT`] or [`PHONE_ROMANIAN`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        Self::parse_romanian(text, &['2', '3', '7'], &PHONE_ROMANIAN)
    }

    /// Parses the number of an office, which may also be toll-free (0800) or have another tariff (08, 09).
    ///
    /// # Errors
    /// [`PHONE_FORMAT`] or [`PHONE_OF_OFFICE`].
    pub fn parse_of_office(text: &str) -> Result<Self, &'static Rule> {
        Self::parse_romanian(text, &['2', '3', '7', '8', '9'], &PHONE_OF_OFFICE)
    }

    fn parse_romanian(text: &str, first: &[char], rule: &'static Rule) -> Result<Self, &'static Rule> {
        if text.chars().nth(LONGEST_TYPED).is_some() {
            return Err(&PHONE_FORMAT);
        }
        let number = text::freed(text).replace(['.', '(', ')'], "");
        let digits = number.strip_prefix('+').ok_or(&PHONE_FORMAT)?;
        let international = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if !international {
            return Err(&PHONE_FORMAT);
        }
        match digits.strip_prefix("40") {
            Some(romanian) if romanian.len() != 9 || !romanian.starts_with(first) => Err(rule),
            _ => Ok(Self(number)),
        }
    }

    /// Returns `+` and the digits, as in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

input!(
    Phone,
    breaks [PHONE_FORMAT, PHONE_ROMANIAN],
    min_length: 8,
    max_length: LONGEST_TYPED,
    pattern: pattern(),
);

/// Returns the pattern of the contract: of Romania, of the other countries whose codes begin with 4, of all others.
fn pattern() -> String {
    let between = r"[\s\-.()\u2010-\u2015\u2212]*";
    let digits = |count: &str| format!("(?:{between}[0-9]){{{count}}}");
    format!(
        "^{between}\\+{between}(?:4{between}0{between}[237]{}|4{between}[1-9]{}|[1-35-9]{}){between}$",
        digits("8"),
        digits("5,13"),
        digits("6,14"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_have_free_numbers_and_people_do_not() {
        assert_eq!(Phone::parse("+40 800 800 201"), Err(&PHONE_ROMANIAN));
        assert_eq!(Phone::parse_of_office("+40 800 800 201").unwrap().as_str(), "+40800800201");
        assert_eq!(Phone::parse_of_office("+40 400 800 201"), Err(&PHONE_OF_OFFICE));
    }

    #[test]
    fn numbers_are_read_however_they_are_grouped() {
        for (text, number) in [
            ("+40712345678", "+40712345678"),
            ("+40 712 345 678", "+40712345678"),
            (" +40-21-312.34.56 ", "+40213123456"),
            ("+44 (20) 7946 0018", "+442079460018"),
            ("+33612345678", "+33612345678"),
            ("+40\u{A0}712\u{2011}345\u{200B}678", "+40712345678"),
            ("+37322250505", "+37322250505"),
            ("+2901234", "+2901234"),
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), number);
        }
    }

    #[test]
    fn numbers_that_are_not_international_are_refused() {
        for text in [
            "",
            "+",
            "0712345678",
            "0040712345678",
            "+0712345678",
            "+123456",
            "+1234567890123456",
            "+4071234567a",
            "++40712345678",
            "+٤٠٧١٢٣٤٥٦٧٨",
            "40712345678",
        ] {
            assert_eq!(Phone::parse(text), Err(&PHONE_FORMAT), "{text:?}");
        }
    }

    #[test]
    fn romanian_numbers_have_nine_digits() {
        for text in ["+4071234567", "+407123456789", "+40112345678", "+400712345678"] {
            assert_eq!(Phone::parse(text), Err(&PHONE_ROMANIAN), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Phone::parse("+40712345678").unwrap()), "Phone(…)");
    }
}
