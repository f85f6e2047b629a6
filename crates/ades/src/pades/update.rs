//! Incremental updates (ISO 32000-1, section 7.5.6): additions behind a file, which itself stays unchanged.

use super::file::File;
use super::syntax::Dictionary;

/// A dictionary with more entries before its end.
pub(super) fn with_entry(dictionary: &Dictionary<'_>, entries: &str) -> Vec<u8> {
    [b"<<", dictionary.inside(), entries.as_bytes(), b">>"].concat()
}

/// An update in progress.
pub(super) struct Update<'a> {
    file: &'a File<'a>,
    bytes: Vec<u8>,
    offsets: Vec<(usize, usize)>,
    next: usize,
}

impl<'a> Update<'a> {
    /// Begins an update of `file`.
    pub(super) fn new(file: &'a File<'a>) -> Self {
        let mut bytes = file.bytes().to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        Self { file, bytes, offsets: Vec::new(), next: file.size }
    }

    /// Reserves a number for a new object.
    pub(super) fn reserve(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    /// Writes an object, new or replacing one of the file; returns where its content begins.
    pub(super) fn object(&mut self, number: usize, content: &[u8]) -> usize {
        self.offsets.push((number, self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        let start = self.bytes.len();
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\nendobj\n");
        start
    }

    /// Writes a stream without filters; returns the number of its object.
    pub(super) fn stream(&mut self, content: &[u8]) -> usize {
        let number = self.reserve();
        let head = format!("<</Length {}>>\nstream\n", content.len());
        self.object(number, &[head.as_bytes(), content, b"\nendstream"].concat());
        number
    }

    /// Writes cross-references and trailer; returns the file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.offsets.sort_unstable();
        let start = self.bytes.len();
        let mut table = String::from("xref\n");
        for run in self.offsets.chunk_by(|one, next| one.0 + 1 == next.0) {
            let first = run.first().map_or(0, |(number, _)| *number);
            table.push_str(&format!("{first} {}\n", run.len()));
            for (_, offset) in run {
                table.push_str(&format!("{offset:010} 00000 n \n"));
            }
        }
        let written = |key: &str, value: Option<&[u8]>| {
            value.map(|value| format!("/{key} {}", String::from_utf8_lossy(value))).unwrap_or_default()
        };
        let (info, id) = (written("Info", self.file.info), written("ID", self.file.id));
        let (size, root, before) = (self.next, self.file.root, self.file.start);
        table.push_str(&format!("trailer\n<</Size {size}/Root {root} 0 R/Prev {before}{info}{id}>>\n"));
        table.push_str(&format!("startxref\n{start}\n%%EOF\n"));
        self.bytes.extend_from_slice(table.as_bytes());
        self.bytes
    }
}
