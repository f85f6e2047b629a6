//! The structure of a file (ISO 32000-1, section 7.5): trailers and cross-reference tables, newest first.

use std::collections::BTreeMap;

use super::PdfError;
use super::syntax::{Cursor, Dictionary};

/// A longer chain of updates is refused: a document has two at most, its signature and its security store.
const MAX_REVISIONS: usize = 3;
/// Files with more objects are refused.
const MAX_OBJECTS: usize = 20_000;

/// Where the objects of a file are.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    offsets: BTreeMap<usize, usize>,
    /// The number after the highest object's.
    pub(super) size: usize,
    /// The number of the catalog.
    pub(super) root: usize,
    /// `/Info` and `/ID` of the newest trailer, as written.
    pub(super) info: Option<&'a [u8]>,
    pub(super) id: Option<&'a [u8]>,
    /// Where the newest cross-reference table begins.
    pub(super) start: usize,
    /// How many cross-reference tables the file has.
    pub(super) revisions: usize,
}

impl<'a> File<'a> {
    /// Reads every cross-reference table.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, PdfError> {
        if bytes.len() > super::MAX_PDF_BYTES {
            return Err(PdfError::TooLarge);
        }
        if !bytes.starts_with(b"%PDF-1.") {
            return Err(PdfError::Syntax("it does not begin with %PDF-1"));
        }
        let start = start_of_table(bytes)?;
        let mut file = Self {
            bytes,
            offsets: BTreeMap::new(),
            size: 0,
            root: 0,
            info: None,
            id: None,
            start,
            revisions: 0,
        };
        let mut next = Some(start);
        while let Some(at) = next {
            next = file.read_table(at)?;
        }
        Ok(file)
    }

    /// Reads a table with its trailer; returns where the previous one begins.
    fn read_table(&mut self, at: usize) -> Result<Option<usize>, PdfError> {
        if self.revisions == MAX_REVISIONS {
            return Err(PdfError::Syntax("it was updated too often"));
        }
        let mut cursor = Cursor::new(self.bytes, at);
        cursor.expect(b"xref")?;
        loop {
            cursor.skip_white();
            let before = cursor.at;
            if cursor.expect(b"trailer").is_ok() {
                break;
            }
            cursor.at = before;
            self.read_section(&mut cursor)?;
        }
        let trailer = Dictionary::read(self.bytes, cursor.at)?;
        if trailer.get("Encrypt").is_some() || trailer.get("XRefStm").is_some() {
            return Err(PdfError::Syntax("it is encrypted, or has cross-reference streams"));
        }
        if self.revisions == 0 {
            let missing = PdfError::Syntax("the trailer lacks Root or Size");
            self.root = trailer.reference("Root").ok_or(missing)?;
            self.size = trailer.number("Size").filter(|size| *size <= MAX_OBJECTS).ok_or(missing)?;
            (self.info, self.id) = (trailer.get("Info"), trailer.get("ID"));
        }
        self.revisions += 1;
        match trailer.get("Prev") {
            None => Ok(None),
            Some(_) => {
                let before = trailer.number("Prev").filter(|before| *before < at);
                before.map(Some).ok_or(PdfError::Syntax("Prev does not point back"))
            }
        }
    }

    fn read_section(&mut self, cursor: &mut Cursor<'_>) -> Result<(), PdfError> {
        let (first, count) = (cursor.natural()?, cursor.natural()?);
        if first.saturating_add(count) > MAX_OBJECTS {
            return Err(PdfError::Syntax("too many objects"));
        }
        for number in first..first + count {
            let offset = cursor.natural()?;
            cursor.natural()?;
            cursor.skip_white();
            if cursor.expect(b"n").is_ok() {
                // The newest table comes first: its entry for an object counts.
                self.offsets.entry(number).or_insert(offset);
            } else {
                cursor.expect(b"f")?;
                self.offsets.entry(number).or_insert(usize::MAX);
            }
        }
        Ok(())
    }

    /// The dictionary that an object is, or begins with.
    pub(super) fn object(&self, number: usize) -> Result<Dictionary<'a>, PdfError> {
        let missing = PdfError::Syntax("an object is not where it should be");
        let offset = *self.offsets.get(&number).ok_or(missing)?;
        let mut cursor = Cursor::new(self.bytes, offset);
        if cursor.natural()? != number || cursor.natural()? != 0 {
            return Err(missing);
        }
        cursor.expect(b"obj")?;
        Dictionary::read(self.bytes, cursor.at)
    }

    /// The bytes of a stream without filters.
    pub(super) fn stream(&self, number: usize) -> Result<&'a [u8], PdfError> {
        let dictionary = self.object(number)?;
        let bad = PdfError::Syntax("a stream was expected");
        let length = dictionary.number("Length").ok_or(bad)?;
        let mut cursor = Cursor::new(self.bytes, dictionary.end);
        cursor.expect(b">>")?;
        cursor.expect(b"stream\n")?;
        self.bytes.get(cursor.at..cursor.at + length).ok_or(bad)
    }

    /// The number and the dictionary of the first page.
    pub(super) fn first_page(&self) -> Result<(usize, Dictionary<'a>), PdfError> {
        let missing = PdfError::Syntax("there is no first page");
        let mut number = self.object(self.root)?.reference("Pages").ok_or(missing)?;
        for _ in 0..8 {
            let node = self.object(number)?;
            let Some(kids) = node.get("Kids") else { return Ok((number, node)) };
            let mut cursor = Cursor::new(kids, 0);
            cursor.expect(b"[")?;
            number = cursor.natural()?;
        }
        Err(missing)
    }

    /// The file as it was received.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// The number after the last `startxref`; after it come `%%EOF` and at most a line end.
fn start_of_table(bytes: &[u8]) -> Result<usize, PdfError> {
    const WORD: &[u8] = b"startxref";
    let bad = PdfError::Syntax("it does not end with startxref and %%EOF");
    let tail_begins = bytes.len().saturating_sub(64);
    let tail = bytes.get(tail_begins..).unwrap_or_default();
    let at = tail.windows(WORD.len()).rposition(|window| window == WORD).ok_or(bad)?;
    let mut cursor = Cursor::new(bytes, tail_begins + at + WORD.len());
    let start = cursor.natural()?;
    cursor.expect(b"%%EOF")?;
    match bytes.get(cursor.at..) {
        Some(b"" | b"\n" | b"\r\n") => Ok(start),
        _ => Err(bad),
    }
}
