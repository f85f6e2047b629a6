//! The syntax of PDF objects (ISO 32000-1, section 7.3), as far as dictionaries must be found and told apart.

use std::ops::Range;

use super::PdfError;

/// Nested deeper than this is refused.
const MAX_DEPTH: usize = 32;

/// A dictionary with more entries is refused: each new key is compared with all before it.
const MAX_ENTRIES: usize = 256;

/// A dictionary: each key with the place of its value.
#[derive(Debug)]
pub(super) struct Dictionary<'a> {
    bytes: &'a [u8],
    entries: Vec<(&'a [u8], Range<usize>)>,
    start: usize,
    /// Where `>>` begins.
    pub(super) end: usize,
}

/// Reads objects of a file from a position on.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Dictionary<'a> {
    /// Reads the dictionary that begins at `at`, after white space. A repeated key is refused: readers
    /// would disagree on it.
    pub(super) fn read(bytes: &'a [u8], at: usize) -> Result<Self, PdfError> {
        let mut cursor = Cursor { bytes, at };
        cursor.expect(b"<<")?;
        let start = cursor.at;
        let mut entries: Vec<(&[u8], Range<usize>)> = Vec::new();
        loop {
            cursor.skip_white();
            if cursor.looking_at(b">>") {
                return Ok(Self { bytes, entries, start, end: cursor.at });
            }
            let key = cursor.name()?;
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(PdfError::Syntax("a key stands twice"));
            }
            if entries.len() == MAX_ENTRIES {
                return Err(PdfError::Syntax("a dictionary has too many entries"));
            }
            let value = cursor.value(0)?;
            entries.push((key, value));
        }
    }

    /// The place of the value of a key.
    pub(super) fn range(&self, key: &str) -> Option<Range<usize>> {
        self.entries.iter().find(|(known, _)| *known == key.as_bytes()).map(|(_, range)| range.clone())
    }

    /// The value of a key as it is written.
    pub(super) fn get(&self, key: &str) -> Option<&'a [u8]> {
        self.bytes.get(self.range(key)?)
    }

    /// Where its inside begins, after `<<`.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// The content between `<<` and `>>`.
    pub(super) fn inside(&self) -> &'a [u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// The value of a key that must be `n 0 R`.
    pub(super) fn reference(&self, key: &str) -> Option<usize> {
        reference(self.get(key)?)
    }

    /// The value of a key that must be a natural number.
    pub(super) fn number(&self, key: &str) -> Option<usize> {
        number(self.get(key)?)
    }
}

/// `n 0 R`, the number of an object.
pub(super) fn reference(text: &[u8]) -> Option<usize> {
    let mut words = words(text);
    let (object, generation, r) = (words.next()?, words.next()?, words.next()?);
    (generation == b"0" && r == b"R" && words.next().is_none()).then(|| number(object))?
}

/// The numbers of the objects in an array of references.
pub(super) fn references(text: &[u8]) -> Option<Vec<usize>> {
    let words: Vec<&[u8]> = words(array(text)?).collect();
    words.chunks(3).map(|triple| reference(&triple.join(&b' '))).collect()
}

/// A natural number in decimal digits, short enough for any file.
pub(super) fn number(text: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(text).ok()?.trim_ascii();
    (text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The parts between the white space of an array's inside.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| is_white(*byte)).filter(|word| !word.is_empty())
}

/// The content between `[` and `]`.
pub(super) fn array(text: &[u8]) -> Option<&[u8]> {
    text.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn looking_at(&self, text: &[u8]) -> bool {
        self.rest().starts_with(text)
    }

    pub(super) fn skip_white(&mut self) {
        self.at += self.rest().iter().take_while(|byte| is_white(**byte)).count();
    }

    /// Skips white space and this text.
    pub(super) fn expect(&mut self, text: &[u8]) -> Result<(), PdfError> {
        self.skip_white();
        if !self.looking_at(text) {
            return Err(PdfError::Syntax("something else was expected"));
        }
        self.at += text.len();
        Ok(())
    }

    /// A natural number after white space.
    pub(super) fn natural(&mut self) -> Result<usize, PdfError> {
        self.skip_white();
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.rest().get(..digits).unwrap_or_default();
        self.at += digits;
        number(text).filter(|_| digits > 0).ok_or(PdfError::Syntax("a number was expected"))
    }

    fn name(&mut self) -> Result<&'a [u8], PdfError> {
        self.expect(b"/")?;
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let name = self.rest().get(..length).unwrap_or_default();
        // A name can be written in several ways with #xx; only the plain one is read.
        if length == 0 || name.contains(&b'#') {
            return Err(PdfError::Syntax("a name was expected"));
        }
        self.at += length;
        Ok(name)
    }

    /// Skips a value; returns its place.
    fn value(&mut self, depth: usize) -> Result<Range<usize>, PdfError> {
        if depth > MAX_DEPTH {
            return Err(PdfError::Syntax("nested too deeply"));
        }
        self.skip_white();
        let start = self.at;
        match self.rest() {
            [b'<', b'<', ..] => self.at = self.nested_dictionary(depth)?,
            [b'<', ..] => self.skip_hexadecimal()?,
            [b'(', ..] => self.skip_literal()?,
            [b'[', ..] => self.skip_array(depth)?,
            [b'/', ..] => self.name().map(drop)?,
            _ => self.skip_number_or_reference()?,
        }
        Ok(start..self.at)
    }

    fn nested_dictionary(&mut self, depth: usize) -> Result<usize, PdfError> {
        self.at += 2;
        loop {
            self.skip_white();
            if self.looking_at(b">>") {
                return Ok(self.at + 2);
            }
            self.name()?;
            self.value(depth + 1)?;
        }
    }

    fn skip_array(&mut self, depth: usize) -> Result<(), PdfError> {
        self.at += 1;
        loop {
            self.skip_white();
            if self.looking_at(b"]") {
                self.at += 1;
                return Ok(());
            }
            self.value(depth + 1)?;
        }
    }

    fn skip_hexadecimal(&mut self) -> Result<(), PdfError> {
        let inside = self.rest().iter().skip(1).take_while(|byte| byte.is_ascii_hexdigit()).count();
        self.at += 1 + inside;
        if !self.looking_at(b">") {
            return Err(PdfError::Syntax("a hexadecimal string does not end"));
        }
        self.at += 1;
        Ok(())
    }

    fn skip_literal(&mut self) -> Result<(), PdfError> {
        let mut open = 0_usize;
        let mut escaped = false;
        for byte in self.rest() {
            self.at += 1;
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'(' => open += 1,
                b')' if open == 1 => return Ok(()),
                b')' => open -= 1,
                _ => {}
            }
        }
        Err(PdfError::Syntax("a string does not end"))
    }

    /// `true`, `12`, `-1.5`, or `3 0 R`.
    fn skip_number_or_reference(&mut self) -> Result<(), PdfError> {
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        if length == 0 {
            return Err(PdfError::Syntax("a value was expected"));
        }
        self.at += length;
        let rest = self.rest();
        if let Some([space, b'0', space_too, b'R', after]) = rest.get(..5)
            && is_white(*space)
            && is_white(*space_too)
            && !is_regular(*after)
        {
            self.at += 4;
        }
        Ok(())
    }
}

/// White space (table 1). A comment is none: files of the profile have none between objects.
fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Neither white space nor a delimiter (table 2).
fn is_regular(byte: u8) -> bool {
    !is_white(byte) && !b"()<>[]{}/%".contains(&byte)
}
