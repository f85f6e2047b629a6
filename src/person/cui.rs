//! CUI, *cod unic de înregistrare*: the fiscal code of a legal person.

use serde::{Serialize, Serializer};

use crate::text;
use crate::text::typed::BETWEEN;
use crate::text::{Rule, input};

/// There are not 2 to 10 characters after the prefix.
pub const CUI_LENGTH: Rule =
    Rule::new("cui_length", "A CUI has 2 to 10 digits", "CUI-ul are între 2 și 10 cifre");

/// There are characters other than the digits 0 to 9 after the prefix.
pub const CUI_DIGITS: Rule = Rule::new(
    "cui_digits",
    "A CUI has digits only, with RO before them or not",
    "CUI-ul conține numai cifre, cu sau fără RO în față",
);

/// The first digit is 0.
pub const CUI_LEADING_ZERO: Rule =
    Rule::new("cui_leading_zero", "A CUI does not begin with 0", "CUI-ul nu începe cu 0");

/// The check digit is wrong.
pub const CUI_CHECKSUM: Rule = Rule::new(
    "cui_checksum",
    "The check digit of the CUI does not match: look for a mistyped digit",
    "Cifra de control a CUI-ului nu corespunde: verificați dacă o cifră este greșită",
);

/// The longest accepted text in characters, with separators between the digits.
const LONGEST_TYPED: usize = 80;

/// The weights of the digits before the check digit, from the right.
const WEIGHTS_FROM_RIGHT: [u32; 9] = [2, 3, 5, 7, 1, 2, 3, 5, 7];

/// A fiscal code with valid form and check digit; only the trade register knows whether the firm exists.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cui(String);

impl Cui {
    /// Parses 2 to 10 ASCII digits, after an optional `RO` (for VAT payers) in either case, ignoring spaces, dashes and
    /// invisible marks between and around them.
    ///
    /// # Errors
    /// The first broken rule of [`CUI_LENGTH`], [`CUI_DIGITS`], [`CUI_LEADING_ZERO`], [`CUI_CHECKSUM`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        if text.chars().nth(LONGEST_TYPED).is_some() {
            return Err(&CUI_LENGTH);
        }
        let freed = text::freed(text);
        let digits = without_prefix(&freed);
        if !(2..=10).contains(&digits.chars().count()) {
            return Err(&CUI_LENGTH);
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(&CUI_DIGITS);
        }
        if digits.starts_with('0') {
            return Err(&CUI_LEADING_ZERO);
        }
        if !check_digit_matches(digits) {
            return Err(&CUI_CHECKSUM);
        }
        Ok(Self(digits.to_owned()))
    }

    /// Returns the digits, without `RO`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Cui {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

input!(
    Cui,
    breaks [CUI_LENGTH, CUI_DIGITS, CUI_LEADING_ZERO, CUI_CHECKSUM],
    min_length: 2,
    max_length: LONGEST_TYPED,
    pattern: pattern(),
);

/// Returns the pattern of the contract.
fn pattern() -> String {
    format!("^{BETWEEN}(?:[Rr]{BETWEEN}[Oo]{BETWEEN})?[1-9](?:{BETWEEN}[0-9]){{1,9}}{BETWEEN}$")
}

fn without_prefix(text: &str) -> &str {
    match text.split_at_checked(2) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("RO") => rest,
        _ => text,
    }
}

/// Checks that the check digit is ten times the weighted sum modulo 11, where 10 counts as 0.
fn check_digit_matches(digits: &str) -> bool {
    let mut from_right = digits.bytes().rev().map(|byte| u32::from(byte.saturating_sub(b'0')));
    let check = from_right.next();
    let sum: u32 = from_right.zip(WEIGHTS_FROM_RIGHT).map(|(digit, weight)| digit * weight).sum();
    check == Some(10 * sum % 11 % 10)
}

#[cfg(test)]
mod tests;
