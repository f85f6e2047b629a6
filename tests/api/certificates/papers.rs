//! Certificates: the signed bytes, and what stranger's software says to the signatures.

use std::fs;
use std::process::{Command, Output};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Citizen, House, json_of, node};

/// A certificate's files, as its holder keeps them.
struct Files {
    folder: TempDir,
    certificate: Value,
}

impl Files {
    async fn of(citizen: &Citizen<'_>) -> Self {
        let certificate = citizen.certificate("employment").await;
        let folder = tempfile::tempdir().unwrap();
        for (link, name) in [("payload", "payload"), ("cades", "p7s"), ("jades", "jws")] {
            let answer = citizen.get(certificate["links"][link].as_str().unwrap()).await;
            assert_eq!(answer.status(), 200);
            fs::write(folder.path().join(name), answer.bytes().await.unwrap()).unwrap();
        }
        fs::write(folder.path().join("root.pem"), citizen.house.root_pem()).unwrap();
        Self { folder, certificate }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// What anybody with OpenSSL can do.
    fn openssl(&self) -> Output {
        Command::new("openssl")
            .args(["cms", "-verify", "-binary", "-cades", "-purpose", "any", "-inform", "DER", "-in", "p7s"])
            .args(["-content", "payload", "-CAfile", "root.pem", "-out", "verified"])
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// What anybody with npm's `jose` can do.
    fn jose(&self) -> Output {
        let files = ["jws", "payload", "root.pem"].map(|name| self.path(name));
        node("check-jades.mjs").args(files).output().unwrap()
    }
}

#[actix_web::test]
async fn openssl_and_jose_accept_the_signatures_and_refuse_other_bytes() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean-3").await;
    let files = Files::of(&citizen).await;
    let (openssl, jose) = (files.openssl(), files.jose());
    assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    assert!(jose.status.success(), "{}", String::from_utf8_lossy(&jose.stderr));
    let mut payload = fs::read(files.path("payload")).unwrap();
    assert_eq!(fs::read(files.path("verified")).unwrap(), payload);
    let middle = payload.len() / 2;
    payload[middle] ^= 1;
    fs::write(files.path("payload"), payload).unwrap();
    assert!(!files.openssl().status.success());
    assert!(!files.jose().status.success());
}

#[actix_web::test]
async fn the_payload_says_what_a_certificate_must_say_in_canonical_form() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean-3").await;
    let files = Files::of(&citizen).await;
    let bytes = fs::read(files.path("payload")).unwrap();
    let payload: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(serde_json_canonicalizer::to_vec(&payload).unwrap(), bytes, "RFC 8785");
    let certificate = &files.certificate;
    for name in ["registration_number", "issued_on", "valid_until", "finding"] {
        assert_eq!(payload[name], certificate[name], "{name}");
    }
    assert_eq!(payload["verification"]["control_code"], certificate["control_code"]);
    assert_eq!(payload["reason"]["code"], "employment");
    assert_eq!(payload["holder"]["family_name"], "Țîrlea-Brâncoveanu");
    assert_eq!(payload["finding_text"]["ro"], "nu este înscrisă în cazierul judiciar");
    assert_eq!(payload["entries"], json!([]));
    assert!(payload["notice"].as_str().unwrap().contains("test"), "a test certificate says that it is one");
}

#[actix_web::test]
async fn files_that_never_change_are_fetched_once() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    for link in ["payload", "cades", "jades"] {
        let path = certificate["links"][link].as_str().unwrap();
        let first = citizen.get(path).await;
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let again = citizen.request(Method::GET, path).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0), "{link}");
        let other = citizen.request(Method::GET, path).header("if-none-match", "\"x\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
        assert_eq!(first.bytes().await.unwrap(), other.bytes().await.unwrap());
    }
}

#[actix_web::test]
async fn certificates_are_listed_newest_first_and_page_by_page() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let mut made = Vec::new();
    for reason in ["employment", "studies", "adoption"] {
        made.push(citizen.certificate(reason).await);
    }
    let first = json_of(citizen.get("/v1/certificates?limit=2").await, 200).await;
    assert_eq!(first["items"], json!([made[2], made[1]]));
    let rest = format!("/v1/certificates?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = json_of(citizen.get(&rest).await, 200).await;
    assert_eq!((&rest["items"], &rest["next_cursor"]), (&json!([made[0]]), &json!(null)));
}

#[actix_web::test]
async fn files_are_named_as_the_guides_name_them() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let id = certificate["id"].as_str().unwrap();
    for (path, ending) in
        [("payload", "json"), ("signature", "json.p7s"), ("signature?format=jades", "json.jws")]
    {
        let answer = citizen.get(&format!("/v1/certificates/{id}/{path}")).await;
        let name = format!("attachment; filename=\"{id}.{ending}\"");
        assert_eq!(answer.headers()["content-disposition"], name.as_str());
    }
}
