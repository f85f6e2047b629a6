//! Other people's software as judge: pyHanko (CAdES with time-stamps and revocation data), jwcrypto and jose (JAdES).

use std::path::Path;
use std::process::Command;

use super::revocation::ocsp;
use super::*;
use crate::signature::jades;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs a check over these files; whether it accepts, and what it says.
fn run(command: &mut Command, files: &[(&str, &[u8])]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
        command.arg(folder.path().join(name));
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn python(script: &str) -> Command {
    let mut command = Command::new(Path::new(ROOT).join("tests/python/run"));
    command.arg(script);
    command
}

fn pyhanko(level: &str, signature: &[u8], payload: &[u8], root: &str) -> (bool, String) {
    let files: [(&str, &[u8]); 3] = [("p7s", signature), ("payload", payload), ("root.pem", root.as_bytes())];
    run(python("check_cades.py").arg(level), &files)
}

/// What both libraries for JWS say.
fn jose(jws: &str, payload: &[u8], root: &str) -> [(bool, String); 2] {
    let files: [(&str, &[u8]); 3] =
        [("jws", jws.as_bytes()), ("payload", payload), ("root.pem", root.as_bytes())];
    let mut node = Command::new("node");
    node.arg(Path::new(ROOT).join("tests/node/check-jades.mjs"));
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
