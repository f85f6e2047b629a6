//! Crockford's base 32: digits and letters without I, L, O and U, to be read aloud and typed.
//!
//! It encodes everything that a person reads off paper or a screen: registration numbers, control codes, activation
//! codes. All are safe in the fragment of a URL and in the alphanumeric mode of a QR code.
//!
//! `data-encoding` encodes octets, everywhere else in this service. Here nothing is encoded: each symbol is drawn for
//! itself, read with its look-alikes, and counts as an element of a field in the check symbol.

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::text;

/// The 32 symbols, ordered by value.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The operating system returned no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system returned no random octets")]
pub struct RandomUnavailable;

/// Returns `COUNT` random symbols, 5 bits each, from the operating system's generator.
///
/// # Errors
/// [`RandomUnavailable`].
pub fn random<const COUNT: usize>() -> Result<String, RandomUnavailable> {
    let mut octets = [0; COUNT];
    SystemRandom::new().fill(&mut octets).map_err(|_| RandomUnavailable)?;
    // 256 is a multiple of 32, so taking the low 5 bits favours no symbol.
    Ok(octets.into_iter().map(symbol).collect())
}

/// Returns the symbol of the low 5 bits of a value.
#[must_use]
pub fn symbol(value: u8) -> char {
    SYMBOLS.iter().copied().nth(usize::from(value & 31)).map_or('0', char::from)
}

/// Returns the value of a symbol, in either case, with I and L read as 1 and O as 0.
#[must_use]
pub fn value(symbol: char) -> Option<u8> {
    let symbol = match symbol.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    SYMBOLS.iter().zip(0..).find_map(|(&known, value)| (char::from(known) == symbol).then_some(value))
}

/// The longest accepted text in characters, with separators between the symbols.
pub const LONGEST_TYPED: usize = 64;

/// Cleans typed or pasted text (spaces, dashes and invisible marks anywhere) into exactly `count` symbols.
#[must_use]
pub fn normalize(text: &str, count: usize) -> Option<String> {
    if text.chars().nth(LONGEST_TYPED).is_some() {
        return None;
    }
    let symbols: String = text::freed(text).chars().map(|c| value(c).map(symbol)).collect::<Option<_>>()?;
    (symbols.len() == count).then_some(symbols)
}

/// Inserts dashes, each before the symbol at a position (the first is 0).
#[must_use]
pub fn with_dashes(symbols: &str, before: &[usize]) -> String {
    let mut text = String::with_capacity(symbols.len() + before.len());
    for (at, symbol) in symbols.chars().enumerate() {
        if before.contains(&at) {
            text.push('-');
        }
        text.push(symbol);
    }
    text
}

/// Computes the check symbol: a Reed–Solomon code with one check symbol over the field of 32 elements.
///
/// The word with its check symbol, as a polynomial, has the root α. An error in one place adds `e·αⁱ`, a swap of two
/// adds `e·(αⁱ − αʲ)`; neither is zero, as α has order 31. So it detects every single wrong symbol and every swap of
/// two different symbols, adjacent or not, in words of up to 31 symbols. The check symbol is one of the same 32, unlike
/// those of ISO 7064 MOD 37,36 (which needs I, L, O and U) and of Crockford's own proposal (which needs `*`, `~`, `$`,
/// `=`).
#[must_use]
pub fn check_symbol(symbols: &str) -> char {
    symbol(symbols.chars().filter_map(value).fold(0, |sum, value| times_alpha(sum ^ value)))
}

/// Multiplies by α in GF(2⁵) = GF(2)[α] / (α⁵ + α² + 1); the polynomial is primitive.
fn times_alpha(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn symbols_and_values_are_inverse() {
        let symbols: HashSet<char> = (0..32).map(symbol).collect();
        assert_eq!(symbols.len(), 32);
        for v in 0..32 {
            assert_eq!(value(symbol(v)), Some(v));
            assert_eq!(value(symbol(v).to_ascii_lowercase()), Some(v));
        }
    }

    #[test]
    fn look_alikes_are_read_and_others_are_not() {
        for (written, read) in [('I', 1), ('i', 1), ('L', 1), ('l', 1), ('O', 0), ('o', 0)] {
            assert_eq!(value(written), Some(read));
        }
        for other in ['U', 'u', '*', '-', ' ', 'Ș', '１'] {
            assert_eq!(value(other), None, "{other}");
        }
    }

    #[test]
    fn separators_are_left_out_and_lengths_kept() {
        assert_eq!(normalize(" ab-c–d\u{00A0}1O", 6).as_deref(), Some("ABCD10"));
        assert_eq!(normalize("ABCD", 5), None);
        assert_eq!(normalize("ABCDEF", 5), None);
        assert_eq!(normalize("ABCD!", 4), None);
    }

    #[test]
    fn alpha_runs_through_all_31_elements() {
        let powers: HashSet<u8> =
            std::iter::successors(Some(1), |element| Some(times_alpha(*element))).take(31).collect();
        assert_eq!(powers, (1..32).collect());
    }

    #[test]
    fn random_symbols_use_the_whole_alphabet() {
        let drawn: HashSet<char> = random::<4096>().unwrap().chars().collect();
        assert_eq!(drawn, (0..32).map(symbol).collect());
        assert_ne!(random::<16>().unwrap(), random::<16>().unwrap());
    }
}
