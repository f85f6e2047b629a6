//! Signed PDF at higher levels: the time-stamp in the space that was kept for it, the security store behind the file.

use super::*;
use crate::pades::{self, PdfError, SignatureField, ValidationData};
use crate::tests::pdf::{refusal, replaced, signed};
use crate::{Format, Level, Malformed, Outcome, SubIndication};

pub(super) fn with_time(pki: &DevelopmentPki, pdf: &[u8]) -> Vec<u8> {
    let token = stamp(pki, &pades::signature_value(pdf).unwrap(), now());
    pades::add_signature_timestamp(pdf, &token).unwrap()
}

fn complete(pki: &DevelopmentPki, pdf: &[u8]) -> Vec<u8> {
    let issuing = Certificate::all_from_pem(&pki.timestamp_chain_pem).unwrap();
    pades::add_validation_data(&with_time(pki, pdf), &issuing, &evidence(pki, now(), &[])).unwrap()
}

#[test]
fn each_level_adds_to_the_file_and_its_signed_bytes_stay() {
    let pki = publishing_pki();
    let pdf = signed(&pki);
    let (stamped, complete) = (with_time(&pki, &pdf), complete(&pki, &pdf));
    assert_eq!(stamped.len(), pdf.len(), "the space was kept");
    assert!(complete.len() > pdf.len() && !complete.starts_with(&pdf));
    let content = |pdf: &[u8]| crate::Signed::Pdf(pdf).content_sha256().unwrap();
    assert!(content(&pdf) == content(&stamped) && content(&pdf) == content(&complete));
    let later = now() + days(3000);
    let [basic, with_time, complete] = [(&pdf, now()), (&stamped, now()), (&complete, later)]
        .map(|(pdf, at)| verifier(&pki).verify_pdf(pdf, at).unwrap());
    assert_eq!(basic.outcome(), Outcome::Indeterminate(SubIndication::TryLater));
    assert_eq!((with_time.outcome(), with_time.timestamps.len()), (basic.outcome(), 1));
    assert_eq!((complete.outcome(), complete.level), (Outcome::TotalPassed, Level::BLT));
    assert_eq!((complete.format, complete.judged_at), (Format::Pades, complete.timestamps[0].time));
}

#[test]
fn a_pdf_outlives_its_certificate_by_its_time_stamp() {
    let pki = new_pki();
    let (pdf, long_after) = (signed(&pki), now() + days(400));
    let verdict = verifier(&pki).verify_pdf(&with_time(&pki, &pdf), long_after).unwrap();
    assert_eq!((verdict.outcome(), verdict.level), (Outcome::TotalPassed, Level::BT));
    let stripped = verifier(&pki).verify_pdf(&pdf, long_after).unwrap();
    assert_eq!(stripped.outcome(), Outcome::Indeterminate(SubIndication::OutOfBoundsNoPoe));
}

#[test]
fn a_time_stamp_of_another_pdf_or_of_somebody_else_does_not_count() {
    let pki = new_pki();
    let (one, other) = (signed(&pki), signed(&pki));
    let token = stamp(&pki, &pades::signature_value(&other).unwrap(), now());
    assert!(pades::add_signature_timestamp(&one, &token).is_err());
    let strangers = stamp(&new_pki(), &pades::signature_value(&one).unwrap(), now());
    let stamped = pades::add_signature_timestamp(&one, &strangers).unwrap();
    let verdict = verifier(&pki).verify_pdf(&stamped, now()).unwrap();
    assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::SigConstraintsFailure));
    let twice = stamp(&pki, &pades::signature_value(&stamped).unwrap(), now());
    assert!(pades::add_signature_timestamp(&stamped, &twice).is_err(), "one is enough");
}

#[test]
fn a_time_stamp_that_does_not_fit_is_refused() {
    let pki = new_pki();
    let (unsigned, signer) = (pdf::plain_pdf(), cades::Signer::new(Arc::new(key(&pki))).unwrap());
    let draft = pades::Draft::new(&unsigned, &SignatureField::default(), now(), 3 * 1024).unwrap();
    let cms = signer.sign_for_pdf(&draft.signed_bytes()).unwrap();
    let tight = draft.complete(&cms).unwrap();
    let token = stamp(&pki, &pades::signature_value(&tight).unwrap(), now());
    let refused = pades::add_signature_timestamp(&tight, &token);
    assert!(matches!(refused, Err(Malformed::Pdf(PdfError::Space))));
}

#[test]
fn no_byte_of_a_complete_pdf_can_change() {
    let pki = publishing_pki();
    let (pdf, verifier) = (signed(&pki), verifier(&pki));
    let complete = complete(&pki, &pdf);
    assert!(verifier.verify_pdf(&complete, now()).unwrap().is_valid());
    for at in (0..pdf.len()).step_by(97).chain(pdf.len() - 40..complete.len()) {
        let mut flipped = complete.clone();
        flipped[at] ^= 1;
        let accepted = verifier.verify_pdf(&flipped, now()).is_ok_and(|verdict| verdict.is_valid());
        assert!(!accepted, "byte {at} of {}", complete.len());
    }
}

#[test]
fn nothing_but_a_store_stands_behind_a_signed_pdf() {
    let pki = publishing_pki();
    let pdf = signed(&pki);
    let complete = complete(&pki, &pdf);
    let longer = [&complete[..], b"% more\n"].concat();
    assert_eq!(refusal(&pki, &longer), PdfError::Syntax("it does not end with startxref and %%EOF"));
    // Each in the update behind what is signed, where a reader of PDF would find it.
    for (old, new, why) in [
        ("/DSS<<", "/Lang(x)/DSS<<", "another entry of the catalog"),
        ("/Pages 2 0 R", "/Pages 3 0 R", "other pages"),
        ("/Type/DSS", "/Type/DSS/VRI<<>>", "another entry of the store"),
        ("trailer\n", "trailer\n ", "white space"),
        ("\nendstream\nendobj\n", "\nendstream\nendobj\n% hidden\n", "a comment"),
        (
            "\nendstream\nendobj\n",
            "\nendstream\nendobj\n9 0 obj\n<<>>\nendobj\n",
            "an object that nobody names",
        ),
    ] {
        assert_eq!(refusal(&pki, &moved(&replaced(&complete, old, new))), PdfError::Coverage, "{why}");
    }
    let again = pades::add_validation_data(&complete, &[], &evidence(&pki, now(), &[]));
    assert!(matches!(again, Err(Malformed::Pdf(PdfError::Store))));
}

/// The last `startxref` of a file whose last table has moved.
pub(super) fn moved(pdf: &[u8]) -> Vec<u8> {
    let table = pdf.windows(6).rposition(|window| window == b"\nxref\n").unwrap() + 1;
    let at = pdf.windows(10).rposition(|window| window == b"startxref\n").unwrap();
    let mut moved = [&pdf[..at], format!("startxref\n{table}\n%%EOF\n").as_bytes()].concat();
    // The catalog is the last object before the table, and its line the last one of the table.
    let catalog = pdf[..table].windows(9).rposition(|window| window == b"\n1 0 obj\n").unwrap() + 1;
    let line = moved.windows(10).rposition(|window| window == b" 00000 n \n").unwrap();
    let first = moved[table..].windows(7).position(|window| window == b"xref\n1 ").map(|at| table + at);
    let line = first.map_or(line, |at| at + b"xref\n1 1\n".len() + 10);
    moved[line - 10..line].copy_from_slice(format!("{catalog:010}").as_bytes());
    moved
}

#[test]
fn a_store_that_tells_about_others_is_not_passed() {
    let (pki, stranger) = (publishing_pki(), publishing_pki());
    let stamped = with_time(&pki, &signed(&pki));
    for (certificates, evidence) in [
        (vec![leaf(&stranger.seal_chain_pem)], evidence(&pki, now(), &[])),
        (Vec::new(), [evidence(&pki, now(), &[]), evidence(&stranger, now(), &[])].concat()),
    ] {
        let pdf = pades::add_validation_data(&stamped, &certificates, &evidence).unwrap();
        let verdict = verifier(&pki).verify_pdf(&pdf, now()).unwrap();
        assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::SigConstraintsFailure));
    }
    let gone = [revoked(&pki.seal_chain_pem, now() - TimeDelta::hours(1))];
    let pdf = pades::add_validation_data(&stamped, &[], &evidence(&pki, now(), &gone)).unwrap();
    let verdict = verifier(&pki).verify_pdf(&pdf, now()).unwrap();
    assert_eq!(verdict.outcome(), Outcome::TotalFailed(SubIndication::Revoked));
}

#[test]
fn a_store_has_one_form() {
    let pki = publishing_pki();
    let stamped = with_time(&pki, &signed(&pki));
    let evidence = evidence(&pki, now(), &[]);
    let lists: Vec<&[u8]> = evidence.iter().map(Evidence::der).collect();
    let store = |lists: Vec<&[u8]>| {
        let data = ValidationData { revocation_lists: lists, ..ValidationData::default() };
        pades::append(&stamped, &data).unwrap()
    };
    let (mut sorted, mut turned) = (lists.clone(), lists);
    sorted.sort_unstable();
    turned.sort_unstable_by(|one, other| other.cmp(one));
    assert!(verifier(&pki).verify_pdf(&store(sorted.clone()), now()).unwrap().is_valid());
    let twice = [&sorted[..1], &sorted[..]].concat();
    for (lists, why) in [(turned, "another order"), (twice, "a value twice"), (Vec::new(), "nothing in it")] {
        assert_eq!(refusal(&pki, &store(lists)), PdfError::Store, "{why}");
    }
}

#[test]
fn a_stream_that_is_named_many_times_is_not_written_as_often() {
    let pki = publishing_pki();
    let complete = complete(&pki, &signed(&pki));
    let text = String::from_utf8_lossy(&complete).into_owned();
    let first = text.rsplit("/CRLs[").next().unwrap().split(' ').next().unwrap();
    let many = format!("/CRLs[{}", format!("{first} 0 R ").repeat(8));
    let list = replaced(&complete, "/CRLs[", &many);
    assert_eq!(refusal(&pki, &moved(&list)), PdfError::Coverage);
}
