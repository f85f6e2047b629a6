//! `cazier verify` as a relying party runs it, over the public vectors.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn verify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    command.current_dir(vectors()).arg("verify").args(["--trust", "root.pem"]).args(arguments);
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn what_passes_is_told_with_who_signed_and_when() {
    // Those with a time-stamp pass for as long as the world stands, whenever this test runs.
    for signature in ["good/b-t.p7s", "good/b-lt.p7s", "good/b-t.jws"] {
        let output = verify(&["payload.json", signature, "--test"]);
        let text = text(&output);
        assert_eq!(output.status.code(), Some(0), "{signature}: {text}");
        for part in ["TOTAL-PASSED", "cazier TEST seal", "time-stamp"] {
            assert!(text.contains(part), "{signature}: {text}");
        }
    }
}

#[test]
fn a_seal_for_tests_is_refused_unless_it_is_asked_for() {
    let output = verify(&["payload.json", "good/b-t.p7s"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("the seal is one for tests"), "{}", text(&output));
}

#[test]
fn every_vector_passes_or_not_as_it_is_said_to() {
    let index = std::fs::read_to_string(vectors().join("index.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&index).unwrap();
    for vector in &index {
        let [file, at] = ["file", "at"].map(|name| vector[name].as_str().unwrap());
        let mut arguments: Vec<&str> = vector["payload"].as_str().into_iter().collect();
        arguments.extend([file, "--test", "--at", at]);
        let output = verify(&arguments);
        let wanted = i32::from(file.starts_with("bad/"));
        assert_eq!(output.status.code(), Some(wanted), "{file}: {}", text(&output));
    }
}

#[test]
fn programs_get_json() {
    let output = verify(&["payload.json", "good/b-lt.p7s", "--test", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["accepted"], &report["indication"]), (&true.into(), &"TOTAL-PASSED".into()));
    assert_eq!((&report["signature"]["level"], &report["test"]), (&"B-LT".into(), &true.into()));
    let output = verify(&["changed.json", "bad/payload.p7s", "--test", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["sub_indication"], "HASH_FAILURE");
}

#[test]
fn a_pdf_and_a_container_need_no_second_file() {
    for (file, format) in [("good/b-lt.pdf", "PAdES B-LT"), ("good/b-t.asice", "ASiC-E B-T")] {
        let output = verify(&[file, "--test"]);
        assert_eq!(output.status.code(), Some(0), "{file}: {}", text(&output));
        assert!(text(&output).contains(format), "{}", text(&output));
    }
    let output = verify(&["payload.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("a signed PDF, or a container"), "{}", text(&output));
}

#[test]
fn what_cannot_be_read_is_named() {
    let output = verify(&["payload.json", "nowhere.p7s"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("nowhere.p7s"));
}
