//! Documents and containers: signed, raised to higher levels, verified by upload.

use std::process::Command;

use ades::asic::DataObject;
use ades::development_pki;
use chrono::Utc;
use serde_json::Value;

use super::signatures::{Files, fetch, form, sealer, send};
use crate::support::{Citizen, House, Officer, TrustServices, json_of, refused, until_some};

/// The PDF and the container of a fresh certificate, each with the part of the form that it goes into.
async fn documents(citizen: &Citizen<'_>) -> [(&'static str, String); 2] {
    let certificate = citizen.certificate("employment").await;
    ["document", "container"].map(|kind| (kind, certificate["links"][kind].as_str().unwrap().to_owned()))
}

/// Waits until a file has a level, and judges it then.
async fn wait_for_level(citizen: &Citizen<'_>, (part, path): (&str, &str), level: &str) -> (Vec<u8>, Value) {
    until_some(&format!("{path} gets to {level}"), async || {
        let file = fetch(citizen, path).await;
        let answer = json_of(send(citizen.house, form(&[(part, &file)])).await, 200).await;
        (answer["facts"]["signature"]["level"] == level).then_some((file, answer))
    })
    .await
}

#[actix_web::test]
async fn file_inputs_of_a_browser_that_were_left_empty_were_not_sent() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let [(_, path), _] = documents(&citizen).await;
    let document = fetch(&citizen, &path).await;
    let input = |name: &str, file: &str, content: &[u8]| {
        let head = format!(
            "--limit\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        [head.as_bytes(), content, b"\r\n"].concat()
    };
    let filled = |signature: &[u8]| {
        let parts = [
            input("payload", "", b""),
            signature.to_vec(),
            input("document", "certificate.pdf", &document),
            input("container", "", b""),
            b"--limit--\r\n".to_vec(),
        ];
        parts.concat()
    };
    let answer = json_of(send(&house, filled(&input("signature", "", b""))).await, 200).await;
    assert_eq!(answer["outcome"], "valid", "{answer}");
    // A file that was chosen and is empty was sent.
    let problem =
        refused(send(&house, filled(&input("signature", "x.p7s", b""))).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "/document", "{problem}");
}

#[actix_web::test]
async fn documents_and_containers_are_raised_in_the_background_and_verify_at_every_level() {
    let house = House::with().trust_services(TrustServices::Good).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    for (part, path) in documents(&citizen).await {
        let issued = fetch(&citizen, &path).await;
        let (raised, answer) = wait_for_level(&citizen, (part, &path), "b-lt").await;
        assert_eq!(answer["outcome"], "valid", "{part}: {answer}");
        assert_eq!(answer["facts"]["revoked"], false);
        assert_eq!(answer["certificate"]["reason"], "employment");
        assert!(raised.len() > issued.len(), "{part}");
        // Whoever fetched it before holds a file that is as good.
        let before = json_of(send(&house, form(&[(part, &issued)])).await, 200).await;
        assert_eq!(before["outcome"], "valid", "{part}: {before}");
        assert_eq!(fetch(&citizen, &path).await, raised, "it stays as it is now");
        if part == "document" {
            accepted_by_strangers(&house, &raised);
        }
    }
}

/// What poppler and pyHanko say to the real document with everything in it.
fn accepted_by_strangers(house: &House, file: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let (pdf, root) = (folder.path().join("document.pdf"), folder.path().join("root.pem"));
    std::fs::write(&pdf, file).unwrap();
    std::fs::write(&root, house.root_pem()).unwrap();
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/run");
    let (accepted, said) = run(Command::new(script).args(["check_pades.py", "b-lt"]).args([&pdf, &root]));
    assert!(accepted, "{said}");
    let (_, said) = run(Command::new("pdfsig").arg("-nocert").arg(&pdf));
    assert!(said.contains("Signature is Valid") && said.contains("ETSI.CAdES.detached"), "{said}");
    let (accepted, said) = run(Command::new("qpdf").arg("--check").arg(&pdf));
    assert!(accepted, "{said}");
}

#[actix_web::test]
async fn documents_and_containers_that_were_changed_or_made_by_others_are_no_match() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let [(_, document), (_, container)] = documents(&citizen).await;
    let (document, container) = (fetch(&citizen, &document).await, fetch(&citizen, &container).await);
    let flipped = |file: &[u8]| {
        let mut file = file.to_vec();
        let middle = file.len() / 2;
        file[middle] ^= 1;
        file
    };
    let appended = [&document[..], b"% more\n"].concat();
    let stranger = development_pki::create(Utc::now()).unwrap();
    for (part, file, why) in [
        ("document", flipped(&document), "HASH_FAILURE"),
        ("document", appended, "FORMAT_FAILURE"),
        ("document", container.clone(), "FORMAT_FAILURE"),
        ("container", document.clone(), "FORMAT_FAILURE"),
        (
            "container",
            sealer(&stranger).seal_container(&objects(), Utc::now()).unwrap(),
            "NO_CERTIFICATE_CHAIN_FOUND",
        ),
        ("document", Vec::new(), "FORMAT_FAILURE"),
    ] {
        let answer = json_of(send(&house, form(&[(part, &file)])).await, 200).await;
        assert_eq!((&answer["outcome"], answer.get("certificate")), (&"no_match".into(), None));
        assert_eq!(answer["facts"]["sub_indication"], why, "{answer}");
    }
    let changed = json_of(send(&house, form(&[("container", &flipped(&container))])).await, 200).await;
    assert_eq!(changed["outcome"], "no_match", "{changed}");
    // By the right key, and never issued.
    let ours = sealer(house.database.pki(Utc::now())).seal_container(&objects(), Utc::now()).unwrap();
    let answer = json_of(send(&house, form(&[("container", &ours)])).await, 200).await;
    assert_eq!(
        (&answer["outcome"], &answer["facts"]["indication"]),
        (&"no_match".into(), &"TOTAL-PASSED".into())
    );
    assert_eq!(
        (&answer["facts"]["signed_by_this_service"], &answer["facts"]["registered"]),
        (&true.into(), &false.into())
    );
}

fn objects() -> Vec<DataObject> {
    vec![DataObject { name: "payload.json".to_owned(), bytes: b"{}".to_vec() }]
}

/// The address of a fresh certificate, and its files in every format.
async fn uploads(citizen: &Citizen<'_>) -> (String, [Vec<u8>; 3]) {
    let files = Files::of(citizen).await;
    let certificate = files.signature.trim_end_matches("/signature").to_owned();
    let document = fetch(citizen, &format!("{certificate}/document")).await;
    let container = fetch(citizen, &format!("{certificate}/container")).await;
    let detached = form(&[("payload", &files.payload), ("signature", &files.cades)]);
    (certificate, [detached, form(&[("document", &document)]), form(&[("container", &container)])])
}

async fn assert_ended(house: &House, uploads: &[Vec<u8>], end: &str) {
    for upload in uploads {
        let answer = json_of(send(house, upload.clone()).await, 200).await;
        assert_eq!(answer["outcome"], end, "{answer}");
        assert_eq!(answer["facts"][end], true, "{answer}");
        assert_eq!(answer["facts"]["indication"], "TOTAL-PASSED", "the signature is what it was");
    }
}

#[actix_web::test]
async fn the_files_of_a_certificate_that_ended_say_so() {
    let house = House::start().await;
    let officer = Officer::who_is(&house, "6240601700021");
    let citizen = Citizen::verified(&house, "clean").await;
    let (certificate, files) = uploads(&citizen).await;
    let reason = serde_json::json!({"reason": "fraud"});
    json_of(officer.post(&format!("{certificate}/revocation"), &reason).await, 200).await;
    assert_ended(&house, &files, "revoked").await;

    let citizen = Citizen::verified(&house, "clean-2").await;
    let (certificate, files) = uploads(&citizen).await;
    let correction = serde_json::json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let asked = json_of(citizen.post(&format!("{certificate}/corrections"), &correction).await, 202).await;
    let case = format!("/v1/review/applications/{}", asked["id"].as_str().unwrap());
    json_of(officer.post(&format!("{case}/claim"), &serde_json::json!({})).await, 200).await;
    let issue = serde_json::json!({"decision": "issue"});
    json_of(officer.post(&format!("{case}/decision"), &issue).await, 200).await;
    assert_ended(&house, &files, "superseded").await;
}
