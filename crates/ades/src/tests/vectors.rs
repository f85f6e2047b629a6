//! The public vectors of `tests/vectors`: what they are said to be is what is found. `make_vectors` makes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Encode};
use serde::{Deserialize, Serialize};
use x509_cert::attr::Attribute;

use super::hostile::{changed, resigned};
use super::pdf::replaced as with_text;
use super::pdf_levels::moved;
use super::*;
use crate::asic::DataObject;
use crate::{Outcome, Signed, asic, jades, pades};

/// One line of `index.json`.
#[derive(Serialize, Deserialize)]
struct Vector {
    file: String,
    /// What it is over; absent for a file that holds that itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
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

/// What a file is, by its name.
fn signed<'a>(file: &str, content: &'a [u8], payload: Option<&'a [u8]>) -> Signed<'a> {
    match payload {
        Some(payload) => Signed::Detached { signature: content, payload },
        None if file.ends_with(".pdf") => Signed::Pdf(content),
        None => Signed::Container(content),
    }
}

fn judge(root: &str, signed: Signed<'_>, at: DateTime<Utc>) -> Outcome {
    let verifier = Verifier::new(Certificate::all_from_pem(root).unwrap(), Vec::new());
    match verifier.judge(signed, at) {
        Ok(verdict) => verdict.outcome(),
        Err(malformed) => malformed.outcome(),
    }
}

#[test]
fn every_vector_is_what_it_is_said_to_be() {
    let read = |name: &str| fs::read(folder().join(name)).unwrap();
    let vectors: Vec<Vector> = serde_json::from_slice(&read("index.json")).unwrap();
    assert!(vectors.len() >= 35);
    for vector in &vectors {
        let root = String::from_utf8(read(&vector.root)).unwrap();
        let (content, payload) = (read(&vector.file), vector.payload.as_deref().map(read));
        let outcome = judge(&root, signed(&vector.file, &content, payload.as_deref()), vector.at);
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
        self.write(file, content, Some(payload.to_owned()), at, what);
    }

    /// A PDF or a container.
    fn add_whole(&mut self, file: &str, content: &[u8], what: &str) {
        self.write(file, content, None, now(), what);
    }

    fn write(&mut self, file: &str, content: &[u8], payload: Option<String>, at: DateTime<Utc>, what: &str) {
        fs::write(folder().join(file), content).unwrap();
        let bytes = payload.as_ref().map(|payload| fs::read(folder().join(payload)).unwrap());
        let outcome = judge(&self.pki.root_pem, signed(file, content, bytes.as_deref()), at).to_string();
        let (file, root) = (file.to_owned(), "root.pem".to_owned());
        self.vectors.push(Vector { file, payload, root, at, outcome, what: what.to_owned() });
    }
}

/// Signatures by ECDSA are never twice the same, so that the vectors are kept and not made by each test.
#[test]
#[ignore = "makes the vectors anew: cargo test -p ades make_vectors -- --ignored"]
fn make_vectors() {
    for sub in ["good", "bad"] {
        fs::create_dir_all(folder().join(sub)).unwrap();
    }
    let mut maker = Maker { pki: new_pki(), vectors: Vec::new() };
    fs::write(folder().join("payload.json"), PAYLOAD).unwrap();
    fs::write(folder().join("changed.json"), PAYLOAD.to_ascii_uppercase()).unwrap();
    fs::write(folder().join("root.pem"), &maker.pki.root_pem).unwrap();
    fs::write(folder().join("trust.pem"), maker.pki.seal_chain_pem.clone() + &maker.pki.root_pem).unwrap();
    good(&mut maker);
    replaced(&mut maker);
    encoded(&mut maker);
    signed_otherwise(&mut maker);
    documents(&mut maker);
    containers(&mut maker);
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

fn documents(maker: &mut Maker) {
    let (pki, stranger) = (&maker.pki, new_pki());
    let basic = pdf::signed(pki);
    let stamped = pdf_levels::with_time(pki, &basic);
    let complete = pades::add_validation_data(&stamped, &[], &evidence(pki, now(), &[])).unwrap();
    let theirs = stamp(&stranger, &pades::signature_value(&basic).unwrap(), now());
    let stamped_by_stranger = pades::add_signature_timestamp(&basic, &theirs).unwrap();
    let range = "/ByteRange[0 ";
    let files = [
        ("good/b-b.pdf", basic.clone(), "PAdES-B-B"),
        ("good/b-t.pdf", stamped.clone(), "PAdES-B-T"),
        ("good/b-lt.pdf", complete.clone(), "PAdES-B-LT, with a security store"),
        ("bad/content.pdf", with_text(&basic, "[0 0 100 100]", "[0 0 100 101]"), "another page size"),
        ("bad/range.pdf", with_text(&basic, range, "/ByteRange[1 "), "the first byte is not covered"),
        ("bad/comment.pdf", [&basic[..], b"% more\n"].concat(), "a comment behind the end"),
        (
            "bad/store-and-more.pdf",
            moved(&with_text(&complete, "/DSS<<", "/Lang(x)/DSS<<")),
            "the update with the store changes something else",
        ),
        (
            "bad/other-pages.pdf",
            moved(&with_text(&complete, "/Pages 2 0 R", "/Pages 3 0 R")),
            "the update with the store shows other pages",
        ),
        ("bad/hole.pdf", with_text(&basic, "00>>", "01>>"), "something behind the signature, in its space"),
        ("bad/stranger.pdf", pdf::signed(&stranger), "a chain of the same names, made by somebody else"),
        ("bad/time-stamp-of-stranger.pdf", stamped_by_stranger, "a time-stamp by an authority nobody trusts"),
        ("bad/unsigned.pdf", pdf::plain_pdf(), "no signature in it"),
    ];
    for (file, content, what) in files {
        maker.add_whole(file, &content, what);
    }
}

fn containers(maker: &mut Maker) {
    let (pki, stranger) = (&maker.pki, new_pki());
    let object = |name: &str, bytes: &[u8]| DataObject { name: name.to_owned(), bytes: bytes.to_vec() };
    let objects = [object("payload.json", PAYLOAD), object("note.json", b"{}")];
    let basic = sealer(pki).seal_container(&objects, now()).unwrap();
    let token = stamp(pki, &asic::signature_value(&basic).unwrap(), now());
    let stamped = asic::add_signature_timestamp(&basic, &token).unwrap();
    let complete = asic::add_validation_data(&stamped, &[], &evidence(pki, now(), &[])).unwrap();
    let read = asic::Container::read(&basic).unwrap();
    let with = |objects: &[DataObject]| asic::write(objects, &read.manifest, &read.signature).unwrap();
    let changed = with(&[object("payload.json", b"{}"), object("note.json", b"{}")]);
    let more = with(&[&objects[..], &[object("more.json", b"{}")]].concat());
    let files = [
        ("good/b-b.asice", basic.clone(), "ASiC-E with CAdES-B-B"),
        ("good/b-t.asice", stamped, "ASiC-E with CAdES-B-T"),
        ("good/b-lt.asice", complete, "ASiC-E with CAdES-B-LT"),
        ("bad/content.asice", changed, "another file under the same manifest"),
        ("bad/more.asice", more, "a file that the manifest does not name"),
        ("bad/less.asice", with(&objects[..1]), "a file of the manifest is missing"),
        ("bad/trailing.asice", [&basic[..], &[0]].concat(), "a byte after the end"),
        (
            "bad/stranger.asice",
            sealer(&stranger).seal_container(&objects, now()).unwrap(),
            "a chain of the same names, made by somebody else",
        ),
    ];
    for (file, content, what) in files {
        maker.add_whole(file, &content, what);
    }
}
