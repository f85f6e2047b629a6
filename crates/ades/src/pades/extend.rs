//! Raising a signed PDF to a higher level. The signed bytes stay what they are.

use super::draft::fill;
use super::read::{SignedPdf, read};
use super::validation_store::{ValidationData, append};
use crate::cades;
use crate::certificate::Certificate;
use crate::malformed::Malformed;
use crate::revocation::Evidence;
use crate::timestamp::Token;

/// The value of the signature in a PDF: what a signature time-stamp covers.
///
/// # Errors
/// When this is not a signed PDF of the profile.
pub fn signature_value(pdf: &[u8]) -> Result<Vec<u8>, Malformed> {
    Ok(cades::signature_value(&SignedPdf::read(pdf)?.cms)?.to_vec())
}

/// Adds a signature time-stamp, in the space reserved with the signature: B-B becomes B-T.
///
/// # Errors
/// When this is not a signed PDF of the profile, it has a time-stamp already, the token covers something else, or
/// it does not fit.
pub fn add_signature_timestamp(pdf: &[u8], token: &Token) -> Result<Vec<u8>, Malformed> {
    let signed = SignedPdf::read(pdf)?;
    let mut stamped = pdf.to_vec();
    fill(&mut stamped, &signed.hole, &cades::add_signature_timestamp(&signed.cms, token)?)?;
    Ok(stamped)
}

/// Adds certificates and revocation data in a security store: B-T becomes B-LT. Certificates that the signature
/// carries already are left out.
///
/// # Errors
/// When this is not a signed PDF of the profile, or it has a store already.
pub fn add_validation_data(
    pdf: &[u8],
    certificates: &[Certificate],
    evidence: &[Evidence],
) -> Result<Vec<u8>, Malformed> {
    let reading = read(pdf)?;
    let missing = certificates.iter().filter(|certificate| !reading.carries(certificate));
    let of_kind = |ocsp| in_order(evidence.iter().filter(|one| one.is_ocsp() == ocsp).map(Evidence::der));
    let data = ValidationData {
        certificates: in_order(missing.map(Certificate::der)),
        ocsp_responses: of_kind(true),
        revocation_lists: of_kind(false),
    };
    Ok(if data.is_empty() { pdf.to_vec() } else { append(pdf, &data)? })
}

/// Sorts values and removes duplicates: the form of a store.
fn in_order<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<&'a [u8]> {
    let mut values: Vec<&[u8]> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}
