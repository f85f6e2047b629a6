//! CSV files (RFC 4180, UTF-8), read completely or not at all.
//!
//! The csv crate is lenient: an unclosed quotation mark silently swallows the rest of the file. Where a missing line
//! says something about a person, that must not happen: [`Checked`] passes the bytes of a whole file through, and fails
//! at the first that breaks the format.

use std::io::{self, Read};

use ring::digest::{Context, SHA256};

use crate::text::Rule;

/// A quotation mark is never closed.
pub const OPEN_QUOTE: Rule = Rule::new(
    "csv_open_quote",
    "A quotation mark that is opened here is never closed",
    "Ghilimelele deschise aici nu se închid niciodată",
);
/// There is text before an opening or after a closing quotation mark.
pub const STRAY_QUOTE: Rule = Rule::new(
    "csv_stray_quote",
    "A value with quotation marks is put in quotation marks, and those inside it are doubled",
    "O valoare cu ghilimele se pune între ghilimele, iar cele din interior se dublează",
);
/// A carriage return without a line feed.
pub const LINE_BREAK: Rule =
    Rule::new("csv_line_break", "A line ends with LF or CRLF", "O linie se încheie cu LF sau CRLF");
/// The number of values differs from the header's.
pub const COLUMNS: Rule = Rule::new(
    "columns",
    "A line has as many values as the header, and no line is empty",
    "O linie are tot atâtea valori câte are antetul și nicio linie nu este goală",
);
/// Bytes that are not UTF-8.
pub const ENCODING: Rule = Rule::new("csv_encoding", "The file is UTF-8", "Fișierul este UTF-8");
/// No line break at the end: the last line may be cut.
pub const CUT: Rule = Rule::new(
    "csv_cut",
    "The last line ends with a line break; without one nobody can tell whether the file is whole",
    "Ultima linie se încheie cu sfârșit de rând; fără el nu se știe dacă fișierul este întreg",
);

/// The place where a file stops being valid CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {rule}")]
pub struct Defect {
    /// The physical line, from 1.
    pub line: u64,
    /// The broken rule.
    pub rule: &'static Rule,
}

impl Defect {
    /// Returns the defect that made a reader of [`Checked`] fail, if there is one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).copied()
    }
}

/// Properties of a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// SHA-256 of its bytes.
    pub digest: Vec<u8>,
    /// Number of physical lines, including the header.
    pub lines: u64,
}

/// The position of a byte within a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    RecordStart,
    ValueStart,
    Bare,
    Quoted,
    QuoteInQuoted,
    CarriageReturn,
}

/// Passes a file through byte by byte, and fails with a [`Defect`] where it is not CSV.
pub struct Checked<R> {
    file: R,
    digest: Context,
    place: Place,
    line: u64,
    /// The line of the open quotation mark.
    quote: u64,
    /// The line on which the current record began.
    record: u64,
    columns: usize,
    expected: Option<usize>,
    /// The first bytes of an incomplete character.
    character: Vec<u8>,
}

impl<R: Read> Checked<R> {
    /// Reads this file from its beginning.
    pub fn new(file: R) -> Self {
        Self {
            file,
            digest: Context::new(&SHA256),
            place: Place::RecordStart,
            line: 1,
            quote: 1,
            record: 1,
            columns: 1,
            expected: None,
            character: Vec::new(),
        }
    }

    /// Reads the rest of the file, and returns its properties as a whole.
    ///
    /// # Errors
    /// Those of the file; a [`Defect`] inside an error of kind [`io::ErrorKind::InvalidData`].
    pub fn finish(mut self) -> io::Result<Whole> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(Whole { digest: self.digest.finish().as_ref().to_vec(), lines: self.line - 1 })
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), Defect> {
        self.check_encoding(bytes)?;
        bytes.iter().try_for_each(|&byte| self.step(byte))
    }

    fn check_encoding(&mut self, bytes: &[u8]) -> Result<(), Defect> {
        let mut text = std::mem::take(&mut self.character);
        text.extend_from_slice(bytes);
        let Err(error) = std::str::from_utf8(&text) else { return Ok(()) };
        let (good, rest) = text.split_at(error.valid_up_to());
        if error.error_len().is_none() {
            self.character = rest.to_vec();
            return Ok(());
        }
        let breaks = good.iter().filter(|&&byte| byte == b'\n').count();
        Err(Defect { line: self.line + u64::try_from(breaks).unwrap_or_default(), rule: &ENCODING })
    }

    fn step(&mut self, byte: u8) -> Result<(), Defect> {
        self.place = match (self.place, byte) {
            (Place::Quoted, b'"') => Place::QuoteInQuoted,
            (Place::Quoted, _) | (Place::QuoteInQuoted, b'"') => {
                self.line += u64::from(byte == b'\n');
                Place::Quoted
            }
            (Place::CarriageReturn, b'\n') => self.end_record()?,
            (Place::CarriageReturn, _) => return Err(self.defect(&LINE_BREAK)),
            (_, b'\n') => self.end_record()?,
            (_, b'\r') => Place::CarriageReturn,
            (_, b',') => {
                self.columns += 1;
                Place::ValueStart
            }
            (Place::RecordStart | Place::ValueStart, b'"') => {
                self.quote = self.line;
                Place::Quoted
            }
            (Place::QuoteInQuoted, _) | (Place::Bare, b'"') => return Err(self.defect(&STRAY_QUOTE)),
            (Place::RecordStart | Place::ValueStart | Place::Bare, _) => Place::Bare,
        };
        Ok(())
    }

    fn end_record(&mut self) -> Result<Place, Defect> {
        let expected = *self.expected.get_or_insert(self.columns);
        let empty = self.place == Place::RecordStart;
        if empty || self.columns != expected {
            return Err(Defect { line: self.record, rule: &COLUMNS });
        }
        self.line += 1;
        (self.record, self.columns) = (self.line, 1);
        Ok(Place::RecordStart)
    }

    fn end(&self) -> Result<(), Defect> {
        match self.place {
            _ if !self.character.is_empty() => Err(self.defect(&ENCODING)),
            Place::RecordStart => Ok(()),
            Place::Quoted => Err(Defect { line: self.quote, rule: &OPEN_QUOTE }),
            _ => Err(self.defect(&CUT)),
        }
    }

    fn defect(&self, rule: &'static Rule) -> Defect {
        Defect { line: self.line, rule }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        self.digest.update(bytes);
        let checked = if bytes.is_empty() && !buffer.is_empty() { self.end() } else { self.check(bytes) };
        checked.map_err(|defect| io::Error::new(io::ErrorKind::InvalidData, defect))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Result<u64, (u64, &'static str)> {
        let whole = Checked::new(bytes).finish().map(|whole| whole.lines);
        whole.map_err(|error| Defect::of(&error).map(|defect| (defect.line, defect.rule.code)).unwrap())
    }

    #[test]
    fn whole_files_pass() {
        assert_eq!(check(b"a,b\n1,2\n"), Ok(2));
        assert_eq!(check(b"a,b\r\n1,2\r\n"), Ok(2));
        assert_eq!(check("\u{FEFF}a,b\n\"ș, \"\"ț\"\"\",\"two\nlines\"\n,\n".as_bytes()), Ok(4));
        assert_eq!(check(b"a,b\n"), Ok(1));
    }

    #[test]
    fn a_defect_of_a_file_is_named_by_its_physical_line() {
        for (bytes, line, code) in [
            (&b"a,b\n\"x\ny\",1\n2,\"open\n3,4\n5,6\n"[..], 4, "csv_open_quote"),
            (b"a,b\n1,2\n3,4", 3, "csv_cut"),
            (b"a,b\n1,2\n3", 3, "csv_cut"),
            (b"a,b\n1,2\n3,\"4\"", 3, "csv_cut"),
            (b"a,b\n1,2\r", 2, "csv_cut"),
            (b"a,b\n1\n", 2, "columns"),
            (b"a,b\n\"1\n1\"\n", 2, "columns"),
            (b"a,b\n1,2,3\n", 2, "columns"),
            (b"a,b\n1,2\n\n", 3, "columns"),
            (b"a,b\n1,2\n2 rows\n", 3, "columns"),
            (b"a\n1\n\n", 3, "columns"),
            (b"a,b\n1,x\"y\"\n", 2, "csv_stray_quote"),
            (b"a,b\n1,\"x\"y\n", 2, "csv_stray_quote"),
            (b"a,b\n1, \"x\"\n", 2, "csv_stray_quote"),
            (b"a,b\n1,2\r3,4\n", 2, "csv_line_break"),
            (b"a,b\n1,2\n3,\xfe\n", 3, "csv_encoding"),
            (b"a,b\n1,2\n3,\xc8", 3, "csv_encoding"),
        ] {
            assert_eq!(check(bytes), Err((line, code)), "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_character_may_lie_across_two_reads() {
        let text = format!("a,b\n{},ț\n", "ș".repeat(5_000));
        let one_byte_at_a_time = io::BufReader::with_capacity(1, text.as_bytes());
        assert_eq!(Checked::new(one_byte_at_a_time).finish().unwrap().lines, 2);
    }
}
