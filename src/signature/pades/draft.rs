//! A PDF made ready to be signed: an update with the signature's field, dictionary and the hole for its value.

use chrono::{DateTime, Utc};

use super::PdfError;
use super::file::File;
use super::syntax::{Dictionary, array};

/// Digits that are kept for a number of `ByteRange`.
const RANGE_DIGITS: usize = 10;

/// What a later verification needs beside the signature (level B-LT): DER of certificates, OCSP responses and lists.
#[derive(Debug, Clone, Default)]
pub struct ValidationData {
    /// Certificates of the signer's and the time-stamp's paths.
    pub certificates: Vec<Vec<u8>>,
    /// OCSP responses (RFC 6960).
    pub ocsp_responses: Vec<Vec<u8>>,
    /// Certificate revocation lists (RFC 5280).
    pub revocation_lists: Vec<Vec<u8>>,
}

/// A PDF with a hole where its signature will be.
#[derive(Debug)]
pub struct Draft {
    bytes: Vec<u8>,
    /// Where the hole begins, with its `<`, and where the file goes on after its `>`.
    hole: (usize, usize),
}

impl Draft {
    /// Prepares a PDF that was written once and is not signed. `time` is the signer's claim; `reserved` is the space
    /// for the signature in bytes: 4 KiB for level B-B, 16 KiB with a time-stamp in it.
    ///
    /// # Errors
    /// When the file is not such a PDF.
    pub fn new(
        pdf: &[u8],
        time: DateTime<Utc>,
        validation: &ValidationData,
        reserved: usize,
    ) -> Result<Self, PdfError> {
        let file = File::read(pdf)?;
        let catalog = file.object(file.root)?;
        if file.revisions != 1 || catalog.get("AcroForm").is_some() {
            return Err(PdfError::Signatures);
        }
        let mut update = Update::new(&file);
        let (page, page_dictionary) = file.first_page()?;
        let (value, field) = (update.reserve(), update.reserve());
        let store = update.validation_store(validation);
        let form = format!("/AcroForm<</Fields[{field} 0 R]/SigFlags 3>>{store}");
        update.object(file.root, &with_entry(&catalog, &form));
        update.object(page, &with_annotation(pdf, &page_dictionary, field)?);
        // Without an area and off the page, so that neither an appearance nor a place in the structure is needed
        // (ISO 19005-3, 6.3.3; ISO 14289-1, 7.18.1). Flags: print, locked.
        let widget = format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU(Sigiliu electronic)/F 132/Rect[-1 -1 -1 -1]\
             /P {page} 0 R/V {value} 0 R>>"
        );
        update.object(field, widget.as_bytes());
        let hole = update.signature(value, time, reserved);
        let bytes = update.finish();
        let mut draft = Self { bytes, hole };
        draft.write_range();
        Ok(draft)
    }

    /// What is to be signed: the whole file without the hole.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let (before, after) = (self.bytes.get(..self.hole.0), self.bytes.get(self.hole.1..));
        [before.unwrap_or_default(), after.unwrap_or_default()].concat()
    }

    /// Fills the hole with a CMS signature over [`Draft::signed_bytes`].
    ///
    /// # Errors
    /// [`PdfError::Space`] when it does not fit.
    pub fn complete(mut self, cms: &[u8]) -> Result<Vec<u8>, PdfError> {
        let hole = self.bytes.get_mut(self.hole.0 + 1..self.hole.1 - 1).ok_or(PdfError::Space)?;
        if cms.len() * 2 > hole.len() {
            return Err(PdfError::Space);
        }
        for (digits, byte) in hole.chunks_exact_mut(2).zip(cms) {
            digits.copy_from_slice(format!("{byte:02x}").as_bytes());
        }
        Ok(self.bytes)
    }

    /// Writes `ByteRange`, now that the length of the file is known.
    fn write_range(&mut self) {
        let (start, end) = self.hole;
        let range = format!("[0 {start} {end} {}]", self.bytes.len() - end);
        let place = range_place(&self.bytes, start);
        if let Some(place) = self.bytes.get_mut(place) {
            let padded = format!("{range:width$}", width = place.len());
            place.copy_from_slice(padded.as_bytes());
        }
    }
}

/// The placeholder of `ByteRange`, which stands right before `/Contents`.
fn range_place(bytes: &[u8], hole: usize) -> std::ops::Range<usize> {
    let end = hole - b"/Contents".len();
    debug_assert!(bytes.get(end..hole) == Some(b"/Contents"));
    end - range_placeholder().len()..end
}

fn range_placeholder() -> String {
    let zeros = "0".repeat(RANGE_DIGITS);
    format!("[0 {zeros} {zeros} {zeros}]")
}

/// A dictionary with more entries before its end.
fn with_entry(dictionary: &Dictionary<'_>, entries: &str) -> Vec<u8> {
    [b"<<", dictionary.inside(), entries.as_bytes(), b">>"].concat()
}

/// A page with one more annotation.
fn with_annotation(pdf: &[u8], page: &Dictionary<'_>, field: usize) -> Result<Vec<u8>, PdfError> {
    let Some(annotations) = page.get("Annots") else {
        return Ok(with_entry(page, &format!("/Annots[{field} 0 R]")));
    };
    let bad = PdfError::Syntax("Annots is not an array");
    let inside = array(annotations).ok_or(bad)?;
    let place = page.range("Annots").ok_or(bad)?;
    let head = pdf.get(page.start()..place.start).ok_or(bad)?;
    let tail = pdf.get(place.end..page.end).ok_or(bad)?;
    let added = format!(" {field} 0 R]");
    Ok([b"<<", head, b"[", inside, added.as_bytes(), tail, b">>"].concat())
}

/// The update under way.
struct Update<'a> {
    file: &'a File<'a>,
    bytes: Vec<u8>,
    offsets: Vec<(usize, usize)>,
    next: usize,
}

impl<'a> Update<'a> {
    fn new(file: &'a File<'a>) -> Self {
        let mut bytes = file.bytes().to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        Self { file, bytes, offsets: Vec::new(), next: file.size }
    }

    /// A number for a new object.
    fn reserve(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn object(&mut self, number: usize, content: &[u8]) {
        self.offsets.push((number, self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// `/DSS` (EN 319 142-1, clause 5.4.2) with its streams; nothing when there is no data.
    fn validation_store(&mut self, data: &ValidationData) -> String {
        let lists = [
            ("Certs", &data.certificates),
            ("OCSPs", &data.ocsp_responses),
            ("CRLs", &data.revocation_lists),
        ];
        let entries: String = lists
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(name, values)| {
                let references: String =
                    values.iter().map(|value| format!("{} 0 R ", self.stream(value))).collect();
                format!("/{name}[{}]", references.trim_end())
            })
            .collect();
        if entries.is_empty() { entries } else { format!("/DSS<</Type/DSS{entries}>>") }
    }

    fn stream(&mut self, content: &[u8]) -> usize {
        let number = self.reserve();
        let head = format!("<</Length {}>>\nstream\n", content.len());
        self.object(number, &[head.as_bytes(), content, b"\nendstream"].concat());
        number
    }

    /// The signature dictionary; answers where its hole is.
    fn signature(&mut self, number: usize, time: DateTime<Utc>, reserved: usize) -> (usize, usize) {
        let head = format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:{})/ByteRange{}/Contents",
            time.format("%Y%m%d%H%M%SZ"),
            range_placeholder(),
        );
        let hole = format!("<{}>", "0".repeat(reserved * 2));
        let start = self.bytes.len() + format!("{number} 0 obj\n").len() + head.len();
        let end = start + hole.len();
        self.object(number, format!("{head}{hole}>>").as_bytes());
        (start, end)
    }

    /// Cross-references and trailer.
    fn finish(mut self) -> Vec<u8> {
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
