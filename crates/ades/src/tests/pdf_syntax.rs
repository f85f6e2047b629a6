//! PDF files that are nearly of the profile, each refused for what it is.

use super::pdf::{plain_pdf, refusal, replaced, signed};
use super::*;
use crate::SealError;
use crate::pades::{MAX_PDF_BYTES, PdfError};

/// Why a PDF is not sealed.
fn unsealable(pdf: &[u8]) -> PdfError {
    match sealer(&new_pki()).seal_pdf(pdf, now()) {
        Err(SealError::Pdf(error)) => error,
        other => panic!("{:?}", other.map(|pdf| pdf.len())),
    }
}

/// The smallest PDF, with this trailer.
fn with_trailer(trailer: &str) -> Vec<u8> {
    replaced(&plain_pdf(), "/Size 4/Root 1 0 R/ID[(a)(b)]", trailer)
}

#[test]
fn what_a_trailer_may_not_say() {
    let deep = format!("/Size 4/Root 1 0 R/ID{}{}", "[".repeat(40), "]".repeat(40));
    let missing = "the trailer lacks Root or Size";
    let encrypted = "it is encrypted, or has cross-reference streams";
    for (trailer, why) in [
        ("/Size 4", missing),
        ("/Size 20001/Root 1 0 R", missing),
        ("/Size 4/Root 1 0 R/Encrypt 2 0 R", encrypted),
        ("/Size 4/Root 1 0 R/XRefStm 9", encrypted),
        ("/Size 4/Root 1 0 R/Prev 9999", "Prev does not point back"),
        ("/Size 4/Root 1 0 R/Prev x", "Prev does not point back"),
        ("/Size 4/Ro#6ft 1 0 R", "a name was expected"),
        ("/Size 4/Size 5/Root 1 0 R", "a key stands twice"),
        (&deep, "nested too deeply"),
        ("/Size 4/Root 9 0 R", "an object is not where it should be"),
    ] {
        assert_eq!(unsealable(&with_trailer(trailer)), PdfError::Syntax(why), "{trailer}");
    }
}

#[test]
fn objects_are_where_the_table_says_and_not_too_many() {
    let pdf = plain_pdf();
    let misplaced = PdfError::Syntax("an object is not where it should be");
    for (old, new) in [("1 0 obj", "7 0 obj"), ("1 0 obj", "1 1 obj")] {
        assert_eq!(unsealable(&replaced(&pdf, old, new)), misplaced, "{new}");
    }
    let many = PdfError::Syntax("too many objects");
    assert_eq!(unsealable(&replaced(&pdf, "xref\n0 4\n", "xref\n0 20001\n")), many);
    let other = PdfError::Syntax("it does not begin with %PDF-1");
    assert_eq!(unsealable(&replaced(&pdf, "%PDF-1.7", "%PDF-2.0")), other);
    assert_eq!(unsealable(&vec![b' '; MAX_PDF_BYTES + 1]), PdfError::TooLarge);
}

/// The smallest PDF, updated once, with nothing changed.
fn updated(pdf: &[u8]) -> Vec<u8> {
    let start = pdf.windows(6).rposition(|window| window == b"\nxref\n").unwrap() + 1;
    let table = format!(
        "\nxref\n0 0\ntrailer\n<</Size 4/Root 1 0 R/Prev {start}>>\nstartxref\n{}\n%%EOF\n",
        pdf.len() + 1
    );
    [pdf, table.as_bytes()].concat()
}

#[test]
fn only_what_was_written_once_is_sealed() {
    assert!(sealer(&new_pki()).seal_pdf(&plain_pdf(), now()).is_ok());
    assert_eq!(unsealable(&updated(&plain_pdf())), PdfError::Signatures);
    let twice = updated(&updated(&updated(&plain_pdf())));
    assert!(matches!(unsealable(&twice), PdfError::Syntax(_)));
}

#[test]
fn a_signature_is_one_field_of_the_one_kind() {
    let pki = new_pki();
    let pdf = signed(&pki);
    let pad = |old: &str, new: &str| format!("{new:width$}", width = old.len());
    for (old, new, why) in [
        ("/Type/Sig", "/Type/Sug", PdfError::Format),
        ("/Filter/Adobe.PPKLite", "/Filter/Adobe.PPKLitf", PdfError::Format),
        ("/SubFilter/ETSI.CAdES.detached", "/SubFilter/ETSI.RFC3161", PdfError::Format),
        ("/M(D:", "/M(X:", PdfError::Format),
        ("/FT/Sig", "/FT/Btn", PdfError::Signatures),
        ("/TU(Electronic seal)", "/Kids[1 0 R]", PdfError::Signatures),
        ("/Fields[5 0 R]/SigFlags 3", "/Fields[5 0 R 4 0 R]", PdfError::Signatures),
        ("/Fields[5 0 R]/SigFlags 3", "/Fields[]", PdfError::Signatures),
    ] {
        assert_eq!(refusal(&pki, &replaced(&pdf, old, &pad(old, new))), why, "{new}");
    }
}
