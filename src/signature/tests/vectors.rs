//! The public vectors of `tests/vectors`: what they are said to be is what is found. `make_vectors` makes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Encode};
use serde::{Deserialize, Serialize};
use x509_cert::attr::Attribute;

use super::hostile::{changed, resigned};
use super::*;
use crate::signature::{Outcome, jades};

/// One line of `index.json`.
#[derive(Serialize, Deserialize)]
struct Vector {
    file: String,
    payload: String,
    root: String,
    /// As of when it is judged.
    at: DateTime<Utc>,
    outcome: String,
    /// What it is.
    what: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn judge(root: &str, signature: &[u8], payload: &[u8], at: DateTime<Utc>) -> Outcome {
    let verifier = Verifier::new(Certificate::all_from_pem(root).unwrap(), Vec::new());
    match verifier.verify(signature, payload, at) {
        Ok(verdict) => verdict.outcome(),
        Err(malformed) => malformed.outcome(),
    }
}

#[test]
fn every_vector_is_what_it_is_said_to_be() {
    let read = |name: &str| fs::read(folder().join(name)).unwrap();
    let vectors: Vec<Vector> = serde_json::from_slice(&read("index.json")).unwrap();
    assert!(vectors.len() >= 20);
    for vector in &vectors {
        let root = String::from_utf8(read(&vector.root)).unwrap();
        let outcome = judge(&root, &read(&vector.file), &read(&vector.payload), vector.at);
        assert_eq!(outcome.to_string(), vector.outcome, "{}: {}", vector.file, vector.what);
        assert_eq!(outcome == Outcome::TotalPassed, vector.file.starts_with("good/"), "{}", vector.file);
    }
}

/// Collects vectors while they are made.
struct Maker {
    pki: DevelopmentPki,
    vectors: Vec<Vector>,
}

impl Maker {
    fn add(&mut self, file: &str, content: &[u8], what: &str) {
        self.add_for(file, content, "payload.json", now(), what);
    }

    fn add_for(&mut self, file: &str, content: &[u8], payload: &str, at: DateTime<Utc>, what: &str) {
        fs::write(folder().join(file), content).unwrap();
        let bytes = fs::read(folder().join(payload)).unwrap();
        let outcome = judge(&self.pki.root_pem, content, &bytes, at).to_string();
        let (file, payload, root) = (file.to_owned(), payload.to_owned(), "root.pem".to_owned());
        self.vectors.push(Vector { file, payload, root, at, outcome, what: what.to_owned() });
    }
}

/// Signatures by ECDSA are never twice the same, so that the vectors are kept and not made by each test.
#[test]
#[ignore = "makes the vectors anew: cargo test --lib make_vectors -- --ignored"]
fn make_vectors() {
    for sub in ["good", "bad"] {
        fs::create_dir_all(folder().join(sub)).unwrap();
    }
    let mut maker = Maker { pki: new_pki(), vectors: Vec::new() };
    fs::write(folder().join("payload.json"), PAYLOAD).unwrap();
    fs::write(folder().join("changed.json"), PAYLOAD.to_ascii_uppercase()).unwrap();
    fs::write(folder().join("root.pem"), &maker.pki.root_pem).unwrap();
    good(&mut maker);
    replaced(&mut maker);
    encoded(&mut maker);
    signed_otherwise(&mut maker);
    let index = serde_json::to_string_pretty(&maker.vectors).unwrap() + "\n";
    fs::write(folder().join("index.json"), index).unwrap();
}

fn good(maker: &mut Maker) {
    let sealed = seal(&sealer(&maker.pki));
    let with_time = stamped(&maker.pki, now());
    let complete = cades::add_validation_data(&with_time, &[], &evidence(&maker.pki, now(), &[])).unwrap();
    let token = stamp(&maker.pki, &jades::signature_value(&sealed.jades).unwrap(), now());
    let jws = jades::add_signature_timestamp(&sealed.jades, &token).unwrap();
    let later = now() + days(400);
    maker.add("good/b-b.p7s", &sealed.cades, "CAdES-B-B");
    maker.add("good/b-t.p7s", &with_time, "CAdES-B-T");
    maker.add_for(
        "good/b-t-later.p7s",
        &with_time,
        "payload.json",
        later,
        "CAdES-B-T, its certificate expired since",
    );
    maker.add("good/b-lt.p7s", &complete, "CAdES-B-LT, with lists of revoked certificates");
    maker.add("good/b-b.jws", sealed.jades.as_bytes(), "JAdES-B-B, compact");
    maker.add("good/b-t.jws", jws.as_bytes(), "JAdES-B-T, flattened JSON");
    for (file, signature) in
        [("bad/payload.p7s", &sealed.cades[..]), ("bad/payload.jws", sealed.jades.as_bytes())]
    {
        maker.add_for(file, signature, "changed.json", now(), "over another payload");
    }
    maker.add_for("bad/expired.p7s", &sealed.cades, "payload.json", later, "expired, and no time-stamp");
}

/// Something in it is of another signature, or of somebody else.
fn replaced(maker: &mut Maker) {
    let stranger = new_pki();
    let theirs = seal(&sealer(&stranger));
    maker.add("bad/stranger.p7s", &theirs.cades, "a chain of the same names, made by somebody else");
    maker.add("bad/stranger.jws", theirs.jades.as_bytes(), "the same as JWS");
    let gone = [revoked(&maker.pki.seal_chain_pem, now() - TimeDelta::hours(1))];
    let evidence = evidence(&maker.pki, now(), &gone);
    let revoked = cades::add_validation_data(&stamped(&maker.pki, now()), &[], &evidence).unwrap();
    maker.add("bad/revoked.p7s", &revoked, "signed with a certificate that was revoked before");
    let signature = seal(&sealer(&maker.pki)).cades;
    let token = stamp(&stranger, cades::signature_value(&signature).unwrap(), now());
    let stamped_by_stranger = cades::add_signature_timestamp(&signature, &token).unwrap();
    maker.add(
        "bad/time-stamp-of-stranger.p7s",
        &stamped_by_stranger,
        "a time-stamp by an authority nobody trusts",
    );
    let reference = resigned(&maker.pki, |attributes| {
        let reference = "1.2.840.113549.1.9.16.2.47".parse::<ObjectIdentifier>().unwrap();
        attributes.retain(|attribute| attribute.oid != reference);
    });
    maker.add("bad/no-reference.p7s", &reference, "without the signed reference to the certificate (ESS)");
}

/// The same content, written in another way than DER.
fn encoded(maker: &mut Maker) {
    let good = seal(&sealer(&maker.pki)).cades;
    let content = &good[4..];
    let indefinite = [&[0x30, 0x80], content, &[0, 0]].concat();
    maker.add("bad/indefinite-length.p7s", &indefinite, "BER: indefinite length");
    let long = [&[0x30, 0x83, 0], &good[2..4], content].concat();
    maker.add("bad/long-length.p7s", &long, "BER: a length in more bytes than it needs");
    maker.add("bad/trailing.p7s", &[&good[..], &[0]].concat(), "a byte after the end");
    maker.add("bad/cut.p7s", &good[..good.len() - 1], "the last byte is missing");
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    maker.add("bad/value.p7s", &flipped, "one bit of the signature value is another");
}

/// Signed by the right key, and not what a signature must be.
fn signed_otherwise(maker: &mut Maker) {
    let octets = |bytes: &[u8]| Any::encode_from(&OctetString::new(bytes).unwrap()).unwrap();
    let digest: ObjectIdentifier = "1.2.840.113549.1.9.4".parse().unwrap();
    let twice = resigned(&maker.pki, |attributes| {
        attributes
            .push(Attribute { oid: digest, values: SetOfVec::try_from(vec![octets(&[0; 32])]).unwrap() });
    });
    maker.add("bad/digest-twice.p7s", &twice, "a signed attribute stands twice");
    let two = resigned(&maker.pki, |attributes| {
        for attribute in attributes.iter_mut().filter(|attribute| attribute.oid == digest) {
            attribute.values.insert(octets(&[0; 32])).unwrap();
        }
    });
    maker.add("bad/digest-of-two.p7s", &two, "a signed attribute has two values");
    let unsigned = changed(&maker.pki, |data, _| {
        let mut info = data.signer_infos.0.as_ref()[0].clone();
        let extra = Attribute { oid: digest, values: SetOfVec::try_from(vec![octets(&[0; 32])]).unwrap() };
        info.unsigned_attrs = Some(SetOfVec::try_from(vec![extra]).unwrap());
        data.signer_infos = vec![info].try_into().unwrap();
    });
    maker.add("bad/unsigned-attribute.p7s", &unsigned, "an unsigned attribute that is none of the profile");
    let sha1 = changed(&maker.pki, |data, _| {
        let oid: ObjectIdentifier = "1.3.14.3.2.26".parse().unwrap();
        let mut info = data.signer_infos.0.as_ref()[0].clone();
        info.digest_alg.oid = oid;
        data.signer_infos = vec![info.clone()].try_into().unwrap();
        data.digest_algorithms = vec![info.digest_alg].try_into().unwrap();
    });
    assert!(sha1.to_der().is_ok());
    maker.add("bad/sha-1.p7s", &sha1, "says to be over SHA-1");
    let none = seal(&sealer(&maker.pki)).jades;
    let header = none.split_once("..").unwrap().0;
    maker.add("bad/unsigned.jws", format!("{header}..").as_bytes(), "a JWS without a signature value");
}
