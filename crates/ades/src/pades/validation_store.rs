//! The document security store (EN 319 142-1, clause 5.4.2): data that a later validation needs, in an update of its own
//! behind the signed file.
//!
//! No signature covers that update, so it has one form only: each value occurs once and in order, and a reader writes the
//! store again behind the signed file and compares the bytes. It has no room for another page, another value of a field,
//! or a byte that nobody reads.

use super::PdfError;
use super::file::File;
use super::syntax::{Dictionary, references};
use super::update::{Update, with_entry};

/// More certificates, OCSP responses or CRLs are refused.
const MAX_VALUES: usize = 10;

/// Marks a file with a store (the extension of ETSI, level 5).
const EXTENSION: &str = "/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 5>>>>";

/// DER of certificates, OCSP responses and lists (level B-LT).
#[derive(Debug, Default)]
pub(crate) struct ValidationData<'a> {
    /// Certificates of the signer's and the time-stamp's paths that the signature does not carry.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// OCSP responses (RFC 6960).
    pub(crate) ocsp_responses: Vec<&'a [u8]>,
    /// Certificate revocation lists (RFC 5280).
    pub(crate) revocation_lists: Vec<&'a [u8]>,
}

impl ValidationData<'_> {
    fn lists(&self) -> [(&'static str, &[&[u8]]); 3] {
        [("Certs", &self.certificates), ("OCSPs", &self.ocsp_responses), ("CRLs", &self.revocation_lists)]
    }

    /// Whether there are values, each once and in order: the only form of a store.
    fn is_canonical(&self) -> bool {
        let in_order = |values: &[&[u8]]| values.windows(2).all(|pair| pair.first() < pair.last());
        !self.is_empty() && self.lists().into_iter().all(|(_, values)| in_order(values))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lists().into_iter().all(|(_, values)| values.is_empty())
    }

    fn length(&self) -> usize {
        self.lists().into_iter().flat_map(|(_, values)| values).map(|value| value.len()).sum()
    }
}

/// Writes a store behind a signed file that has none.
pub(crate) fn append(signed: &[u8], data: &ValidationData<'_>) -> Result<Vec<u8>, PdfError> {
    let file = File::read(signed)?;
    let catalog = file.object(file.root)?;
    if catalog.get("DSS").is_some() || catalog.get("Extensions").is_some() {
        return Err(PdfError::Store);
    }
    let mut update = Update::new(&file);
    let lists: String =
        data.lists().into_iter().map(|(name, values)| list(&mut update, name, values)).collect();
    update.object(file.root, &with_entry(&catalog, &format!("{EXTENSION}/DSS<</Type/DSS{lists}>>")));
    Ok(update.finish())
}

/// `/Name[n 0 R …]` with its streams; nothing when there are no values.
fn list(update: &mut Update<'_>, name: &str, values: &[&[u8]]) -> String {
    let references: Vec<String> =
        values.iter().map(|value| format!("{} 0 R", update.stream(value))).collect();
    if references.is_empty() { String::new() } else { format!("/{name}[{}]", references.join(" ")) }
}

/// Reads the store behind the first `length` bytes of a file; refuses anything else there.
pub(super) fn read(pdf: &[u8], length: usize) -> Result<ValidationData<'_>, PdfError> {
    let file = File::read(pdf)?;
    let store = file.object(file.root)?.range("DSS").ok_or(PdfError::Coverage)?;
    let store = Dictionary::read(pdf, store.start)?;
    let data = ValidationData {
        certificates: values(&file, &store, "Certs")?,
        ocsp_responses: values(&file, &store, "OCSPs")?,
        revocation_lists: values(&file, &store, "CRLs")?,
    };
    let (signed, behind) = pdf.split_at_checked(length).ok_or(PdfError::Coverage)?;
    // A stream that is referenced many times would be written as often.
    if data.length() > behind.len() {
        return Err(PdfError::Coverage);
    }
    if !data.is_canonical() {
        return Err(PdfError::Store);
    }
    if append(signed, &data)? == pdf { Ok(data) } else { Err(PdfError::Coverage) }
}

fn values<'a>(file: &File<'a>, store: &Dictionary<'_>, name: &str) -> Result<Vec<&'a [u8]>, PdfError> {
    let Some(list) = store.get(name) else { return Ok(Vec::new()) };
    let numbers = references(list).filter(|numbers| numbers.len() <= MAX_VALUES).ok_or(PdfError::Store)?;
    numbers.into_iter().map(|number| file.stream(number)).collect()
}
