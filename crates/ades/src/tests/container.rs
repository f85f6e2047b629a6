//! Containers: one form only, and nothing in them that is not signed.

use super::*;
use crate::asic::{Container, ContainerError, DataObject};
use crate::{Format, Malformed, Outcome, SubIndication};

fn object(name: &str, bytes: &[u8]) -> DataObject {
    DataObject { name: name.to_owned(), bytes: bytes.to_vec() }
}

fn objects() -> Vec<DataObject> {
    vec![object("payload.json", PAYLOAD), object("document.pdf", b"%PDF-1.7 and so on")]
}

fn container(pki: &DevelopmentPki) -> Vec<u8> {
    sealer(pki).seal_container(&objects(), now()).unwrap()
}

fn refusal(pki: &DevelopmentPki, bytes: &[u8]) -> ContainerError {
    match verifier(pki).verify_container(bytes, now()) {
        Err(Malformed::Container(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// A ZIP of these files, written by the library as its users do.
fn zip(files: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_container_says_what_it_is_and_gives_its_files_back() {
    let pki = new_pki();
    let bytes = container(&pki);
    assert_eq!(&bytes[30..69], b"mimetypeapplication/vnd.etsi.asic-e+zip");
    let (verdict, files) = verifier(&pki).verify_container(&bytes, now()).unwrap();
    assert!(verdict.is_valid(), "{verdict:?}");
    assert_eq!((verdict.format, files), (Format::Asic, objects()));
    let read = Container::read(&bytes).unwrap();
    let again = crate::asic::write(&read.objects, &read.manifest, &read.signature).unwrap();
    assert!(again == bytes, "the same content gives the same bytes");
}

#[test]
fn no_byte_can_change() {
    let pki = new_pki();
    let (verifier, bytes) = (verifier(&pki), container(&pki));
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let accepted =
            verifier.verify_container(&flipped, now()).is_ok_and(|(verdict, _)| verdict.is_valid());
        assert!(!accepted, "byte {at} of {}", bytes.len());
    }
}

#[test]
fn another_file_under_the_same_signature_is_a_broken_digest() {
    let pki = new_pki();
    let read = Container::read(&container(&pki)).unwrap();
    let rewrite =
        |objects: &[DataObject]| crate::asic::write(objects, &read.manifest, &read.signature).unwrap();
    let mut changed = objects();
    changed[0].bytes[5] ^= 1;
    let (one_less, mut one_more) = (vec![objects().remove(0)], objects());
    one_more.push(object("more.json", b"{}"));
    for forged in [changed, one_less, one_more] {
        let (verdict, _) = verifier(&pki).verify_container(&rewrite(&forged), now()).unwrap();
        assert_eq!(verdict.outcome(), Outcome::TotalFailed(SubIndication::HashFailure));
    }
}

#[test]
fn a_container_has_one_form_only() {
    let pki = new_pki();
    let bytes = container(&pki);
    let read = Container::read(&bytes).unwrap();
    for (around, why) in [
        ([&bytes[..], b"more"].concat(), "something after it"),
        ([b"more", &bytes[..]].concat(), "something before it"),
        ([&bytes[..], &bytes[..]].concat(), "twice"),
    ] {
        assert!(verifier(&pki).verify_container(&around, now()).is_err(), "{why}");
    }
    let files: [(&str, &[u8]); 5] = [
        ("mimetype", b"application/vnd.etsi.asic-e+zip"),
        ("payload.json", &read.objects[0].bytes),
        ("document.pdf", &read.objects[1].bytes),
        ("META-INF/ASiCManifest.xml", &read.manifest),
        ("META-INF/signature.p7s", &read.signature),
    ];
    let stored = |files: &[(&str, &[u8])]| zip(files, zip::CompressionMethod::Stored);
    let mut elsewhere = files;
    elsewhere[1].0 = "../payload.json";
    assert_eq!(refusal(&pki, &stored(&elsewhere)), ContainerError::Name);
    let mut other_type = files;
    other_type[0].1 = b"application/zip";
    let mut not_first = files;
    not_first.swap(0, 1);
    let unsigned = &files[..4];
    for other in [&other_type[..], &not_first, unsigned] {
        assert!(matches!(refusal(&pki, &stored(other)), ContainerError::Content(_)));
    }
}

#[test]
fn two_files_of_one_name_and_too_many_files_are_refused() {
    let pki = new_pki();
    let mut bytes =
        sealer(&pki).seal_container(&[object("one.json", b"1"), object("two.json", b"2")], now()).unwrap();
    // The directory and the file's own header name it.
    for at in 0..bytes.len() - 8 {
        if bytes[at..].starts_with(b"two.json") && !bytes[..at].ends_with(b"URI=\"") {
            bytes[at..at + 3].copy_from_slice(b"one");
        }
    }
    assert!(verifier(&pki).verify_container(&bytes, now()).is_err());
    let many: Vec<DataObject> = (0..9).map(|at| object(&format!("{at}.json"), b"{}")).collect();
    assert!(sealer(&pki).seal_container(&many, now()).is_err());
    assert!(sealer(&pki).seal_container(&[], now()).is_err());
    for name in ["", "a/b", "..", ".hidden", "mimetype", "a\\b", "ș.json"] {
        assert!(sealer(&pki).seal_container(&[object(name, b"{}")], now()).is_err(), "{name}");
    }
}

#[test]
fn what_is_no_container_is_refused_without_being_unpacked() {
    let pki = new_pki();
    let large = vec![0; crate::asic::MAX_CONTAINER_BYTES + 1];
    assert_eq!(refusal(&pki, &large), ContainerError::TooLarge);
    for bytes in [&b""[..], b"PK\x05\x06", &[0; 100], &container(&pki)[..200]] {
        assert_eq!(refusal(&pki, bytes), ContainerError::Zip);
    }
}

#[test]
fn a_container_gets_to_every_level_and_its_files_stay() {
    use crate::{Level, Signed, asic};
    let pki = publishing_pki();
    let basic = container(&pki);
    let token = stamp(&pki, &asic::signature_value(&basic).unwrap(), now());
    let stamped = asic::add_signature_timestamp(&basic, &token).unwrap();
    let complete = asic::add_validation_data(&stamped, &[], &evidence(&pki, now(), &[])).unwrap();
    let (verdict, files) = verifier(&pki).verify_container(&complete, now() + days(3000)).unwrap();
    assert_eq!((verdict.outcome(), verdict.level, files), (Outcome::TotalPassed, Level::BLT, objects()));
    let content = |file: &[u8]| Signed::Container(file).content_sha256().unwrap();
    assert!(content(&basic) == content(&complete));
    assert!(asic::add_signature_timestamp(&stamped, &token).is_err(), "one is enough");
}
