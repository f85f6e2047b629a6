//! Tiles (C2SP `tlog-tiles`): the tree in pieces of at most 256 hashes, eight levels of nodes apart, that can be cached
//! for ever. A tile that is not full yet names its width in its path.

use std::fmt;

use super::merkle::Place;

/// Hashes of a full tile.
pub const WIDTH: u64 = 256;
/// Levels of the tree between two levels of tiles.
const HEIGHT: u32 = 8;

/// What tiles hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The entries themselves.
    Entries,
    /// Hashes of complete subtrees with 256^level leaves.
    Hashes(u32),
}

/// A tile, full or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// Its number on its level.
    pub index: u64,
    /// The number of hashes or entries: 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Parses `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`. Accepts the one spelling of each tile only.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, number(width, WIDTH - 1).filter(|width| *width > 0)?),
            None => (rest, WIDTH),
        };
        let level = match level {
            "entries" => Level::Entries,
            level => Level::Hashes(u32::try_from(number(level, 63)?).ok()?),
        };
        Some(Self { level, index: parse_index(index)?, width })
    }

    /// Returns the places of its hashes. For entries, these are their leaves. `None` if no tree is that large.
    #[must_use]
    pub fn places(&self) -> Option<(Place, Place)> {
        let level = match self.level {
            Level::Entries => 0,
            Level::Hashes(level) => level * HEIGHT,
        };
        let first = self.index.checked_mul(WIDTH)?;
        let last = first.checked_add(self.width - 1)?;
        Some((Place { level, index: first }, Place { level, index: last }))
    }

    /// Returns whether all of it is in a tree of `size` leaves.
    #[must_use]
    pub fn is_in(&self, size: u64) -> bool {
        let Some((_, last)) = self.places() else { return false };
        size.checked_shr(last.level).unwrap_or(0) > last.index
    }
}

/// Parses a decimal number without leading zeroes.
fn number(text: &str, most: u64) -> Option<u64> {
    let is_plain =
        text.bytes().all(|digit| digit.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| is_plain && *number <= most)
}

/// Parses a number in elements of three digits, all but the last after an `x`.
fn parse_index(text: &str) -> Option<u64> {
    let mut elements = text.split('/').rev();
    let last = elements.next()?;
    let mut digits = String::new();
    for element in elements.rev() {
        digits.push_str(element.strip_prefix('x').filter(|element| is_element(element))?);
    }
    digits.push_str(Some(last).filter(|element| is_element(element))?);
    // The one spelling: no element that only pads.
    digits.parse().ok().filter(|index| IndexPath(*index).to_string() == text)
}

fn is_element(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// A number in elements of three digits.
struct IndexPath(u64);

impl fmt::Display for IndexPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(index) = self;
        if index / 1000 > 0 {
            write_above(index / 1000, f)?;
        }
        write!(f, "{:03}", index % 1000)
    }
}

fn write_above(rest: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if rest / 1000 > 0 {
        write_above(rest / 1000, f)?;
    }
    write!(f, "x{:03}/", rest % 1000)
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str("entries/")?,
            Level::Hashes(level) => write!(f, "{level}/")?,
        }
        write!(f, "{}", IndexPath(self.index))?;
        if self.width < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_as_specified() {
        let tile = |index| Tile { level: Level::Hashes(0), index, width: WIDTH };
        for (index, path) in
            [(0, "0/000"), (999, "0/999"), (1_000, "0/x001/000"), (1_234_067, "0/x001/x234/067")]
        {
            assert_eq!(tile(index).to_string(), path);
            assert_eq!(Tile::parse(path), Some(tile(index)));
        }
        let partial = Tile { level: Level::Entries, index: 273, width: 112 };
        assert_eq!(Tile::parse("entries/273.p/112"), Some(partial));
        assert_eq!(partial.to_string(), "entries/273.p/112");
        assert_eq!(Tile::parse("63/000.p/1").unwrap().level, Level::Hashes(63));
    }

    #[test]
    fn other_spellings_are_refused() {
        for path in [
            "",
            "0",
            "0/",
            "0/0",
            "0/00",
            "0/0000",
            "00/000",
            "64/000",
            "-1/000",
            "+1/000",
            "x/000",
            "0/x000/000",
            "0/001/000",
            "0/x001/x000",
            "0/x01/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/+1",
            "0/000.p/1/1",
            "0/+01",
            "0/000/",
            "/0/000",
            "0//000",
            "data/000",
            "0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    /// The example of the specification: a tree of 70,000 leaves.
    #[test]
    fn tiles_are_in_the_trees_that_complete_them() {
        let is_in = |path: &str, size| Tile::parse(path).unwrap().is_in(size);
        for path in ["0/272", "0/273.p/112", "entries/273.p/112", "1/000", "1/001.p/17", "2/000.p/1"] {
            assert!(is_in(path, 70_000), "{path}");
        }
        for path in ["0/273", "0/273.p/113", "1/001.p/18", "2/000.p/2", "3/000.p/1", "63/000.p/1"] {
            assert!(!is_in(path, 70_000), "{path}");
        }
        assert!(is_in("1/000.p/1", 256) && !is_in("1/000.p/1", 255));
    }

    proptest! {
        #[test]
        fn every_tile_has_one_path(level in 0_u32..64, index in any::<u64>(), width in 1_u64..=256, entries: bool) {
            let level = if entries { Level::Entries } else { Level::Hashes(level) };
            let tile = Tile { level, index, width };
            prop_assert_eq!(Tile::parse(&tile.to_string()), Some(tile));
        }

        #[test]
        fn any_text_is_parsed_or_refused(path in "[0-9x./pen]{0,30}") {
            if let Some(tile) = Tile::parse(&path) {
                prop_assert_eq!(tile.to_string(), path);
                let _ = tile.is_in(u64::MAX);
            }
        }
    }
}
