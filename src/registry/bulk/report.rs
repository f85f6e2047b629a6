//! The report of refused lines: number and rule, none of the line's content.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use super::file::Refusal;

const HEADER: &str = "line,rule,meaning\n";

/// A report being written.
pub(super) struct Report(BufWriter<File>);

impl Report {
    /// Opens the report, truncated to what belongs to the loaded rows: an interrupted run may have written more.
    pub(super) fn open(path: &Path, length: i64) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        file.set_len(u64::try_from(length).unwrap_or_default())?;
        file.seek(SeekFrom::End(0))?;
        let mut report = Self(BufWriter::new(file));
        if length == 0 {
            report.0.write_all(HEADER.as_bytes())?;
        }
        Ok(report)
    }

    pub(super) fn add(&mut self, refusal: &Refusal) -> io::Result<()> {
        writeln!(self.0, "{},{},\"{}\"", refusal.line, refusal.rule.code, refusal.rule.en)
    }

    /// Flushes the report and returns its length.
    pub(super) fn flushed(&mut self) -> io::Result<i64> {
        self.0.flush()?;
        let file = self.0.get_mut();
        file.sync_data()?;
        i64::try_from(file.stream_position()?).map_err(io::Error::other)
    }
}
