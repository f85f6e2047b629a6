//! CNP, *cod numeric personal*: the 13 digits `S AA LL ZZ JJ NNN C` that identify a natural person in Romania.

use std::fmt;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::text;
use crate::text::{Rule, input, typed};

/// The text does not have 13 characters.
pub const CNP_LENGTH: Rule = Rule::new("cnp_length", "A CNP has 13 digits", "CNP-ul are 13 cifre");

/// There are characters other than the digits 0 to 9.
pub const CNP_DIGITS: Rule = Rule::new("cnp_digits", "A CNP has digits only", "CNP-ul conține numai cifre");

/// The first digit is 0.
pub const CNP_SEX: Rule = Rule::new(
    "cnp_sex",
    "The first digit of a CNP must be 1 to 9",
    "Prima cifră a CNP-ului trebuie să fie de la 1 la 9",
);

/// Digits 2 to 7 are not a date of the century given by the first digit.
pub const CNP_DATE: Rule = Rule::new(
    "cnp_date",
    "Digits 2 to 7 of a CNP must be a real date of birth",
    "Cifrele 2–7 ale CNP-ului trebuie să formeze o dată de naștere reală",
);

/// Digits 10 to 12 are 000.
pub const CNP_SEQUENCE: Rule = Rule::new(
    "cnp_sequence",
    "Digits 10 to 12 of a CNP must be 001 to 999",
    "Cifrele 10–12 ale CNP-ului trebuie să fie de la 001 la 999",
);

/// The check digit is wrong.
pub const CNP_CHECKSUM: Rule = Rule::new(
    "cnp_checksum",
    "The check digit of the CNP does not match: look for a mistyped digit",
    "Cifra de control a CNP-ului nu corespunde: verificați dacă o cifră este greșită",
);

/// The longest accepted text in characters, with separators between the digits.
const LONGEST_TYPED: usize = 80;

/// Digits of a CNP.
const LENGTH: usize = 13;

/// The weights of the first twelve digits in the check digit.
const WEIGHTS: [u32; LENGTH - 1] = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];

/// The sex encoded in a CNP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// An even first digit.
    Female,
    /// An odd first digit other than 9.
    Male,
}

/// A CNP with valid form, date and check digit; only the population register knows whether it belongs to somebody.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cnp(String);

impl Cnp {
    /// Parses 13 ASCII digits, ignoring spaces, dashes and invisible marks between and around them.
    ///
    /// Never refuses a county (`JJ`): codes beyond the published list are in use, and every CNP issued after 8 May 2024
    /// has 70.
    ///
    /// # Errors
    /// The first broken rule of [`CNP_LENGTH`], [`CNP_DIGITS`], [`CNP_SEX`], [`CNP_DATE`], [`CNP_SEQUENCE`],
    /// [`CNP_CHECKSUM`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        if text.chars().nth(LONGEST_TYPED).is_some() {
            return Err(&CNP_LENGTH);
        }
        let text = text::freed(text);
        if text.chars().count() != LENGTH {
            return Err(&CNP_LENGTH);
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(&CNP_DIGITS);
        }
        let cnp = Self(text);
        if cnp.number(0, 1) == 0 {
            return Err(&CNP_SEX);
        }
        if !cnp.centuries().iter().any(|&century| cnp.date_in(century).is_some()) {
            return Err(&CNP_DATE);
        }
        if cnp.number(9, 3) == 0 {
            return Err(&CNP_SEQUENCE);
        }
        if cnp.number(12, 1) != cnp.check_digit() {
            return Err(&CNP_CHECKSUM);
        }
        Ok(cnp)
    }

    /// Returns the 13 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the date of birth; `None` for residents and other foreigners (first digit 7, 8, 9), whose CNP does not
    /// encode the century.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        match self.centuries() {
            &[century] => self.date_in(century),
            _ => None,
        }
    }

    /// Returns whether a person with this CNP can have been born on that day: the encoded day, in a possible century.
    #[must_use]
    pub fn allows_birth_date(&self, date: NaiveDate) -> bool {
        self.centuries().iter().any(|&century| self.date_in(century) == Some(date))
    }

    /// Returns the sex; `None` for a first digit 9, which does not encode it.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        match self.number(0, 1) {
            9 => None,
            digit if digit % 2 == 0 => Some(Sex::Female),
            _ => Some(Sex::Male),
        }
    }

    /// Returns whether it was issued to a foreigner: a resident (first digit 7, 8) or another (9).
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.number(0, 1) >= 7
    }

    /// Returns the first years of the possible centuries.
    fn centuries(&self) -> &'static [i32] {
        match self.number(0, 1) {
            1 | 2 => &[1900],
            3 | 4 => &[1800],
            5 | 6 => &[2000],
            _ => &[1900, 2000],
        }
    }

    /// Returns the date `AA LL ZZ` in one century, if it exists.
    fn date_in(&self, century: i32) -> Option<NaiveDate> {
        let year = century.checked_add_unsigned(self.number(1, 2))?;
        NaiveDate::from_ymd_opt(year, self.number(3, 2), self.number(5, 2))
    }

    /// Computes the weighted sum of the first twelve digits modulo 11, where 10 counts as 1.
    fn check_digit(&self) -> u32 {
        let sum: u32 = self.digits().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
        if sum % 11 == 10 { 1 } else { sum % 11 }
    }

    /// Returns the number in `length` digits from position `start` (the first is 0).
    fn number(&self, start: usize, length: usize) -> u32 {
        self.digits().skip(start).take(length).fold(0, |number, digit| number * 10 + digit)
    }

    fn digits(&self) -> impl Iterator<Item = u32> {
        self.0.bytes().map(|byte| u32::from(byte.saturating_sub(b'0')))
    }
}

impl Serialize for Cnp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

input!(
    Cnp,
    breaks [CNP_LENGTH, CNP_DIGITS, CNP_SEX, CNP_DATE, CNP_SEQUENCE, CNP_CHECKSUM],
    min_length: LENGTH,
    max_length: LONGEST_TYPED,
    pattern: typed::code("[1-9]", "[0-9]", LENGTH - 1),
);

impl fmt::Debug for Cnp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cnp(…)")
    }
}

#[cfg(test)]
mod tests;
