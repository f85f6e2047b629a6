//! The file, read in chunks of lines.

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};
use ring::digest::{Context, SHA256};

use super::ImportError;
use super::columns::{Record, Register, UNREADABLE};
use crate::rule::Rule;

/// A file whose header was read.
pub(super) struct File {
    reader: Reader<BufReader<fs::File>>,
    digest: Vec<u8>,
    length: u64,
}

/// A line that broke a rule.
pub(super) struct Refusal {
    /// Its number in the file, from 1.
    pub(super) line: u64,
    /// The rule.
    pub(super) rule: &'static Rule,
}

/// Some lines.
pub(super) struct Chunk {
    pub(super) records: Vec<Record>,
    pub(super) refused: Vec<Refusal>,
    pub(super) lines: i64,
    /// Where in the file the next line begins.
    pub(super) ends_at: u64,
}

impl File {
    /// Opens it, and reads it once to know it again.
    pub(super) fn open(path: &Path, register: Register) -> Result<Self, ImportError> {
        let digest = digest(path)?;
        let file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(BufReader::new(file));
        let expected = register.columns();
        if !reader.headers().is_ok_and(|header| header.iter().eq(expected.iter().copied())) {
            return Err(ImportError::Header(expected.join(",")));
        }
        Ok(Self { reader, digest, length })
    }

    pub(super) fn digest(&self) -> &[u8] {
        &self.digest
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Passes over lines that were read before.
    pub(super) fn skip(&mut self, lines: i64) -> Result<(), ImportError> {
        let mut record = csv::ByteRecord::new();
        for _ in 0..lines {
            self.reader.read_byte_record(&mut record).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// The next lines, at most so many; none at the end of the file.
    pub(super) fn read(&mut self, count: usize, register: Register) -> Result<Chunk, ImportError> {
        let mut chunk =
            Chunk { records: Vec::with_capacity(count), refused: Vec::new(), lines: 0, ends_at: 0 };
        let mut bytes = csv::ByteRecord::new();
        for _ in 0..count {
            if !self.reader.read_byte_record(&mut bytes).map_err(io::Error::other)? {
                break;
            }
            chunk.lines += 1;
            let line = bytes.position().map_or(0, csv::Position::line);
            let text = StringRecord::from_byte_record(std::mem::take(&mut bytes)).map_err(|_| &UNREADABLE);
            match text.and_then(|text| register.record(&text)) {
                Ok(record) => chunk.records.push(record),
                Err(rule) => chunk.refused.push(Refusal { line, rule }),
            }
        }
        chunk.ends_at = self.reader.position().byte();
        Ok(chunk)
    }
}

fn digest(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let (mut context, mut buffer) = (Context::new(&SHA256), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(context.finish().as_ref().to_vec());
        }
        context.update(buffer.get(..read).unwrap_or_default());
    }
}
