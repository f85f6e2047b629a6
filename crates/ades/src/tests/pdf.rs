//! Signatures in PDF: one, over every byte.

use super::*;
use crate::pades::{Draft, PdfError, SignatureField};
use crate::{Format, Malformed, Outcome, SubIndication};

/// The smallest file of the profile.
pub(super) fn plain_pdf() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Note(a \\) paren)/Annots[]>>",
    ];
    let mut pdf = String::from("%PDF-1.7\n");
    let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = pdf.len();
    pdf += &format!("{table}trailer\n<</Size 4/Root 1 0 R/ID[(a)(b)]>>\nstartxref\n{start}\n%%EOF");
    pdf.into_bytes()
}

pub(super) fn signed(pki: &DevelopmentPki) -> Vec<u8> {
    sealer(pki).seal_pdf(&plain_pdf(), now()).unwrap()
}

pub(super) fn refusal(pki: &DevelopmentPki, pdf: &[u8]) -> PdfError {
    match verifier(pki).verify_pdf(pdf, now()) {
        Err(Malformed::Pdf(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// The same file with one text in place of another, of any length.
pub(super) fn replaced(pdf: &[u8], old: &str, new: &str) -> Vec<u8> {
    let at = pdf.windows(old.len()).rposition(|window| window == old.as_bytes()).unwrap();
    [&pdf[..at], new.as_bytes(), &pdf[at + old.len()..]].concat()
}

#[test]
fn a_signed_pdf_verifies_and_says_who_and_when() {
    let pki = new_pki();
    let (time, pdf) = (now(), signed(&pki));
    assert!(pdf.starts_with(&plain_pdf()), "what was there is still there");
    let verdict = verifier(&pki).verify_pdf(&pdf, time).unwrap();
    assert!(verdict.is_valid(), "{verdict:?}");
    assert_eq!(verdict.format, Format::Pades);
    assert!((verdict.claimed_signing_time - time).num_seconds().abs() <= 5);
    let stranger = verifier(&new_pki()).verify_pdf(&pdf, time).unwrap();
    assert_eq!(stranger.outcome(), Outcome::Indeterminate(SubIndication::NoCertificateChainFound));
}

#[test]
fn no_byte_can_change() {
    let pki = new_pki();
    let (verifier, pdf) = (verifier(&pki), signed(&pki));
    for at in (0..pdf.len()).step_by(13).chain(pdf.len() - 40..pdf.len()) {
        let mut flipped = pdf.clone();
        flipped[at] ^= 1;
        let accepted = verifier.verify_pdf(&flipped, now()).is_ok_and(|verdict| verdict.is_valid());
        assert!(!accepted, "byte {at} of {}", pdf.len());
    }
}

#[test]
fn nothing_can_be_appended() {
    let (pki, other) = (new_pki(), new_pki());
    let pdf = signed(&pki);
    assert_eq!(
        refusal(&pki, &[&pdf[..], b"\n"].concat()),
        PdfError::Syntax("it does not end with startxref and %%EOF")
    );
    let text = String::from_utf8_lossy(&pdf).into_owned();
    let start = text.rsplit("startxref\n").next().unwrap().split('\n').next().unwrap();
    let table =
        format!("xref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev {start}>>\nstartxref\n{}\n%%EOF\n", pdf.len());
    assert_eq!(refusal(&pki, &[&pdf[..], table.as_bytes()].concat()), PdfError::Coverage);
    assert!(sealer(&other).seal_pdf(&pdf, now()).is_err(), "a signed document is not signed again");
    assert_eq!(refusal(&pki, &plain_pdf()), PdfError::Signatures);
}

#[test]
fn a_range_that_leaves_something_out_is_refused() {
    let pki = new_pki();
    let pdf = signed(&pki);
    let text = String::from_utf8_lossy(&pdf).into_owned();
    let at = text.rfind("/ByteRange[").unwrap();
    let range = text[at..].split(']').next().unwrap().to_owned() + "]";
    let numbers: Vec<usize> =
        range.trim_matches(|c: char| !c.is_ascii_digit()).split(' ').map(|n| n.parse().unwrap()).collect();
    let [zero, start, end, rest] = numbers[..] else { panic!("{range}") };
    for (numbers, why) in [
        ([zero, start, end, rest - 1], "the last byte"),
        ([1, start - 1, end, rest], "the first byte"),
        ([zero, start - 2, end, rest], "bytes before the hole"),
        ([zero, start, end + 2, rest - 2], "bytes after the hole"),
        ([zero, start, end, 0], "everything after the hole"),
    ] {
        let [a, b, c, d] = numbers;
        let forged = format!("/ByteRange[{a} {b} {c} {d}]");
        let forged = replaced(&pdf, &range, &format!("{forged:width$}", width = range.len()));
        assert_eq!(refusal(&pki, &forged), PdfError::Coverage, "{why}");
    }
}

#[test]
fn the_hole_holds_the_signature_and_zeros() {
    let pki = new_pki();
    let pdf = signed(&pki);
    let end = pdf.windows(3).rposition(|window| window == b"0>>").unwrap();
    let mut filled = pdf.clone();
    filled[end] = b'1';
    assert_eq!(refusal(&pki, &filled), PdfError::Format);
    let start = pdf.windows(10).rposition(|window| window == b"/Contents<").unwrap() + 10;
    let letter = (start..end).find(|at| pdf[*at].is_ascii_lowercase()).unwrap();
    let mut upper = pdf.clone();
    upper[letter] = upper[letter].to_ascii_uppercase();
    assert_eq!(refusal(&pki, &upper), PdfError::Format, "the same value in other digits");
}

#[test]
fn a_signature_over_another_file_does_not_fit() {
    let pki = new_pki();
    let (pdf, other) = (plain_pdf(), replaced(&plain_pdf(), "[0 0 100 100]", "[0 0 100 101]"));
    let draft = |pdf: &[u8]| Draft::new(pdf, &SignatureField::default(), now(), 8192).unwrap();
    let signer = crate::cades::Signer::new(Arc::new(key(&pki))).unwrap();
    let cms = signer.sign_for_pdf(&draft(&other).signed_bytes()).unwrap();
    let verdict = verifier(&pki).verify_pdf(&draft(&pdf).complete(&cms).unwrap(), now()).unwrap();
    assert_eq!(verdict.outcome(), Outcome::TotalFailed(SubIndication::HashFailure));
    let claims_time = seal(&sealer(&pki)).cades;
    let with_time = draft(&pdf).complete(&claims_time).unwrap();
    assert!(matches!(verifier(&pki).verify_pdf(&with_time, now()), Err(Malformed::Profile("signing-time"))));
    let small = Draft::new(&pdf, &SignatureField::default(), now(), 16).unwrap();
    assert_eq!(small.complete(&cms).unwrap_err(), PdfError::Space);
}

#[test]
fn what_is_no_pdf_of_the_profile_is_refused() {
    let pki = new_pki();
    let deep = replaced(&plain_pdf(), "/Annots[]", &format!("/Annots{}", "[".repeat(100)));
    for bytes in
        [&b""[..], b"%PDF-1.7", b"%PDF-1.7\nstartxref\n9999999999\n%%EOF", &deep, &vec![b' '; 6 << 20]]
    {
        assert!(verifier(&pki).verify_pdf(bytes, now()).is_err());
        assert!(sealer(&pki).seal_pdf(bytes, now()).is_err());
    }
    // New objects would take the numbers of old ones.
    let small = replaced(&plain_pdf(), "/Size 4", "/Size 2");
    assert!(sealer(&pki).seal_pdf(&small, now()).is_err(), "what is signed would not be found again");
    let twice = replaced(&signed(&pki), "/FT/Sig", "/FT/Sig/FT/Sig");
    assert!(verifier(&pki).verify_pdf(&twice, now()).is_err());
}
