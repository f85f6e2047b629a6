//! Reading a signed PDF strictly.

use std::ops::Range;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::PdfError;
use super::file::File;
use super::syntax::{Dictionary, array, number, reference, words};

/// A PDF whose one signature covers all of it.
#[derive(Debug)]
pub(in crate::signature) struct SignedPdf {
    /// What was signed: the file without the hole.
    pub(in crate::signature) covered: Vec<u8>,
    /// The CMS signature.
    pub(in crate::signature) cms: Vec<u8>,
    /// The signer's claim (`/M`).
    pub(in crate::signature) time: DateTime<Utc>,
}

impl SignedPdf {
    /// Finds the signature, and holds it to covering every byte but its own.
    pub(in crate::signature) fn read(pdf: &[u8]) -> Result<Self, PdfError> {
        let file = File::read(pdf)?;
        let dictionary = signature_dictionary(&file)?;
        if dictionary.get("Type") != Some(b"/Sig")
            || dictionary.get("Filter") != Some(b"/Adobe.PPKLite")
            || dictionary.get("SubFilter") != Some(b"/ETSI.CAdES.detached")
        {
            return Err(PdfError::Format);
        }
        let hole = dictionary.range("Contents").ok_or(PdfError::Format)?;
        check_coverage(&dictionary, &hole, pdf.len())?;
        let (before, after) = (pdf.get(..hole.start), pdf.get(hole.end..));
        Ok(Self {
            covered: [before.unwrap_or_default(), after.unwrap_or_default()].concat(),
            cms: contents(pdf.get(hole).unwrap_or_default())?,
            time: time(dictionary.get("M").unwrap_or_default()).ok_or(PdfError::Format)?,
        })
    }
}

/// The value of the one field of the form.
fn signature_dictionary<'a>(file: &File<'a>) -> Result<Dictionary<'a>, PdfError> {
    let catalog = file.object(file.root)?;
    let form = catalog.range("AcroForm").ok_or(PdfError::Signatures)?;
    let form = Dictionary::read(file.bytes(), form.start)?;
    let fields = form.get("Fields").and_then(array).ok_or(PdfError::Signatures)?;
    let field = file.object(reference(fields).ok_or(PdfError::Signatures)?)?;
    if field.get("FT") != Some(b"/Sig") || field.get("Kids").is_some() {
        return Err(PdfError::Signatures);
    }
    file.object(field.reference("V").ok_or(PdfError::Signatures)?)
}

/// `ByteRange` must say: from the first byte to the hole, and from the hole to the last byte.
fn check_coverage(dictionary: &Dictionary<'_>, hole: &Range<usize>, length: usize) -> Result<(), PdfError> {
    let range = dictionary.get("ByteRange").and_then(array).ok_or(PdfError::Coverage)?;
    let numbers: Option<Vec<usize>> = words(range).map(number).collect();
    let expected = [0, hole.start, hole.end, length.saturating_sub(hole.end)];
    if numbers.as_deref() == Some(&expected) { Ok(()) } else { Err(PdfError::Coverage) }
}

/// The bytes of `<…>` up to the end of the one DER element in them; zeros follow and nothing else. The hole is not
/// signed, so it has one form only: lower-case digits.
fn contents(hole: &[u8]) -> Result<Vec<u8>, PdfError> {
    let digits = hole.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">")).ok_or(PdfError::Format)?;
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(value(high)? << 4 | value(low)?),
        _ => None,
    });
    let mut bytes: Vec<u8> = pairs.collect::<Option<_>>().ok_or(PdfError::Format)?;
    let length = element_length(&bytes).filter(|length| *length <= bytes.len()).ok_or(PdfError::Format)?;
    if bytes.split_off(length).iter().any(|byte| *byte != 0) {
        return Err(PdfError::Format);
    }
    Ok(bytes)
}

/// The length of a DER SEQUENCE, its header included.
fn element_length(bytes: &[u8]) -> Option<usize> {
    let (&[0x30, first], rest) = bytes.split_first_chunk::<2>()? else { return None };
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    let octets = rest.get(..count).filter(|_| (1..=3).contains(&count))?;
    Some(2 + count + octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
}

/// `(D:20261124111000Z)`: the form in which times are written here.
fn time(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("(D:")?.strip_suffix("Z)")?;
    Some(NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok()?.and_utc())
}
