//! What every document guarantees, whatever its content.

use std::process::Command;

use serde_json::{Value, json};

use super::certificate::{self, Languages};
use super::{RenderError, Signed, eu_form};

const BOTH: [Languages; 2] = [Languages::Romanian, Languages::RomanianAndEnglish];

fn payload() -> Value {
    json!({
        "version": "1",
        "registration_number": "CJ-2026-7K3M-Q9ZD-T",
        "issued_at": "2026-11-24T11:10:00Z",
        "issued_on": "2026-11-24",
        "valid_until": "2027-05-24",
        "issuing_unit": "Hub MAI",
        "holder": {
            "cnp": "2880514121171", "family_name": "Țîrlea-Brâncoveanu", "given_name": "Ștefania",
            "previous_names": ["Popa"], "father_given_name": "Gheorghe", "mother_given_name": null,
            "birth_date": "1988-05-14", "birth_county": "Cluj", "birth_place": "Cluj-Napoca"
        },
        "reason": {"code": "employment", "label": {"ro": "Angajare", "en": "Employment"}},
        "finding": "no_record",
        "finding_text": {"ro": "nu este înscrisă în cazierul judiciar", "en": "is not entered in the criminal record"},
        "entries": [],
        "register": {"asked_at": "2026-11-24T11:09:59Z", "sha256": "00"},
        "legal_basis": ["Legea nr. 290/2004, art. 28"],
        "verification": {"url": "https://hub.example/verify", "control_code": "4T7W-9XKM-20QH-BDR5"}
    })
}

fn with_entries(count: usize) -> Value {
    let entry = json!({
        "judgment": "Sentința penală nr. 214/2019", "court": "Judecătoria Craiova", "date_final": "2019-06-11",
        "offence": "Conducerea unui vehicul sub influența alcoolului (art. 336 alin. 1 Cod penal)",
        "sanction": "1 an și 2 luni închisoare", "status": "Executată"
    });
    let mut payload = payload();
    payload["finding"] = json!("record");
    payload["entries"] = json!(vec![entry; count]);
    payload
}

fn render(payload: &Value, languages: Languages) -> Result<Vec<u8>, RenderError> {
    certificate::render(Signed { payload: payload.to_string().as_bytes(), cades: b"signature" }, languages)
}

fn contains(pdf: &[u8], text: &str) -> bool {
    pdf.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_same_payload_gives_the_same_bytes() {
    for languages in BOTH {
        assert!(render(&payload(), languages).unwrap() == render(&payload(), languages).unwrap());
    }
    let mut other = payload();
    other["reason"]["label"]["ro"] = json!("Studii");
    assert!(render(&payload(), BOTH[0]).unwrap() != render(&other, BOTH[0]).unwrap());
}

#[test]
fn the_payload_and_its_signature_are_inside_as_they_are() {
    let pdf = render(&payload(), Languages::Romanian).unwrap();
    assert!(contains(&pdf, &payload().to_string()));
    for mark in ["/AFRelationship/Source", "/AFRelationship/Data", "CJ-2026-7K3M-Q9ZD-T.json.p7s"] {
        assert!(contains(&pdf, mark), "{mark}");
    }
}

#[test]
fn it_claims_to_be_pdf_a_3a_and_pdf_ua_1_and_is_tagged_and_named() {
    let pdf = render(&payload(), Languages::Romanian).unwrap();
    for mark in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/Lang(ro)",
        "/MarkInfo<</Marked true",
        "/DisplayDocTitle true",
        "/Outlines",
    ] {
        assert!(contains(&pdf, mark), "{mark}");
    }
}

/// The words of a document as a reader copies them, each line break as a space.
fn words(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output =
        Command::new("pdftotext").args(["-raw".as_ref(), file.as_os_str(), "-".as_ref()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts the pages of a document.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let (_, count) = text.split_once("/Type/Pages/Count ").unwrap();
    count.split('/').next().unwrap().parse().unwrap()
}

#[test]
fn many_entries_take_as_many_pages_as_they_need() {
    let pages = |payload: &Value| pages(&render(payload, Languages::Romanian).unwrap());
    let (clean, few, many) = (pages(&payload()), pages(&with_entries(6)), pages(&with_entries(40)));
    assert!((clean, few) == (1, 3) && (8..=12).contains(&many), "{clean} {few} {many}");
}

#[test]
fn long_and_strange_names_are_written_out() {
    let mut payload = payload();
    payload["holder"]["family_name"] = json!("Constantinopolitanescu-".repeat(20));
    payload["holder"]["given_name"] = json!("日本 Ștefan");
    payload["reason"]["detail"] = json!("x".repeat(200));
    for languages in BOTH {
        let words = words(&render(&payload, languages).unwrap());
        let together = words.replace(' ', "");
        assert!(together.contains(&"Constantinopolitanescu-".repeat(20)), "{words}");
        assert!(words.contains("[U+65E5][U+672C] Ștefan"), "a letter without a glyph by its number: {words}");
        assert!(together.contains(&"x".repeat(200)), "{words}");
    }
}

#[test]
fn a_legal_person_has_a_document_too() {
    let mut payload = payload();
    payload["holder"] = json!({"name": "Construcții Țara Bârsei S.R.L.", "cui": "RO18547290"});
    let words = words(&render(&payload, Languages::Romanian).unwrap());
    assert!(words.contains("Construcții Țara Bârsei S.R.L.") && words.contains("RO18547290"), "{words}");
    assert!(!words.contains("CNP"), "{words}");
    let signed = payload.to_string();
    let form = eu_form::render(Signed { payload: signed.as_bytes(), cades: b"" }, eu_form::Language::Fr);
    assert!(matches!(form, Err(RenderError::NotClean)));
}

#[test]
fn a_payload_that_is_not_understood_in_full_is_refused_without_repeating_it() {
    let mut later = payload();
    later["version"] = json!("2");
    assert!(matches!(render(&later, BOTH[0]), Err(RenderError::Version)));
    let mut nobody = payload();
    nobody["holder"]["family_name"] = json!(null);
    assert!(matches!(render(&nobody, BOTH[0]), Err(RenderError::NoName)));
    let mut wrong = payload();
    wrong["issued_on"] = json!("2880514121171");
    let error = render(&wrong, BOTH[0]).unwrap_err().to_string();
    assert!(!error.contains("2880514121171"), "{error}");
    let mut long = payload();
    long["verification"]["url"] = json!("x".repeat(5000));
    assert!(matches!(render(&long, BOTH[0]), Err(RenderError::Qr)));
}

#[test]
fn the_european_form_fits_one_page_in_every_language_and_is_for_clean_records_alone() {
    let (clean, record) = (payload().to_string(), with_entries(1).to_string());
    for language in eu_form::Language::ALL {
        let pdf = eu_form::render(Signed { payload: clean.as_bytes(), cades: b"" }, language).unwrap();
        assert!(contains(&pdf, &format!("/Lang({})", language.tag())), "{language:?}");
        assert!(contains(&pdf, "/Count 1/"), "{language:?}");
        let refused = eu_form::render(Signed { payload: record.as_bytes(), cades: b"" }, language);
        assert!(matches!(refused, Err(RenderError::NotClean)));
    }
}
