//! The code that a person brings to a counter: short enough to be read aloud, with a check symbol against typing
//! errors.

use std::fmt;

use crate::error::{Error, Result};
use crate::person::{Index, Keyring};
use crate::text::base32::{self, with_dashes};
use crate::text::{Rule, input, typed};

/// The text is not nine symbols of Crockford's base 32.
pub(crate) const ACTIVATION_CODE_FORMAT: Rule = Rule::new(
    "activation_code_format",
    "An activation code has 9 letters and digits, like ABC-DEF-GH2",
    "Codul de activare are 9 litere și cifre, de forma ABC-DEF-GH2",
);

/// The check symbol is wrong.
pub(crate) const ACTIVATION_CODE_CHECK: Rule = Rule::new(
    "activation_code_check",
    "The activation code is mistyped: its last symbol does not match the others",
    "Codul de activare este scris greșit: ultimul simbol nu corespunde celorlalte",
);

/// Random symbols: 40 bits. Only officers can try codes, and few at a time.
const RANDOM_SYMBOLS: usize = 8;
/// Random symbols and the check symbol.
const SYMBOLS: usize = RANDOM_SYMBOLS + 1;

/// An activation code, `XXX-XXX-XXX`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ActivationCode(String);

impl ActivationCode {
    pub(super) fn generate() -> Result<Self> {
        let symbols = base32::random::<RANDOM_SYMBOLS>().map_err(Error::internal)?;
        let check = base32::check_symbol(&symbols);
        Ok(Self::of(&format!("{symbols}{check}")))
    }

    /// Parses a code as a person says or types it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let symbols = base32::normalize(text, SYMBOLS).ok_or(&ACTIVATION_CODE_FORMAT)?;
        let (unchecked, check) = symbols.split_at_checked(RANDOM_SYMBOLS).ok_or(&ACTIVATION_CODE_FORMAT)?;
        if !check.starts_with(base32::check_symbol(unchecked)) {
            return Err(&ACTIVATION_CODE_CHECK);
        }
        Ok(Self::of(&symbols))
    }

    fn of(symbols: &str) -> Self {
        Self(with_dashes(symbols, &[3, 6]))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the stored form.
    pub(super) fn index(&self, keyring: &Keyring) -> Vec<u8> {
        keyring.index(Index::IDENTITY_VERIFICATIONS_ACTIVATION_CODE, self.0.as_bytes())
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(…)")
    }
}

input!(
    ActivationCode,
    breaks [ACTIVATION_CODE_FORMAT, ACTIVATION_CODE_CHECK],
    min_length: SYMBOLS,
    max_length: base32::LONGEST_TYPED,
    pattern: typed::symbols(SYMBOLS),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_say_it_and_every_slip_is_found() {
        for _ in 0..100 {
            let code = ActivationCode::generate().unwrap();
            let said = code.as_str().to_lowercase().replace('-', " ");
            assert_eq!(ActivationCode::parse(&said), Ok(code.clone()));
            let symbols = base32::normalize(code.as_str(), SYMBOLS).unwrap();
            for at in 0..SYMBOLS {
                let wrong = base32::symbol(base32::value(symbols.chars().nth(at).unwrap()).unwrap() ^ 1);
                let mistyped = format!("{}{wrong}{}", &symbols[..at], &symbols[at + 1..]);
                assert_eq!(ActivationCode::parse(&mistyped), Err(&ACTIVATION_CODE_CHECK));
            }
        }
        for other in ["", "ABC-DEF-GH", "ABC-DEF-GH23", "ABC-DEF-GHU"] {
            assert_eq!(ActivationCode::parse(other), Err(&ACTIVATION_CODE_FORMAT), "{other}");
        }
    }
}
