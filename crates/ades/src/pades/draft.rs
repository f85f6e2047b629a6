//! A PDF prepared for signing: an update with the signature's field, its dictionary and a hole for its value.

use std::ops::Range;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;

use super::PdfError;
use super::file::File;
use super::syntax::{Dictionary, array};
use super::update::{Update, with_entry};

/// Digits reserved for a number of `ByteRange`.
const RANGE_DIGITS: usize = 10;

/// The names of the signature's form field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureField {
    /// Partial field name (`/T`), without dots.
    pub name: String,
    /// Alternate name (`/TU`), which screen readers read: in the language of the document.
    pub alternate_name: String,
}

impl Default for SignatureField {
    /// `Seal`, `Electronic seal`.
    fn default() -> Self {
        Self { name: "Seal".to_owned(), alternate_name: "Electronic seal".to_owned() }
    }
}

/// A PDF with a hole where its signature will be.
#[derive(Debug)]
pub struct Draft {
    bytes: Vec<u8>,
    /// From its `<` to its `>`.
    hole: Range<usize>,
}

impl Draft {
    /// Prepares a PDF that was written once and is not signed. `time` is the signer's claim; `reserved` is the space
    /// for the signature in bytes, including a time-stamp that is added later.
    ///
    /// # Errors
    /// When the file is not such a PDF.
    pub fn new(
        pdf: &[u8],
        field: &SignatureField,
        time: DateTime<Utc>,
        reserved: usize,
    ) -> Result<Self, PdfError> {
        let file = File::read(pdf)?;
        let catalog = file.object(file.root)?;
        if file.revisions != 1 || catalog.get("AcroForm").is_some() {
            return Err(PdfError::Signatures);
        }
        let mut update = Update::new(&file);
        let (page, page_dictionary) = file.first_page()?;
        let (value, widget) = (update.reserve(), update.reserve());
        let form = format!("/AcroForm<</Fields[{widget} 0 R]/SigFlags 3>>");
        update.object(file.root, &with_entry(&catalog, &form));
        update.object(page, &with_annotation(pdf, &page_dictionary, widget)?);
        update.object(widget, dictionary(field, page, value).as_bytes());
        let hole = signature(&mut update, value, time, reserved);
        let bytes = update.finish();
        let mut draft = Self { bytes, hole };
        draft.write_range();
        Ok(draft)
    }

    /// The bytes to sign: the whole file without the hole.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        without(&self.bytes, &self.hole)
    }

    /// Fills the hole with a CMS signature over [`Draft::signed_bytes`].
    ///
    /// # Errors
    /// [`PdfError::Space`] when it does not fit.
    pub fn complete(mut self, cms: &[u8]) -> Result<Vec<u8>, PdfError> {
        fill(&mut self.bytes, &self.hole, cms)?;
        Ok(self.bytes)
    }

    /// Writes `ByteRange` once the length of the file is known.
    fn write_range(&mut self) {
        let Range { start, end } = self.hole;
        let range = format!("[0 {start} {end} {}]", self.bytes.len() - end);
        let place = range_place(&self.bytes, start);
        if let Some(place) = self.bytes.get_mut(place) {
            let padded = format!("{range:width$}", width = place.len());
            place.copy_from_slice(padded.as_bytes());
        }
    }
}

/// The signature field, which is its own widget: without an area and off the page, so that neither an appearance nor a
/// place in the structure is needed (ISO 19005-3, 6.3.3; ISO 14289-1, 7.18.1). Flags: print, locked.
fn dictionary(field: &SignatureField, page: usize, value: usize) -> String {
    let (name, alternate) = (text_string(&field.name), text_string(&field.alternate_name));
    format!(
        "<</Type/Annot/Subtype/Widget/FT/Sig/T{name}/TU{alternate}/F 132/Rect[-1 -1 -1 -1]/P {page} 0 R\
         /V {value} 0 R>>"
    )
}

/// A text string (ISO 32000-1, section 7.9.2.2): plain ASCII as it is, all else in hexadecimal UTF-16 after its mark.
fn text_string(text: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !b"()\\".contains(&byte);
    if text.bytes().all(is_plain) {
        return format!("({text})");
    }
    let units: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    format!("<feff{units}>")
}

/// A file without its hole: the signed bytes.
pub(super) fn without(pdf: &[u8], hole: &Range<usize>) -> Vec<u8> {
    let (before, after) = (pdf.get(..hole.start), pdf.get(hole.end..));
    [before.unwrap_or_default(), after.unwrap_or_default()].concat()
}

/// Writes a CMS signature into the hole, and zeros after it.
pub(super) fn fill(pdf: &mut [u8], hole: &Range<usize>, cms: &[u8]) -> Result<(), PdfError> {
    let digits = pdf.get_mut(hole.start + 1..hole.end - 1).ok_or(PdfError::Space)?;
    let value = HEXLOWER.encode(cms);
    let (filled, rest) = digits.split_at_mut_checked(value.len()).ok_or(PdfError::Space)?;
    filled.copy_from_slice(value.as_bytes());
    rest.fill(b'0');
    Ok(())
}

/// The placeholder of `ByteRange`, right before `/Contents`.
fn range_place(bytes: &[u8], hole: usize) -> std::ops::Range<usize> {
    let end = hole - b"/Contents".len();
    debug_assert!(bytes.get(end..hole) == Some(b"/Contents"));
    end - range_placeholder().len()..end
}

fn range_placeholder() -> String {
    let zeros = "0".repeat(RANGE_DIGITS);
    format!("[0 {zeros} {zeros} {zeros}]")
}

/// A page dictionary with one more annotation.
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

/// Writes the signature dictionary; returns where its hole is.
fn signature(update: &mut Update<'_>, number: usize, time: DateTime<Utc>, reserved: usize) -> Range<usize> {
    let head = format!(
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:{})/ByteRange{}/Contents",
        time.format("%Y%m%d%H%M%SZ"),
        range_placeholder(),
    );
    let hole = format!("<{}>", "0".repeat(reserved * 2));
    let start = update.object(number, format!("{head}{hole}>>").as_bytes()) + head.len();
    start..start + hole.len()
}
