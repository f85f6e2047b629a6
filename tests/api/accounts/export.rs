//! Everything about a person in one document: whole, for its owner alone, told to them.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Citizen, House, at_counter, json_of, mail_to, mandate, refused, subject, until};

const EXPORT: &str = "/v1/accounts/me/export";

async fn export(citizen: &Citizen<'_>) -> Response {
    citizen.prove_presence().await;
    citizen.get(EXPORT).await
}

fn names(document: &Value) -> Vec<&str> {
    document.as_object().unwrap().keys().map(String::as_str).collect()
}

#[actix_web::test]
async fn everything_about_a_person_is_in_one_document_and_the_owner_is_told() {
    let house = House::with().legal_persons().start().await;
    let citizen = Citizen::verified(&house, "representative").await;
    let certificate = citizen.certificate("employment").await;
    let id = certificate["id"].as_str().unwrap();
    let mandate = mandate(&citizen, "firm-clean").await;
    let question = json!({"topic": "other", "message": "Unde este certificatul?"});
    json_of(citizen.post("/v1/support/requests", &question).await, 202).await;
    let other = Citizen::verified(&house, "clean").await;
    let others = other.certificate("employment").await;

    let answer = export(&citizen).await;
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"cazier-export.json\"");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let document = json_of(answer, 200).await;
    let mut expected = vec![
        "access_log",
        "account",
        "applications",
        "certificates",
        "devices",
        "email_change",
        "exported_at",
        "grants",
        "identity_verifications",
        "mandates",
        "programs_seen_at",
        "second_factor_since",
        "sessions",
        "support_requests",
    ];
    expected.sort_unstable();
    let mut found = names(&document);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(document["account"]["email"], citizen.email);
    assert_eq!(document["account"]["identity"]["status"], "verified");
    assert_eq!(document["sessions"][0]["current"], true);
    assert_eq!(document["identity_verifications"][0]["status"], "verified");
    assert_eq!(document["applications"][0]["events"][0]["status"], "submitted");
    assert_eq!(document["mandates"][0]["id"], mandate);
    assert_eq!(document["support_requests"][0]["message"], question["message"]);
    assert!(!document["devices"].as_array().unwrap().is_empty());

    let exported = &document["certificates"][0];
    assert_eq!(exported["id"], id);
    let payload = citizen.get(&format!("/v1/certificates/{id}/payload")).await.text().await.unwrap();
    assert_eq!(exported["payload"], payload, "the signed bytes");
    let jades = citizen.get(&format!("/v1/certificates/{id}/signature?format=jades")).await;
    assert_eq!(exported["signatures"][0]["jades"], jades.text().await.unwrap());
    let cades =
        citizen.get(&format!("/v1/certificates/{id}/signature?level=b-b")).await.bytes().await.unwrap();
    let encoded = data_encoding::BASE64.encode(&cades);
    assert_eq!(exported["signatures"][0]["cades"], encoded);

    let log = document["access_log"].as_array().unwrap();
    assert!(log.iter().any(|entry| entry["action"] == "account.exported"), "this export too");
    assert!(!document.to_string().contains(others["id"].as_str().unwrap()), "nothing of others");
    mail_to(&house, &citizen.email, subject::DATA_EXPORTED).await;
}

#[actix_web::test]
async fn an_export_needs_presence_and_five_a_day_are_enough() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    refused(citizen.get(EXPORT).await, 403, "presence_required").await;
    refused(house.get(EXPORT).await, 401, "unauthenticated").await;
    for _ in 0..5 {
        json_of(export(&citizen).await, 200).await;
    }
    refused(export(&citizen).await, 429, "too_many_requests").await;
    let other = Citizen::registered(&house).await;
    json_of(export(&other).await, 200).await;
}

#[actix_web::test]
async fn the_document_that_an_officer_saw_is_shown_to_its_owner() {
    let house = House::start().await;
    let (citizen, officer, verification) = at_counter(&house, "clean").await;
    json_of(officer.certify(&verification).await, 200).await;
    let document = json_of(export(&citizen).await, 200).await;
    let proof = &document["identity_verifications"][0];
    assert_eq!((&proof["method"], &proof["status"]), (&json!("counter"), &json!("verified")));
    assert_eq!(proof["document"]["number"], "123456");
}

#[actix_web::test]
async fn a_list_of_many_pages_is_whole() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let about = "SELECT count(*) FROM audit_events e JOIN accounts a ON a.id = e.subject_id";
    house.database.execute(
        "INSERT INTO audit_events (at, actor_role, action, subject_id, request_id)
        SELECT now(), 'public', 'log_in.failed', a.id, 'r' FROM accounts a, generate_series(1, 175)
        WHERE a.role = 'citizen'",
    );
    let document = json_of(export(&citizen).await, 200).await;
    let log = document["access_log"].as_array().unwrap();
    let failed = log.iter().filter(|entry| entry["action"] == "log_in.failed").count();
    assert_eq!(failed, 175, "of {}", house.database.count(about));
}

#[actix_web::test]
async fn the_end_of_the_session_cuts_an_export() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;
    citizen.prove_presence().await;
    house.rest().await;
    let mut rows = house.database.connect();
    diesel::connection::SimpleConnection::batch_execute(&mut rows, "BEGIN; LOCK TABLE applications").unwrap();
    let export = citizen.request(Method::GET, EXPORT).send();
    let reading = actix_web::rt::spawn(async { export.await.unwrap().bytes().await });
    until("it reads the applications", || house.database.waits_for_locks() == 1).await;
    let mut end = house.database.connect();
    let ending = actix_web::web::block(move || {
        diesel::connection::SimpleConnection::batch_execute(&mut end, "DELETE FROM sessions").unwrap();
    });
    let ending = actix_web::rt::spawn(ending);
    until("the end waits for it", || house.database.waits_for_locks() == 2).await;
    diesel::connection::SimpleConnection::batch_execute(&mut rows, "COMMIT").unwrap();
    ending.await.unwrap().unwrap();
    let read = reading.await.unwrap();
    let whole = read.is_ok_and(|bytes| serde_json::from_slice::<Value>(&bytes).is_ok());
    assert!(!whole, "the certificates were still to come");
}
