//! OpenSSL as an independent judge of the CAdES signatures and of the development hierarchy.

use std::path::Path;
use std::process::{Command, Output};

use super::*;

fn openssl(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl").current_dir(directory).args(arguments).output().unwrap()
}

/// Whether `openssl cms -verify` accepts `signature` over `payload` under `root_pem`; and what it said.
fn accepts(signature: &[u8], payload: &[u8], root_pem: &str) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in [("x.p7s", signature), ("payload", payload), ("root.pem", root_pem.as_bytes())] {
        std::fs::write(directory.path().join(name), content).unwrap();
    }
    let command =
        "cms -verify -binary -inform DER -in x.p7s -content payload -CAfile root.pem -purpose any -cades";
    let arguments: Vec<&str> = command.split(' ').collect();
    let output = openssl(directory.path(), &arguments);
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn openssl_accepts_what_was_sealed() {
    let pki = new_pki();
    let (accepted, said) = accepts(&seal(&sealer(&pki)).cades, PAYLOAD, &pki.root_pem);
    assert!(accepted, "{said}");
    assert!(said.contains("CAdES Verification successful"), "{said}");
}

#[test]
fn openssl_accepts_time_stamps_lists_and_answers_in_it() {
    let pki = publishing_pki();
    let answer = Evidence::from_ocsp(&super::revocation::ocsp(&pki, &pki, now(), &[])).unwrap();
    let stamped = stamped(&pki, now());
    let complete = cades::add_validation_data(&stamped, &[], &evidence(&pki, now(), &[])).unwrap();
    let with_answer = cades::add_validation_data(&complete, &[], &[answer]).unwrap();
    for signature in [stamped, complete, with_answer] {
        let (accepted, said) = accepts(&signature, PAYLOAD, &pki.root_pem);
        assert!(accepted, "{said}");
    }
}

#[test]
fn openssl_refuses_another_payload() {
    let pki = new_pki();
    let (accepted, said) = accepts(&seal(&sealer(&pki)).cades, b"{}", &pki.root_pem);
    assert!(!accepted);
    assert!(said.contains("verification failure"), "{said}");
}

#[test]
fn openssl_refuses_the_same_names_under_another_root() {
    let (ours, theirs) = (new_pki(), new_pki());
    let (accepted, said) = accepts(&seal(&sealer(&theirs)).cades, PAYLOAD, &ours.root_pem);
    assert!(!accepted);
    assert!(said.contains("certificate verify error"), "{said}");
}

#[test]
fn openssl_finds_the_hierarchy_strictly_in_order() {
    let pki = new_pki();
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in
        [("root.pem", &pki.root_pem), ("issuing.pem", &pki.issuing_pem), ("seal.pem", &pki.seal_chain_pem)]
    {
        std::fs::write(directory.path().join(name), content).unwrap();
    }
    let command = "verify -x509_strict -check_ss_sig -CAfile root.pem -untrusted issuing.pem seal.pem";
    let output = openssl(directory.path(), &command.split(' ').collect::<Vec<_>>());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_key_made_by_openssl_loads() {
    let directory = tempfile::tempdir().unwrap();
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out leaf.pem \
         -days 30 -subj /O=somebody/CN=seal -addext basicConstraints=critical,CA:FALSE \
         -addext keyUsage=critical,nonRepudiation";
    let output = openssl(directory.path(), &request.split_whitespace().collect::<Vec<_>>());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let key = SigningKey::from_pem(&read("key.pem"), &read("leaf.pem"), Utc::now()).unwrap();
    assert_eq!(key.leaf().subject(), "CN=seal,O=somebody");
    assert!(!crate::is_development(key.leaf()));
}
