//! The counties of Romania, with the letters of their number plates and their names.

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::text::{Rule, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, TEXT_TOO_LONG, Text, input};

/// Letters and name of each county and Bucharest, in alphabetical order.
pub const COUNTIES: &[(&str, &str)] = &[
    ("AB", "Alba"),
    ("AG", "Argeș"),
    ("AR", "Arad"),
    ("B", "București"),
    ("BC", "Bacău"),
    ("BH", "Bihor"),
    ("BN", "Bistrița-Năsăud"),
    ("BR", "Brăila"),
    ("BT", "Botoșani"),
    ("BV", "Brașov"),
    ("BZ", "Buzău"),
    ("CJ", "Cluj"),
    ("CL", "Călărași"),
    ("CS", "Caraș-Severin"),
    ("CT", "Constanța"),
    ("CV", "Covasna"),
    ("DB", "Dâmbovița"),
    ("DJ", "Dolj"),
    ("GJ", "Gorj"),
    ("GL", "Galați"),
    ("GR", "Giurgiu"),
    ("HD", "Hunedoara"),
    ("HR", "Harghita"),
    ("IF", "Ilfov"),
    ("IL", "Ialomița"),
    ("IS", "Iași"),
    ("MH", "Mehedinți"),
    ("MM", "Maramureș"),
    ("MS", "Mureș"),
    ("NT", "Neamț"),
    ("OT", "Olt"),
    ("PH", "Prahova"),
    ("SB", "Sibiu"),
    ("SJ", "Sălaj"),
    ("SM", "Satu Mare"),
    ("SV", "Suceava"),
    ("TL", "Tulcea"),
    ("TM", "Timiș"),
    ("TR", "Teleorman"),
    ("VL", "Vâlcea"),
    ("VN", "Vrancea"),
    ("VS", "Vaslui"),
];

/// Returns the name of a county; `None` for unknown letters.
#[must_use]
pub fn name(letters: &str) -> Option<&'static str> {
    COUNTIES.iter().find(|(known, _)| *known == letters).map(|(_, name)| *name)
}

/// A county or Bucharest, by name only; or, for a place abroad, the country as given.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct County(String);

impl County {
    /// Parses a county by letters or name, in either case, with or without Romanian letters, and with or without
    /// *județul* or *municipiul* before it. Keeps any other text as a country.
    ///
    /// # Errors
    /// Those of [`Text::parse`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let text = Text::parse(text)?;
        let bare = without_kind(text.as_str());
        let folded = folded(bare);
        let known = |(letters, county): &&(&str, &str)| {
            letters.eq_ignore_ascii_case(bare) || self::folded(county) == folded
        };
        let county = COUNTIES.iter().find(known).map_or(bare, |(_, county)| county);
        Ok(Self(county.to_owned()))
    }

    /// Returns the name only: *Cluj*, *București*, or a country.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is Bucharest, which is a municipality, not a county.
    #[must_use]
    pub fn is_bucharest(&self) -> bool {
        self.0 == BUCHAREST
    }

    /// Returns whether it is in Romania.
    #[must_use]
    pub fn is_romanian(&self) -> bool {
        COUNTIES.iter().any(|(_, county)| *county == self.0)
    }
}

impl fmt::Debug for County {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("County(…)")
    }
}

impl Serialize for County {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

input!(
    County,
    breaks [TEXT_BLANK, TEXT_TOO_LONG, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE],
    min_length: 1,
    max_length: 500,
    pattern: r"\S",
);

const BUCHAREST: &str = "București";

/// Words before a name, folded.
const KINDS: &[&str] = &["judetul ", "judet ", "jud. ", "jud.", "jud ", "municipiul ", "mun. ", "mun."];

fn without_kind(text: &str) -> &str {
    // Folding keeps the number of characters: none of these letters becomes two.
    let folded = folded(text);
    let kind = KINDS.iter().find(|kind| folded.starts_with(**kind));
    let rest = kind
        .and_then(|kind| text.char_indices().nth(kind.chars().count()).map(|(at, _)| text.split_at(at).1));
    rest.map_or(text, str::trim)
}

/// Converts to lower-case letters without diacritics.
fn folded(text: &str) -> String {
    text.nfd().filter(|c| !matches!(c, '\u{0300}'..='\u{036F}')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_is_known_however_it_is_written() {
        for (text, county) in [
            ("Cluj", "Cluj"),
            ("CJ", "Cluj"),
            ("CLUJ", "Cluj"),
            ("cj", "Cluj"),
            ("Județul Cluj", "Cluj"),
            ("JUDEŢUL CLUJ", "Cluj"),
            ("jud. Caras-Severin", "Caraș-Severin"),
            ("jud.Timiş", "Timiș"),
            ("B", "București"),
            ("Municipiul București", "București"),
            ("MUN. BUCURESTI", "București"),
        ] {
            let read = County::parse(text).unwrap();
            assert_eq!((read.as_str(), read.is_romanian()), (county, true), "{text}");
            assert_eq!(read.is_bucharest(), county == "București");
        }
        for country in ["Germania", "Republica Moldova", "Elveția"] {
            let read = County::parse(country).unwrap();
            assert_eq!((read.as_str(), read.is_romanian()), (country, false));
        }
        assert!(County::parse(" ").is_err());
    }

    #[test]
    fn there_are_41_counties_and_bucharest_each_once_and_in_order() {
        assert_eq!(COUNTIES.len(), 42);
        assert!(COUNTIES.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(name("CJ"), Some("Cluj"));
        assert_eq!(name("cj"), None);
    }
}
