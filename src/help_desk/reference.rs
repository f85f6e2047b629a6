//! The number of a support request, for use on the phone.

use crate::error::{Error, Result};
use crate::text::base32::{self, with_dashes};

/// Random symbols: 40 bits, so that numbers do not reveal how many requests there are.
const RANDOM_SYMBOLS: usize = 8;
/// *Solicitare de suport.*
const PREFIX: &str = "SP";

/// Generates a number, `SP-XXXX-XXXX-C`; the check symbol detects typing errors (see [`base32::check_symbol`]).
pub(super) fn generate() -> Result<String> {
    let random = base32::random::<RANDOM_SYMBOLS>().map_err(Error::internal)?;
    let unchecked = format!("{PREFIX}{random}");
    let check = base32::check_symbol(&unchecked);
    Ok(with_dashes(&format!("{unchecked}{check}"), &[2, 6, 10]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_form_and_finds_a_mistake() {
        let number = generate().unwrap();
        let groups: Vec<_> = number.split('-').map(str::len).collect();
        assert_eq!((groups, &number[..3]), (vec![2, 4, 4, 1], "SP-"));
        let symbols = number.replace('-', "");
        let (unchecked, check) = symbols.split_at(10);
        assert!(check.starts_with(base32::check_symbol(unchecked)));
        let mistaken =
            unchecked.replacen(&unchecked[4..5], if &unchecked[4..5] == "7" { "8" } else { "7" }, 1);
        assert!(!check.starts_with(base32::check_symbol(&mistaken)), "{number}");
        assert_ne!(generate().unwrap(), number);
    }
}
