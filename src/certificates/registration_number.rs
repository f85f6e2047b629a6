//! The registration number of a certificate.

use std::fmt;

use crate::text::base32::{self, RandomUnavailable, with_dashes};
use crate::text::typed::{self, BETWEEN, SYMBOL};
use crate::text::{Rule, input};

/// The text is not of the form `CJ-YYYY-XXXX-XXXX-C`.
pub const REGISTRATION_NUMBER_FORMAT: Rule = Rule::new(
    "registration_number_format",
    "Enter the registration number, like CJ-2026-7K3M-Q9ZD-T",
    "Scrieți numărul de înregistrare al certificatului, de forma CJ-2026-7K3M-Q9ZD-T",
);

/// The check symbol is wrong.
pub const REGISTRATION_NUMBER_CHECK: Rule = Rule::new(
    "registration_number_check",
    "The check character does not match: look for a mistyped character or two swapped ones",
    "Caracterul de control nu corespunde: verificați dacă un caracter este greșit sau dacă două sunt inversate",
);

/// *Certificat de cazier judiciar*.
const PREFIX: &str = "CJ";
/// Random symbols: 40 bits, so that numbers reveal no count, and a pair of number and CNP cannot be guessed.
const RANDOM_SYMBOLS: usize = 8;
/// All symbols: prefix, year, random ones, check symbol.
const SYMBOLS: usize = PREFIX.len() + 4 + RANDOM_SYMBOLS + 1;
/// The positions of the dashes.
const DASHES_BEFORE: &[usize] = &[2, 6, 10, 14];

/// Why no number could be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The year of issue does not have four digits.
    #[error("the year of issue does not have four digits")]
    Year,
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// A registration number, `CJ-YYYY-XXXX-XXXX-C`: the year of issue, random symbols of Crockford's base 32, and a check
/// symbol that detects every mistyped symbol and every swap (see [`base32::check_symbol`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistrationNumber(String);

impl RegistrationNumber {
    /// Generates a number for a certificate issued in `year`.
    ///
    /// # Errors
    /// See [`GenerateError`].
    pub fn generate(year: i32) -> Result<Self, GenerateError> {
        if !(1000..=9999).contains(&year) {
            return Err(GenerateError::Year);
        }
        let unchecked = format!("{PREFIX}{year}{}", base32::random::<RANDOM_SYMBOLS>()?);
        let check = base32::check_symbol(&unchecked);
        Ok(Self(with_dashes(&format!("{unchecked}{check}"), DASHES_BEFORE)))
    }

    /// Parses a number as typed: in either case, with or without dashes and spaces, with I and L read as 1 and O as 0.
    ///
    /// # Errors
    /// [`REGISTRATION_NUMBER_FORMAT`] or [`REGISTRATION_NUMBER_CHECK`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let symbols = base32::normalize(text, SYMBOLS)
            .filter(|symbols| has_prefix_and_year(symbols))
            .ok_or(&REGISTRATION_NUMBER_FORMAT)?;
        let matches = symbols
            .split_at_checked(SYMBOLS - 1)
            .is_some_and(|(unchecked, check)| check.starts_with(base32::check_symbol(unchecked)));
        if matches { Ok(Self(with_dashes(&symbols, DASHES_BEFORE))) } else { Err(&REGISTRATION_NUMBER_CHECK) }
    }

    /// Returns the number as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

input!(
    RegistrationNumber,
    breaks [REGISTRATION_NUMBER_FORMAT, REGISTRATION_NUMBER_CHECK],
    min_length: SYMBOLS,
    max_length: base32::LONGEST_TYPED,
    pattern: pattern(),
);

/// Returns the pattern of the contract: the prefix, the year with its look-alikes, the other symbols.
fn pattern() -> String {
    let prefix_and_year = format!("[Cc]{BETWEEN}[Jj]{BETWEEN}[1-9ILil](?:{BETWEEN}[0-9ILOilo]){{3}}");
    typed::code(&prefix_and_year, SYMBOL, RANDOM_SYMBOLS + 1)
}

fn has_prefix_and_year(symbols: &str) -> bool {
    symbols
        .strip_prefix(PREFIX)
        .is_some_and(|rest| !rest.starts_with('0') && rest.bytes().take(4).all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_number_has_its_form_and_is_new() {
        let number = RegistrationNumber::generate(2026).unwrap();
        let groups: Vec<_> = number.as_str().split('-').map(str::len).collect();
        assert_eq!(groups, [2, 4, 4, 4, 1]);
        assert!(number.as_str().starts_with("CJ-2026-"));
        assert_eq!(number.to_string(), number.as_str());
        assert_eq!(RegistrationNumber::parse(number.as_str()).unwrap(), number);
        assert_ne!(RegistrationNumber::generate(2026).unwrap(), number);
    }

    #[test]
    fn the_year_has_four_digits() {
        for year in [i32::MIN, -2026, 0, 999, 10_000, i32::MAX] {
            assert_eq!(RegistrationNumber::generate(year), Err(GenerateError::Year), "{year}");
        }
    }

    /// The check symbol of this number was computed independently, with logarithm tables in GF(32).
    #[test]
    fn a_number_is_read_as_people_type_it() {
        for typed in
            ["CJ-2026-7K3M-01ZD-2", "cj20267k3m01zd2", " cj 2o26 7k3m OlZD 2 ", "CJ–2026–7K3M–0IZD–2"]
        {
            assert_eq!(RegistrationNumber::parse(typed).unwrap().as_str(), "CJ-2026-7K3M-01ZD-2", "{typed}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "CJ",
            "CJ-2026-7K3M-01ZD",
            "CJ-2026-7K3M-01ZD-2X",
            "XX-2026-7K3M-01ZD-2",
            "CJ-0026-7K3M-01ZD-2",
            "CJ-2A26-7K3M-01ZD-2",
            "CJ-2026-7K3M-01ZU-2",
            "CJ/2026/7K3M/01ZD/2",
        ] {
            assert_eq!(RegistrationNumber::parse(text), Err(&REGISTRATION_NUMBER_FORMAT), "{text}");
        }
    }

    prop_compose! {
        fn number()(year in 1000..=9999, random in "[0-9A-HJKMNP-TV-Z]{8}") -> Vec<char> {
            let unchecked = format!("CJ{year}{random}");
            let check = base32::check_symbol(&unchecked);
            unchecked.chars().chain([check]).collect()
        }
    }

    fn refused(symbols: &[char]) -> bool {
        RegistrationNumber::parse(&symbols.iter().collect::<String>()).is_err()
    }

    proptest! {
        // Each case tries all 465 wrong symbols and all swaps.
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_wrong_symbol_and_every_swap_is_refused(number in number()) {
            prop_assert!(!refused(&number));
            for at in 0..SYMBOLS {
                for other in (0..32).map(base32::symbol).filter(|other| *other != number[at]) {
                    let mut wrong = number.clone();
                    wrong[at] = other;
                    prop_assert!(refused(&wrong));
                }
                for with in (0..at).filter(|with| number[*with] != number[at]) {
                    let mut swapped = number.clone();
                    swapped.swap(at, with);
                    prop_assert!(refused(&swapped));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,24}") {
            if let Ok(number) = RegistrationNumber::parse(&text) {
                prop_assert_eq!(number.as_str().len(), 19);
            }
        }
    }
}
