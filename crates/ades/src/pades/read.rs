//! Reading a signed PDF strictly.

use std::ops::Range;

use chrono::{DateTime, NaiveDateTime, Utc};
use data_encoding::HEXLOWER;

use super::PdfError;
use super::draft::without;
use super::file::File;
use super::syntax::{Dictionary, array, number, reference, words};
use super::validation_store::{self, ValidationData};
use crate::cades::{self, SigningTime};
use crate::carried::decode_certificates;
use crate::cms::SEQUENCE;
use crate::malformed::Malformed;
use crate::reading::Format;
use crate::reading::Reading;
use crate::revocation::Evidence;

/// Reads a signed PDF and checks its signature with the public key of the certificate that it carries.
pub(crate) fn read(pdf: &[u8]) -> Result<Reading, Malformed> {
    let signed = SignedPdf::read(pdf)?;
    let mut reading = cades::read(&signed.cms, &signed.covered, SigningTime::Elsewhere(signed.time))?;
    let store = signed.validation;
    reading.format = Format::Pades;
    reading.carried.extend(decode_certificates(&store.certificates)?);
    for answer in store.ocsp_responses {
        reading.evidence.push(Evidence::from_ocsp(answer)?);
    }
    for list in store.revocation_lists {
        reading.evidence.push(Evidence::from_crl(list)?);
    }
    Ok(reading)
}

/// A PDF whose one signature covers all of it, but for a security store behind it.
#[derive(Debug)]
pub(crate) struct SignedPdf<'a> {
    /// The signed bytes: the file without the hole and the store.
    pub(crate) covered: Vec<u8>,
    /// Where the signature is, from its `<` to its `>`.
    pub(super) hole: Range<usize>,
    /// The CMS signature.
    pub(crate) cms: Vec<u8>,
    /// The claimed signing time (`/M`).
    pub(crate) time: DateTime<Utc>,
    /// The content of the store; empty if there is none.
    pub(super) validation: ValidationData<'a>,
}

impl<'a> SignedPdf<'a> {
    /// Finds the signature and checks that it covers every byte but its own; only a store may follow.
    pub(crate) fn read(pdf: &'a [u8]) -> Result<Self, PdfError> {
        // An update behind the signed file counts for nothing until that file was read by itself.
        let length = signed_length(&signature_dictionary(&File::read(pdf)?)?)?;
        if length == pdf.len() {
            return Self::read_signed(pdf);
        }
        let signed = pdf.get(..length).and_then(|signed| Self::read_signed(signed).ok());
        let signed = signed.ok_or(PdfError::Coverage)?;
        Ok(Self { validation: validation_store::read(pdf, length)?, ..signed })
    }

    /// Reads a file whose signature covers it to its last byte.
    fn read_signed(pdf: &'a [u8]) -> Result<Self, PdfError> {
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
        Ok(Self {
            covered: without(pdf, &hole),
            cms: contents(pdf.get(hole.clone()).unwrap_or_default())?,
            hole,
            time: time(dictionary.get("M").unwrap_or_default()).ok_or(PdfError::Format)?,
            validation: ValidationData::default(),
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

/// `ByteRange`: offset and length of the part before the hole, and of the part after it.
fn byte_range(dictionary: &Dictionary<'_>) -> Result<[usize; 4], PdfError> {
    let range = dictionary.get("ByteRange").and_then(array).ok_or(PdfError::Coverage)?;
    let numbers: Option<Vec<usize>> = words(range).map(number).collect();
    numbers.and_then(|numbers| numbers.try_into().ok()).ok_or(PdfError::Coverage)
}

/// Where the signed bytes end, by the claim of the signature.
fn signed_length(dictionary: &Dictionary<'_>) -> Result<usize, PdfError> {
    let [_, _, start, length] = byte_range(dictionary)?;
    Ok(start + length)
}

/// Checks that the range runs from the first byte to the hole, and from the hole to the last byte.
fn check_coverage(dictionary: &Dictionary<'_>, hole: &Range<usize>, length: usize) -> Result<(), PdfError> {
    let expected = [0, hole.start, hole.end, length.saturating_sub(hole.end)];
    if byte_range(dictionary)? == expected { Ok(()) } else { Err(PdfError::Coverage) }
}

/// The bytes of `<…>` up to the end of the one DER element in them; zeros follow and nothing else. The hole is not
/// signed, so it has one form only: lower-case digits.
fn contents(hole: &[u8]) -> Result<Vec<u8>, PdfError> {
    let digits = hole.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">")).ok_or(PdfError::Format)?;
    let mut bytes = HEXLOWER.decode(digits).map_err(|_| PdfError::Format)?;
    let length = element_length(&bytes).filter(|length| *length <= bytes.len()).ok_or(PdfError::Format)?;
    if bytes.split_off(length).iter().any(|byte| *byte != 0) {
        return Err(PdfError::Format);
    }
    Ok(bytes)
}

/// The length of a DER SEQUENCE, its header included.
fn element_length(bytes: &[u8]) -> Option<usize> {
    let (&[SEQUENCE, first], rest) = bytes.split_first_chunk::<2>()? else { return None };
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    let octets = rest.get(..count).filter(|_| (1..=3).contains(&count))?;
    Some(2 + count + octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
}

/// Parses `(D:20261124111000Z)`, the only accepted form.
fn time(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("(D:")?.strip_suffix("Z)")?;
    Some(NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok()?.and_utc())
}
