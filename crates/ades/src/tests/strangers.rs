//! Other people's software as judge: pyHanko (CAdES and PAdES with time-stamps and revocation data), jwcrypto and jose
//! (JAdES).

use std::path::Path;
use std::process::Command;

use super::pdf::{replaced, signed};
use super::pdf_levels::{moved, with_time};
use super::revocation::ocsp;
use super::*;
use crate::{jades, pades};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs a check over these files; whether it accepts, and what it says. One that breaks down has judged nothing.
fn run(command: &mut Command, files: &[(&str, &[u8])]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
        command.arg(folder.path().join(name));
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let accepted = output.status.success();
    let verdict = if accepted { "valid: " } else { "not valid: " };
    assert!(said.lines().any(|line| line.starts_with(verdict)), "{said}");
    (accepted, said)
}

fn python(script: &str) -> Command {
    let mut command = Command::new(Path::new(ROOT).join("../../tests/python/run"));
    command.arg(script);
    command
}

fn pyhanko(level: &str, signature: &[u8], payload: &[u8], root: &str) -> (bool, String) {
    let files: [(&str, &[u8]); 3] = [("p7s", signature), ("payload", payload), ("root.pem", root.as_bytes())];
    run(python("check_cades.py").arg(level), &files)
}

fn pyhanko_on_pdf(level: &str, pdf: &[u8], root: &str) -> (bool, String) {
    run(python("check_pades.py").arg(level), &[("document.pdf", pdf), ("root.pem", root.as_bytes())])
}

/// What both libraries for JWS say.
fn jose(jws: &str, payload: &[u8], root: &str) -> [(bool, String); 2] {
    let files: [(&str, &[u8]); 3] =
        [("jws", jws.as_bytes()), ("payload", payload), ("root.pem", root.as_bytes())];
    let mut node = Command::new("node");
    node.arg(Path::new(ROOT).join("../../tests/node/check-jades.mjs"));
    [run(&mut python("check_jades.py"), &files), run(&mut node, &files)]
}

fn stamped_jws(pki: &DevelopmentPki) -> String {
    let jws = seal(&sealer(pki)).jades;
    let token = stamp(pki, &jades::signature_value(&jws).unwrap(), now());
    jades::add_signature_timestamp(&jws, &token).unwrap()
}

#[test]
fn pyhanko_accepts_each_level_for_what_it_is() {
    let pki = publishing_pki();
    let (basic, with_time) = (seal(&sealer(&pki)).cades, stamped(&pki, now()));
    let complete = cades::add_validation_data(&with_time, &[], &evidence(&pki, now(), &[])).unwrap();
    let answer = Evidence::from_ocsp(&ocsp(&pki, &pki, now(), &[])).unwrap();
    let with_answer = cades::add_validation_data(&complete, &[], &[answer]).unwrap();
    for (level, signature, wanted) in [
        ("b-b", &basic, true),
        ("b-t", &basic, false),
        ("b-t", &with_time, true),
        ("b-lt", &with_time, false),
        ("b-lt", &complete, true),
        ("b-lt", &with_answer, true),
    ] {
        let (accepted, said) = pyhanko(level, signature, PAYLOAD, &pki.root_pem);
        assert_eq!(accepted, wanted, "{level}: {said}");
    }
}

#[test]
fn pyhanko_refuses_what_was_tampered_with() {
    let (pki, stranger) = (publishing_pki(), publishing_pki());
    let with_time = stamped(&pki, now());
    let mut flipped = with_time.clone();
    let value = cades::signature_value(&with_time).unwrap().to_vec();
    let at = flipped.windows(value.len()).position(|window| window == value).unwrap();
    flipped[at + value.len() - 1] ^= 1;
    let gone = [revoked(&pki.seal_chain_pem, now() - TimeDelta::hours(1))];
    let revoked = cades::add_validation_data(&with_time, &[], &evidence(&pki, now(), &gone)).unwrap();
    for (what, level, signature, payload, root) in [
        ("another payload", "b-b", &with_time, &b"{}"[..], &pki.root_pem),
        ("another root of the same name", "b-b", &with_time, PAYLOAD, &stranger.root_pem),
        ("another signature value", "b-b", &flipped, PAYLOAD, &pki.root_pem),
        ("a revoked seal", "b-lt", &revoked, PAYLOAD, &pki.root_pem),
    ] {
        assert!(!pyhanko(level, signature, payload, root).0, "{what}");
    }
}

#[test]
fn pyhanko_accepts_each_level_of_a_pdf_for_what_it_is() {
    let pki = publishing_pki();
    let basic = signed(&pki);
    let with_time = with_time(&pki, &basic);
    let complete = pades::add_validation_data(&with_time, &[], &evidence(&pki, now(), &[])).unwrap();
    for (level, pdf, wanted) in [
        ("b-b", &basic, true),
        ("b-t", &basic, false),
        ("b-t", &with_time, true),
        ("b-lt", &with_time, false),
        ("b-lt", &complete, true),
    ] {
        let (accepted, said) = pyhanko_on_pdf(level, pdf, &pki.root_pem);
        assert_eq!(accepted, wanted, "{level}: {said}");
    }
}

#[test]
fn pyhanko_refuses_a_pdf_that_was_tampered_with() {
    let (pki, stranger) = (publishing_pki(), publishing_pki());
    let with_time = with_time(&pki, &signed(&pki));
    let complete = pades::add_validation_data(&with_time, &[], &evidence(&pki, now(), &[])).unwrap();
    let gone = [revoked(&pki.seal_chain_pem, now() - TimeDelta::hours(1))];
    let revoked = pades::add_validation_data(&with_time, &[], &evidence(&pki, now(), &gone)).unwrap();
    let mut content = with_time.clone();
    content[20] ^= 1;
    let other_page = moved(&replaced(&complete, "/Pages 2 0 R", "/Pages 3 0 R"));
    for (what, level, pdf, root) in [
        ("other content", "b-t", &content, &pki.root_pem),
        ("another root of the same name", "b-t", &with_time, &stranger.root_pem),
        ("a revoked seal", "b-lt", &revoked, &pki.root_pem),
        ("an update behind it", "b-t", &complete, &pki.root_pem),
        ("an update that shows other pages", "b-lt", &other_page, &pki.root_pem),
    ] {
        assert!(!pyhanko_on_pdf(level, pdf, root).0, "{what}");
    }
}

#[test]
fn jwcrypto_and_jose_accept_both_levels_and_refuse_what_was_tampered_with() {
    let (pki, stranger) = (new_pki(), new_pki());
    for jws in [seal(&sealer(&pki)).jades, stamped_jws(&pki)] {
        for (accepted, said) in jose(&jws, PAYLOAD, &pki.root_pem) {
            assert!(accepted, "{said}");
        }
        let refusals = [jose(&jws, b"{}", &pki.root_pem), jose(&jws, PAYLOAD, &stranger.root_pem)];
        for (accepted, said) in refusals.into_iter().flatten() {
            assert!(!accepted, "{said}");
        }
    }
}
