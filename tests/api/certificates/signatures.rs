//! Signature files: raised to levels that last in the background, and judged when somebody sends them.

use std::sync::Arc;

use ades::development_pki::{self, DevelopmentPki};
use ades::{Sealer, SigningKey, cades};
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::log::append;
use crate::support::{Citizen, House, TrustServices, json_of, refused, until_some};

/// The parts of a form, each with its name.
pub fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in parts {
        body.extend(format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    body
}

pub async fn send(house: &House, body: Vec<u8>) -> Response {
    let request = house.request(Method::POST, "/v1/verify/signature");
    request.header("content-type", "multipart/form-data; boundary=limit").body(body).send().await.unwrap()
}

async fn verify(house: &House, payload: &[u8], signature: &[u8]) -> Value {
    json_of(send(house, form(&[("payload", payload), ("signature", signature)])).await, 200).await
}

pub async fn fetch(citizen: &Citizen<'_>, path: &str) -> Vec<u8> {
    let answer = citizen.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

/// The payload and both signatures of a fresh certificate.
pub struct Files {
    pub payload: Vec<u8>,
    pub cades: Vec<u8>,
    pub jades: Vec<u8>,
    pub signature: String,
}

impl Files {
    pub async fn of(citizen: &Citizen<'_>) -> Self {
        let certificate = citizen.certificate("employment").await;
        let signature = format!("/v1/certificates/{}/signature", certificate["id"].as_str().unwrap());
        Self {
            payload: fetch(citizen, certificate["links"]["payload"].as_str().unwrap()).await,
            cades: fetch(citizen, &format!("{signature}?level=b-b")).await,
            jades: fetch(citizen, &format!("{signature}?format=jades")).await,
            signature,
        }
    }
}

/// Waits until an address answers 200.
async fn wait_for(citizen: &Citizen<'_>, path: &str) -> Vec<u8> {
    until_some(path, async || (citizen.get(path).await.status() == 200).then_some(())).await;
    fetch(citizen, path).await
}

pub fn sealer(pki: &DevelopmentPki) -> Sealer {
    let key = SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, Utc::now()).unwrap();
    Sealer::new(Arc::new(key)).unwrap()
}

/// Seals a payload with the key of a hierarchy.
fn seal(pki: &DevelopmentPki, payload: &[u8]) -> Vec<u8> {
    sealer(pki).seal(payload, &mime::APPLICATION_JSON, Utc::now()).unwrap().cades
}

#[actix_web::test]
async fn signatures_are_raised_in_the_background_and_what_was_signed_stays() {
    let house = House::with().trust_services(TrustServices::Good).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    let raised = wait_for(&citizen, &format!("{}?level=b-lt", files.signature)).await;
    assert!(raised.len() > files.cades.len());
    assert_eq!(cades::signature_value(&raised).unwrap(), cades::signature_value(&files.cades).unwrap());
    assert_eq!(fetch(&citizen, &files.signature).await, raised, "the highest one is the default");
    assert_eq!(fetch(&citizen, &format!("{}?level=b-b", files.signature)).await, files.cades);
    let jades = citizen.get(&format!("{}?format=jades&level=b-t", files.signature)).await;
    assert_eq!(jades.headers()["content-type"], "application/jose+json");
    let jades = jades.bytes().await.unwrap();
    let none = citizen.get(&format!("{}?format=jades&level=b-lt", files.signature)).await;
    assert_eq!(refused(none, 422, "invalid_input").await["errors"][0]["code"], "level_of_format");
    for (signature, level) in [(&raised[..], "b-lt"), (&jades[..], "b-t"), (&files.cades, "b-b")] {
        let answer = verify(&house, &files.payload, signature).await;
        assert_eq!(answer["outcome"], "valid", "{answer}");
        assert_eq!(answer["facts"]["signature"]["level"], level, "{answer}");
        assert_eq!(answer["facts"]["signature"]["revocation"], "good");
    }
}

#[actix_web::test]
async fn a_level_that_is_not_reached_yet_is_reported() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    for level in ["b-t", "b-lt", "b-t&format=jades"] {
        let answer = citizen.get(&format!("{}?level={level}", files.signature)).await;
        assert!(answer.headers().contains_key("retry-after"));
        refused(answer, 409, "level_not_reached").await;
    }
    assert_eq!(fetch(&citizen, &files.signature).await, files.cades);
}

#[actix_web::test]
async fn the_files_of_a_certificate_verify_and_others_do_not() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    for signature in [&files.cades, &files.jades] {
        let answer = verify(&house, &files.payload, signature).await;
        assert_eq!(answer["outcome"], "valid", "{answer}");
        assert_eq!(answer["facts"]["indication"], "TOTAL-PASSED");
        let number = &answer["certificate"]["registration_number"];
        assert!(String::from_utf8_lossy(&files.payload).contains(number.as_str().unwrap()));
    }
    let mut tampered = files.payload.clone();
    let middle = tampered.len() / 2;
    tampered[middle] ^= 1;
    let stranger = development_pki::create(Utc::now()).unwrap();
    for (payload, signature, why) in [
        (&tampered, files.cades.clone(), "HASH_FAILURE"),
        (&tampered, files.jades.clone(), "SIG_CRYPTO_FAILURE"),
        (&files.payload, seal(&stranger, &files.payload), "NO_CERTIFICATE_CHAIN_FOUND"),
        (&files.payload, b"nonsense".to_vec(), "FORMAT_FAILURE"),
        (&files.payload, Vec::new(), "FORMAT_FAILURE"),
    ] {
        let answer = verify(&house, payload, &signature).await;
        assert_eq!((&answer["outcome"], answer.get("certificate")), (&"no_match".into(), None));
        assert_eq!(answer["facts"]["sub_indication"], why, "{answer}");
    }
}

#[actix_web::test]
async fn signatures_verify_with_what_others_put_around_them() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    let pem = |label: &str| pem::encode(&pem::Pem::new(label, files.cades.clone())).into_bytes();
    for signature in [pem("CMS"), pem("PKCS7"), [&files.jades[..], b"\n"].concat()] {
        let answer = verify(&house, &files.payload, &signature).await;
        assert_eq!(answer["outcome"], "valid", "{answer}");
    }
    let answer = verify(&house, &files.payload, &pem("CERTIFICATE")).await;
    assert_eq!(answer["outcome"], "no_match");
    assert_eq!(answer["facts"]["malformed"], "neither CMS (DER or PEM) nor a JWS with a detached payload");
}

#[actix_web::test]
async fn a_payload_that_the_register_does_not_hold_is_no_match_whoever_signed_it() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    let pki = house.database.pki(Utc::now());
    // The same number, other content, and the right key.
    let text = String::from_utf8(files.payload.clone()).unwrap();
    let forged = text.replace("no_record", "a_record").into_bytes();
    for payload in [&forged[..], b"{}", b"\xff"] {
        let answer = verify(&house, payload, &seal(pki, payload)).await;
        assert_eq!(answer["outcome"], "no_match", "{answer}");
        assert_eq!(answer["facts"]["indication"], "TOTAL-PASSED");
        assert_eq!(answer["facts"]["signed_by_this_service"], true);
        assert_eq!(answer["facts"]["registered"], false);
    }
}

#[actix_web::test]
async fn an_expired_certificate_is_reported_as_expired() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    append(&house.database);
    clock.set(Utc::now() + TimeDelta::days(200));
    let answer = verify(&house, &files.payload, &files.cades).await;
    assert_eq!(answer["outcome"], "expired", "{answer}");
    assert_eq!(answer["facts"]["in_validity"], false);
}

#[actix_web::test]
async fn a_revoked_signer_is_no_match_and_unknown_revocation_is_an_outage() {
    let house = House::with().trust_services(TrustServices::SealRevoked).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    let answer = verify(&house, &files.payload, &files.cades).await;
    assert_eq!(answer["outcome"], "no_match", "{answer}");
    assert_eq!(answer["facts"]["sub_indication"], "REVOKED");
    let house = House::with().trust_services(TrustServices::Away).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let files = Files::of(&citizen).await;
    let body = form(&[("payload", &files.payload), ("signature", &files.cades)]);
    let answer = send(&house, body).await;
    assert!(answer.headers().contains_key("retry-after"));
    refused(answer, 503, "revocation_unavailable").await;
}

#[actix_web::test]
async fn forms_are_read_strictly_and_within_bounds() {
    let house = House::start().await;
    let large = vec![b'x'; 3 * 1024 * 1024];
    for (parts, pointer, code) in [
        (&[("payload", &b"{}"[..])][..], "/signature", "missing"),
        (&[("signature", b"x")], "/payload", "missing"),
        (&[("payload", b"{}"), ("payload", b"{}")], "/payload", "duplicate_field"),
        (&[("payload", b"{}"), ("other/one", b"x")], "/other~1one", "unknown_field"),
        (&[("document", b"x"), ("container", b"x")], "/document", "alone"),
        (&[("document", b"x"), ("signature", b"x")], "/document", "alone"),
        (&[("container", b"x"), ("payload", b"x")], "/container", "alone"),
        (&[], "", "nothing_to_verify"),
    ] {
        let problem = refused(send(&house, form(parts)).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    let answer = send(&house, form(&[("payload", &large), ("signature", &large)])).await;
    refused(answer, 413, "payload_too_large").await;
    for broken in [&b""[..], b"--limit", b"nonsense", b"--limit\r\nx: y\r\n\r\nz\r\n--limit--\r\n"] {
        let answer = send(&house, broken.to_vec()).await;
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
    let json = house.post("/v1/verify/signature", &serde_json::json!({})).await;
    refused(json, 415, "unsupported_media_type").await;
    // Just below the limit: read, and judged.
    let answer = verify(&house, &large, b"x").await;
    assert_eq!(answer["facts"]["sub_indication"], "FORMAT_FAILURE");
}
