//! The control code printed on a certificate: whoever knows it has seen the document.

use std::fmt;

use crate::text::base32::{self, RandomUnavailable, with_dashes};
use crate::text::{Rule, input, typed};

/// The text is not 16 symbols of Crockford's base 32.
pub const CONTROL_CODE_FORMAT: Rule = Rule::new(
    "control_code_format",
    "A control code has 16 letters and digits, like ABCD-EFGH-JKMN-PQRS",
    "Codul de control are 16 litere și cifre, de forma ABCD-EFGH-JKMN-PQRS",
);

/// Random symbols of a code: 80 bits, beyond guessing over a network.
const SYMBOLS: usize = 16;
/// The positions of the dashes.
const DASHES_BEFORE: &[usize] = &[4, 8, 12];

/// A control code, `XXXX-XXXX-XXXX-XXXX`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ControlCode(String);

impl ControlCode {
    /// Generates a code.
    ///
    /// # Errors
    /// [`RandomUnavailable`].
    pub fn generate() -> Result<Self, RandomUnavailable> {
        base32::random::<SYMBOLS>().map(|symbols| Self(with_dashes(&symbols, DASHES_BEFORE)))
    }

    /// Parses a code as typed: in either case, with or without dashes and spaces, with I and L read as 1 and O as 0.
    ///
    /// # Errors
    /// [`CONTROL_CODE_FORMAT`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        base32::normalize(text, SYMBOLS)
            .map(|symbols| Self(with_dashes(&symbols, DASHES_BEFORE)))
            .ok_or(&CONTROL_CODE_FORMAT)
    }

    /// Returns the code as printed, in four groups.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ControlCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ControlCode(…)")
    }
}

input!(
    ControlCode,
    breaks [CONTROL_CODE_FORMAT],
    min_length: SYMBOLS,
    max_length: base32::LONGEST_TYPED,
    pattern: typed::symbols(SYMBOLS),
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_code_has_four_groups_and_is_new() {
        let code = ControlCode::generate().unwrap();
        let groups: Vec<_> = code.as_str().split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4, 4]);
        assert_eq!(ControlCode::parse(code.as_str()).unwrap(), code);
        assert_ne!(ControlCode::generate().unwrap(), code);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in [
            "0123-4567-89AB-1DEF",
            "0123456789ab1def",
            " o123 4567 89ab idef ",
            "OI23–4567–89AB–LDEF",
            "0-1-2-3 4567\t89AB\n1DEF",
        ] {
            assert_eq!(ControlCode::parse(typed).unwrap().as_str(), "0123-4567-89AB-1DEF", "{typed}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "----",
            "0123-4567-89AB-CDE",
            "0123-4567-89AB-CDEFG",
            "0123-4567-89AB-CDEU",
            "0123_4567_89AB_CDEF",
        ] {
            assert_eq!(ControlCode::parse(text), Err(&CONTROL_CODE_FORMAT), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_parsed_value_is_in_its_printed_form(text in "[ 0-9A-Za-z-]{14,22}") {
            if let Ok(code) = ControlCode::parse(&text) {
                prop_assert_eq!(code.as_str().len(), 19);
                prop_assert_eq!(ControlCode::parse(code.as_str()), Ok(code));
            }
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", ControlCode::generate().unwrap()), "ControlCode(…)");
    }
}
