//! The file, read in chunks of records.

use std::fs;
use std::io::{self, Seek};
use std::path::Path;

use chrono::{DateTime, Utc};
use csv::{Reader, ReaderBuilder, StringRecord};

use super::ImportError;
use super::columns::Line;
use crate::registry::Register;
use crate::text::Rule;
use crate::text::csv_file::{Checked, Defect, Whole};

/// A file that was checked to be CSV from beginning to end, with the right header.
pub(super) struct File {
    reader: Reader<Checked<fs::File>>,
    whole: Whole,
    length: u64,
}

/// A record that broke a rule.
pub(super) struct Refusal {
    /// The record's first physical line in the file, from 1.
    pub(super) line: u64,
    /// The broken rule.
    pub(super) rule: &'static Rule,
}

/// A chunk of records.
pub(super) struct Chunk {
    pub(super) lines: Vec<Line>,
    pub(super) refused: Vec<Refusal>,
    /// The offset in the file at which the next record begins.
    pub(super) ends_at: u64,
}

impl Chunk {
    /// Counts the records, including refused ones.
    pub(super) fn count(&self) -> i64 {
        i64::try_from(self.lines.len()).unwrap_or(i64::MAX)
    }

    /// Counts the records with an unreadable subject.
    pub(super) fn nameless(&self) -> i64 {
        let nameless = self.lines.iter().filter(|line| matches!(line, Line::Nameless)).count();
        i64::try_from(nameless).unwrap_or(i64::MAX)
    }
}

impl File {
    /// Opens a file, and checks it to its end.
    pub(super) fn open(path: &Path, register: Register) -> Result<Self, ImportError> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        let whole = Checked::new(&mut file).finish().map_err(unreadable)?;
        file.rewind()?;
        let mut reader = ReaderBuilder::new().from_reader(Checked::new(file));
        let expected = register.columns();
        let header = reader.headers().map_err(|error| fault(error, expected))?;
        if !header.iter().eq(expected.iter().copied()) {
            return Err(ImportError::Header(expected.join(",")));
        }
        Ok(Self { reader, whole, length })
    }

    pub(super) fn digest(&self) -> &[u8] {
        &self.whole.digest
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Returns the number of physical lines, including the header.
    pub(super) fn lines(&self) -> u64 {
        self.whole.lines
    }

    /// Skips records that an earlier run has read.
    pub(super) fn skip(&mut self, records: i64) -> Result<(), ImportError> {
        let mut record = csv::ByteRecord::new();
        for _ in 0..records {
            if !self.reader.read_byte_record(&mut record).map_err(|_| ImportError::Changed)? {
                return Err(ImportError::Changed);
            }
        }
        Ok(())
    }

    /// Reads up to `most` records; none at the end of the file.
    pub(super) fn read(
        &mut self,
        count: usize,
        register: Register,
        now: DateTime<Utc>,
    ) -> Result<Chunk, ImportError> {
        let mut chunk = Chunk { lines: Vec::with_capacity(count), refused: Vec::new(), ends_at: 0 };
        let mut record = StringRecord::new();
        for _ in 0..count {
            if !self.reader.read_record(&mut record).map_err(|_| ImportError::Changed)? {
                break;
            }
            let (line, broken) = register.line(&record, now);
            let number = record.position().map_or(0, csv::Position::line);
            chunk.refused.extend(broken.map(|rule| Refusal { line: number, rule }));
            chunk.lines.push(line);
        }
        chunk.ends_at = self.reader.position().byte();
        Ok(chunk)
    }

    /// Checks that the file that was read is the one that was checked: nobody wrote to it in between.
    pub(super) fn finish(self) -> Result<(), ImportError> {
        let read = self.reader.into_inner().finish().map_err(|_| ImportError::Changed)?;
        if read == self.whole { Ok(()) } else { Err(ImportError::Changed) }
    }
}

/// Reports an unreadable header as a wrong one, unless the file itself is defective.
fn fault(error: csv::Error, expected: &[&str]) -> ImportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => unreadable(error),
        _ => ImportError::Header(expected.join(",")),
    }
}

fn unreadable(error: io::Error) -> ImportError {
    Defect::of(&error).map_or(ImportError::File(error), ImportError::Defect)
}
