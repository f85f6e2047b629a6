//! `cazier verify` as a relying party runs it, over the public vectors.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use ades::development_pki::{DevelopmentPki, Hierarchy};
use ades::{Sealer, SigningKey};
use chrono::Utc;
use serde_json::Value;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/ades/tests/vectors")
}

fn verify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    command.current_dir(vectors()).arg("verify").args(["--trust", "trust.pem"]).args(arguments);
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_passing_signature_is_reported_with_signer_and_time() {
    // Those with a time-stamp pass for as long as the world stands, whenever this test runs.
    for signature in ["good/b-t.p7s", "good/b-lt.p7s", "good/b-t.jws"] {
        let output = verify(&["payload.json", signature, "--test"]);
        let text = text(&output);
        assert_eq!(output.status.code(), Some(0), "{signature}: {text}");
        for part in ["TOTAL-PASSED", "ades TEST seal", "time-stamp"] {
            assert!(text.contains(part), "{signature}: {text}");
        }
    }
}

#[test]
fn a_test_certificate_is_refused_unless_requested() {
    let output = verify(&["payload.json", "good/b-t.p7s"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("the certificate is for tests"), "{}", text(&output));
}

#[test]
fn every_vector_passes_or_fails_as_stated() {
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
fn detached_signatures_pass_with_what_others_put_around_them() {
    let folder = tempfile::tempdir().unwrap();
    let (cades, jades) = (folder.path().join("x.pem"), folder.path().join("x.jws"));
    let der = std::fs::read(vectors().join("good/b-lt.p7s")).unwrap();
    std::fs::write(&cades, pem::encode(&pem::Pem::new("CMS", der))).unwrap();
    std::fs::write(&jades, [&std::fs::read(vectors().join("good/b-t.jws")).unwrap()[..], b"\n"].concat())
        .unwrap();
    for signature in [cades, jades] {
        let output = verify(&["payload.json", signature.to_str().unwrap(), "--test"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    }
    let output = verify(&["payload.json", "payload.json", "--test"]);
    assert!(text(&output).contains("neither CMS (DER or PEM) nor a JWS"), "{}", text(&output));
}

/// A payload and a fresh signature over it, as anybody is handed them on the day of the issue.
fn fresh(folder: &Path, pki: &DevelopmentPki) -> [String; 2] {
    let key = SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, Utc::now()).unwrap();
    let sealed = Sealer::new(Arc::new(key)).unwrap();
    let sealed = sealed.seal(b"{}", &mime::APPLICATION_JSON, Utc::now()).unwrap();
    std::fs::write(folder.join("trust.pem"), pki.seal_chain_pem.clone() + &pki.root_pem).unwrap();
    [("payload.json", &b"{}"[..]), ("payload.json.p7s", &sealed.cades)].map(|(name, content)| {
        std::fs::write(folder.join(name), content).unwrap();
        folder.join(name).to_str().unwrap().to_owned()
    })
}

#[test]
fn unknown_revocation_is_reported_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody answers there.
    let pki = Hierarchy::default().publishing_at("http://127.0.0.1:1/pki").create(Utc::now()).unwrap();
    let [payload, signature] = fresh(folder.path(), &pki);
    let trust = folder.path().join("trust.pem");
    let verify = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
        command.args(["verify", &payload, &signature, "--test", "--trust"]).arg(&trust).args(options);
        command.output().unwrap()
    };
    let offline = verify(&[]);
    assert_eq!(offline.status.code(), Some(1));
    for part in ["TRY_LATER", "--online", "fetch the file again"] {
        assert!(text(&offline).contains(part), "{}", text(&offline));
    }
    let report: Value = serde_json::from_slice(&verify(&["--online", "--json"]).stdout).unwrap();
    assert!(report["advice"].as_str().unwrap().contains("in some minutes"), "{report}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let output = verify(&["payload.json", "nowhere.p7s"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("nowhere.p7s"));
}
