//! Codes to keep on paper in case the phone is lost: each works once.

use std::fmt;

use crate::error::{Error, Result};
use crate::person::{Index, Keyring};
use crate::text::base32::{self, with_dashes};
use crate::text::{Rule, input, typed};

/// The text is not ten symbols of Crockford's base 32.
pub(crate) const RECOVERY_CODE_FORMAT: Rule = Rule::new(
    "recovery_code_format",
    "A recovery code has 10 letters and digits, like ABCDE-FGH23",
    "Codul de rezervă are 10 litere și cifre, de forma ABCDE-FGH23",
);

/// The number of codes issued at once.
pub(super) const COUNT: usize = 10;
/// Symbols of a code: 50 bits, protected by a limit on attempts.
const SYMBOLS: usize = 10;

/// A recovery code, `XXXXX-XXXXX`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RecoveryCode(String);

impl RecoveryCode {
    pub(super) fn generate() -> Result<Self> {
        base32::random::<SYMBOLS>().map(|symbols| Self(with_dashes(&symbols, &[5]))).map_err(Error::internal)
    }

    /// Parses a code as a person types it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let symbols = base32::normalize(text, SYMBOLS).ok_or(&RECOVERY_CODE_FORMAT)?;
        Ok(Self(with_dashes(&symbols, &[5])))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the stored form.
    pub(super) fn index(&self, keyring: &Keyring) -> Vec<u8> {
        keyring.index(Index::RECOVERY_CODES_CODE, self.0.as_bytes())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

input!(
    RecoveryCode,
    breaks [RECOVERY_CODE_FORMAT],
    min_length: SYMBOLS,
    max_length: base32::LONGEST_TYPED,
    pattern: typed::symbols(SYMBOLS),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = RecoveryCode::generate().unwrap();
        assert_eq!(code.as_str().len(), SYMBOLS + 1);
        let typed = format!(" {} ", code.as_str().to_lowercase().replace('-', " "));
        assert_eq!(RecoveryCode::parse(&typed), Ok(code.clone()));
        assert_ne!(RecoveryCode::generate().unwrap(), code);
        for other in ["", "ABCDE-FGH2", "ABCDE-FGH2U", "ABCDE-FGH234"] {
            assert_eq!(RecoveryCode::parse(other), Err(&RECOVERY_CODE_FORMAT), "{other}");
        }
    }
}
