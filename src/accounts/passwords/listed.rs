//! The list of leaked and easily guessed passwords that nobody may choose (NIST SP 800-63B-4, section 3.1.1.2; ASVS 6.2.4
//! and 6.2.12): over four million, none shorter than our shortest password. `listed/README.md` says where they come from
//! and how the file is made.
//!
//! The file is a binary fuse filter (Graf and Lemire, 2022): it finds every password of the list, and takes one in 256
//! others for one of them, whose owner chooses again. It holds no password in clear.

use ring::digest::{SHA256, digest};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The filter, checked by the compiler.
static LIST: Filter<'_> = match Filter::parse(include_bytes!("listed/passwords.fuse8")) {
    Some(filter) => filter,
    None => panic!("the list of passwords is damaged"),
};

/// Returns whether a password is in the list: in any case, with or without diacritics.
pub(super) fn contains(password: &str) -> bool {
    let folded = folded(password);
    LIST.contains(&folded) || LIST.contains(&without_marks(&folded))
}

/// Folds a password as the entries of the list are: lower case, normalization form C.
fn folded(password: &str) -> String {
    password.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Removes diacritics: most entries were typed without them.
pub(super) fn without_marks(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// A filter of eight-bit fingerprints. Each entry has three positions, whose fingerprints add up to its own.
struct Filter<'a> {
    seed: u64,
    /// Fingerprints in a segment, a power of two.
    segment: u32,
    /// Segments in which an entry's first position may be; the two others are in the next segments.
    segments: u32,
    fingerprints: &'a [u8],
}

impl<'a> Filter<'a> {
    /// Reads the file: a header of 64 octets, all numbers little-endian, then the fingerprints and seven zero octets.
    const fn parse(file: &'a [u8]) -> Option<Self> {
        let Some((magic, rest)) = file.split_first_chunk::<8>() else { return None };
        let Some((seed, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((_entries, rest)) = rest.split_first_chunk::<4>() else { return None };
        let Some((segment, rest)) = rest.split_first_chunk::<4>() else { return None };
        let Some((segments, rest)) = rest.split_first_chunk::<4>() else { return None };
        let Some((bits, rest)) = rest.split_first_chunk::<4>() else { return None };
        let Some((_digest_of_the_list, fingerprints)) = rest.split_first_chunk::<32>() else { return None };
        let (segment, segments) = (u32::from_le_bytes(*segment), u32::from_le_bytes(*segments));
        let positions = (segments as u64 + 2) * segment as u64;
        let fits = u64::from_le_bytes(*magic) == u64::from_le_bytes(*b"PWFUSE1\n")
            && u32::from_le_bytes(*bits) == 8
            && segment.is_power_of_two()
            && fingerprints.len() as u64 == positions + 7;
        if !fits {
            return None;
        }
        Some(Self { seed: u64::from_le_bytes(*seed), segment, segments, fingerprints })
    }

    fn contains(&self, text: &str) -> bool {
        let digest = digest(&SHA256, text.as_bytes());
        let key = digest.as_ref().first_chunk::<8>().map_or(0, |first| u64::from_le_bytes(*first));
        let hash = mixed(key.wrapping_add(self.seed));
        let expected = low_octet(hash ^ (hash >> 32));
        let found =
            self.positions(hash).into_iter().filter_map(|at| self.fingerprints.get(at)).fold(0, |a, b| a ^ b);
        found == expected
    }

    fn positions(&self, hash: u64) -> [usize; 3] {
        let (segment, mask) = (u64::from(self.segment), u64::from(self.segment) - 1);
        let first = scaled(hash, u64::from(self.segments) * segment);
        let second = (first + segment) ^ ((hash >> 18) & mask);
        let third = (first + 2 * segment) ^ (hash & mask);
        [first, second, third].map(|position| usize::try_from(position).unwrap_or(usize::MAX))
    }
}

/// Spreads the bits of a key (the finalizer of MurmurHash3).
const fn mixed(key: u64) -> u64 {
    let hash = (key ^ (key >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// Maps a hash to a number below `end`.
fn scaled(hash: u64, end: u64) -> u64 {
    let product = u128::from(hash) * u128::from(end);
    u64::try_from(product >> 64).unwrap_or(0)
}

const fn low_octet(number: u64) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaked_and_common_passwords_are_found_however_they_are_written() {
        for listed in [
            "password123",
            "1234567890",
            "qwertyuiop",
            "iloveyou123",
            "PassWord123",
            "ParolaMea123",
            "bucuresti1989",
            "București1989",
            "Andreea1234!",
            "dumnezeu123",
        ] {
            assert!(contains(listed), "{listed}");
        }
        for free in ["patru cai albi", "trei cai albi pe deal", "ghiseu de proba", "o parolă destul de lungă"]
        {
            assert!(!contains(free), "{free}");
        }
    }

    #[test]
    fn few_others_are_taken_for_listed_ones() {
        let wrong =
            (0..20_000).filter(|number| LIST.contains(&format!("not a listed password {number}"))).count();
        assert!((40..120).contains(&wrong), "one in 256 of 20,000 is 78: {wrong}");
    }

    #[test]
    fn a_damaged_file_is_no_list() {
        let file = include_bytes!("listed/passwords.fuse8");
        assert!(Filter::parse(file).is_some());
        for damaged in [&file[..63], &file[..file.len() - 1], &file[1..]] {
            assert!(Filter::parse(damaged).is_none());
        }
    }
}
