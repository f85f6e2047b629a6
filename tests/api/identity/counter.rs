//! Proof of identity at a counter: claim, code, officer, decision, undoing.

use cazier::db::schema::audit_events;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::{Citizen, House, Officer, at_counter, claim_of, json_of, mail_to, refused, subject};

#[actix_web::test]
async fn a_person_comes_once_to_a_counter_and_applies_online_from_then_on() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    let mail = mail_to(&house, &citizen.email, subject::ACTIVATION_CODE).await;
    assert!(mail.contains(&code), "the code comes by mail too");
    assert!(mail.html.contains("aria-label=\"QR\""), "and to be scanned");
    let officer = Officer::at(&house, "CJ-P01").await;
    let opened = json_of(officer.open(&code.to_lowercase().replace('-', " ")).await, 200).await;
    assert_eq!((&opened["id"], &opened["status"]), (&json!(id), &json!("awaiting_counter")));
    assert_eq!(opened["claim"]["cnp"], "2880514121171");
    assert_eq!(
        (&opened["claim"]["birth_date"], &opened["claim"]["sex"]),
        (&json!("1988-05-14"), &json!("female"))
    );
    assert_eq!(opened["other_account"], json!(null));
    let decided = json_of(officer.certify(&id).await, 200).await;
    assert_eq!((&decided["status"], &decided["claim"]), (&json!("verified"), &json!(null)));
    let seen = json_of(citizen.get(&format!("/v1/identity-verifications/{id}")).await, 200).await;
    assert_eq!(seen["status"], "verified");
    assert_eq!(seen.get("activation_code"), None, "the code is shown once");
    let identity = json_of(citizen.get("/v1/accounts/me").await, 200).await["identity"].clone();
    assert_eq!(
        (&identity["method"], &identity["person"]["cnp"]),
        (&json!("counter"), &json!("2880514121171"))
    );
    assert!(mail_to(&house, &citizen.email, subject::IDENTITY_VERIFIED).await.contains("ghișeu"));
    citizen.certificate("employment").await;
}

#[actix_web::test]
async fn an_officer_corrects_a_slip_in_a_name_and_never_a_cnp() {
    let house = House::start().await;
    let (citizen, officer, id) = at_counter(&house, "clean").await;
    let mut body = certification();
    body["family_name"] = json!("Ionescu-Corectat");
    json_of(officer.decide(&id, &body).await, 200).await;
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["person"]["family_name"], "Ionescu-Corectat");
    body["cnp"] = json!("1800101221144");
    refused(officer.decide(&id, &body).await, 422, "invalid_input").await;
}

#[actix_web::test]
async fn a_rejection_says_why_and_another_code_can_be_asked_for() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    json_of(officer.open(&code).await, 200).await;
    let problem =
        refused(officer.decide(&id, &json!({"decision": "reject"})).await, 422, "invalid_input").await;
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("/note"), &json!("note_missing"))
    );
    let body = json!({"decision": "reject", "note": "Fotografia nu corespunde."});
    assert_eq!(json_of(officer.decide(&id, &body).await, 200).await["status"], "rejected");
    let seen = json_of(citizen.get(&format!("/v1/identity-verifications/{id}")).await, 200).await;
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("rejected"), &json!("rejected_at_counter")));
    let mail = mail_to(&house, &citizen.email, subject::IDENTITY_REJECTED).await;
    assert!(mail.contains("nu s-a putut confirma") && !mail.contains("Fotografia"), "{mail:?}");
    officer.receive(&citizen, "clean").await;
}

/// The body of a certification.
fn certification() -> Value {
    json!({
        "decision": "certify",
        "document": {"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2031-05-14"},
    })
}

#[actix_web::test]
async fn each_broken_field_of_claim_and_decision_is_pointed_at() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let good = claim_of("clean");
    for (field, value, code) in [
        ("cnp", json!("1630615123458"), "cnp_checksum"),
        ("family_name", json!("Попеску"), "name_characters"),
        ("given_name", json!("-"), "name_characters"),
        ("birth_date", json!("88-05-14"), "date_format"),
        ("birth_date", json!("1988-05-15"), "birth_date_contradicts_cnp"),
        ("sex", json!("male"), "sex_contradicts_cnp"),
        ("role", json!("officer"), "unknown_field"),
    ] {
        let mut claim = good.clone();
        claim[field] = value;
        let body = json!({"method": "counter", "claim": claim});
        let problem =
            refused(citizen.post("/v1/identity-verifications", &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], format!("/claim/{field}"), "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    let mut foreigner = json!({"cnp": "7900315120018", "family_name": "Rossi", "given_name": "Anna"});
    let body = json!({"method": "counter", "claim": foreigner});
    let problem =
        refused(citizen.post("/v1/identity-verifications", &body).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "birth_date_missing");
    foreigner["birth_date"] = json!("2090-03-15");
    let body = json!({"method": "counter", "claim": foreigner});
    let problem =
        refused(citizen.post("/v1/identity-verifications", &body).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "date_in_future");
    foreigner["birth_date"] = json!("1990-03-15");
    let (id, code) = citizen.claim(&foreigner).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    json_of(officer.open(&code).await, 200).await;
    for (path, value, pointer, code) in [
        ("/document/number", json!("12"), "/document/number", "document_number"),
        ("/document/series", json!("X"), "/document/series", "document_series"),
        ("/document/expires_on", json!("2020-01-01"), "/document/expires_on", "document_expired"),
        ("/document", json!(null), "/document", "document_missing"),
    ] {
        let mut body = certification();
        *body.pointer_mut(path).unwrap() = value;
        let problem = refused(officer.decide(&id, &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
}

#[actix_web::test]
async fn fields_go_with_their_method() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (claim, url) = (claim_of("clean"), "http://localhost:3000/done");
    for (body, pointer) in [
        (json!({"method": "ghiseul"}), "/return_url"),
        (json!({"method": "ghiseul", "return_url": url, "claim": claim}), "/claim"),
        (json!({"method": "counter"}), "/claim"),
        (json!({"method": "counter", "claim": claim, "return_url": url}), "/return_url"),
        (json!({"method": "pigeon", "return_url": url}), "/method"),
    ] {
        let problem =
            refused(citizen.post("/v1/identity-verifications", &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

#[actix_web::test]
async fn a_decision_needs_the_second_factor_again_after_a_while() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (_citizen, officer, id) = at_counter(&house, "clean").await;
    clock.set(clock.now() + TimeDelta::minutes(11));
    refused(officer.certify(&id).await, 403, "step_up_required").await;
    officer.step_up().await;
    json_of(officer.certify(&id).await, 200).await;
}

#[actix_web::test]
async fn the_same_office_undoes_a_certification_within_a_day_and_with_a_reason() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, officer, id) = at_counter(&house, "clean").await;
    json_of(officer.certify(&id).await, 200).await;
    let issued = json_of(citizen.apply("employment").await, 201).await;
    let listed = json_of(officer.get("/v1/counter/decisions").await, 200).await;
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["own"]), (&json!(id), &json!(true)));
    refused(
        officer.post(&format!("/v1/counter/verifications/{id}/undo"), &json!({})).await,
        422,
        "invalid_input",
    )
    .await;
    let undone = json_of(officer.undo(&id).await, 200).await;
    assert_eq!((&undone["status"], &undone["reason"]), (&json!("rejected"), &json!("certification_undone")));
    refused(citizen.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    assert_eq!(json_of(citizen.get("/v1/accounts/me").await, 200).await["identity"]["status"], "unverified");
    let certificate = &issued["certificate"];
    let body = json!({"registration_number": certificate["registration_number"], "control_code": certificate["control_code"]});
    let outcome = json_of(house.post("/v1/verify", &body).await, 200).await;
    assert_eq!(outcome["outcome"], "revoked", "it was issued to somebody who was not the person");
    let revoked = audit_events::table.filter(audit_events::action.eq("certificate.revoked")).count();
    let revoked: i64 = revoked.get_result(&mut house.database.connect()).unwrap();
    assert_eq!(revoked, 1, "and the log says so");
    refused(officer.undo(&id).await, 409, "too_late_to_undo").await;
}

#[actix_web::test]
async fn after_a_day_nothing_is_undone() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (_citizen, officer, id) = at_counter(&house, "clean").await;
    json_of(officer.certify(&id).await, 200).await;
    clock.set(clock.now() + TimeDelta::hours(24));
    let officer = Officer::at(&house, "CJ-P01").await;
    refused(officer.undo(&id).await, 409, "too_late_to_undo").await;
    let listed = json_of(officer.get("/v1/counter/decisions").await, 200).await;
    assert_eq!(listed["items"], json!([]));
}

#[actix_web::test]
async fn a_rejection_that_is_undone_lets_the_code_work_again() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    json_of(officer.open(&code).await, 200).await;
    json_of(officer.reject(&id).await, 200).await;
    let undone = json_of(officer.undo(&id).await, 200).await;
    assert_eq!(undone["status"], "awaiting_counter");
    json_of(officer.open(&code).await, 200).await;
    json_of(officer.certify(&id).await, 200).await;
}

#[actix_web::test]
async fn a_stronger_proof_moves_the_person_and_all_that_was_issued_and_an_undoing_brings_both_back() {
    let house = House::start().await;
    let lost = Citizen::verified(&house, "clean").await;
    let certificate = lost.certificate("employment").await;
    let found = Citizen::registered(&house).await;
    let (id, code) = found.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    let opened = json_of(officer.open(&code).await, 200).await;
    assert_eq!(opened["other_account"]["method"], "ghiseul");
    refused(officer.certify(&id).await, 409, "person_verified_elsewhere").await;
    json_of(lost.get("/v1/accounts/me").await, 200).await;
    let mut body = certification();
    body["transfer"] = json!(true);
    json_of(officer.decide(&id, &body).await, 200).await;
    refused(lost.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    assert!(
        mail_to(&house, &lost.email, subject::IDENTITY_GONE).await.contains("mutată"),
        "the former owner is told"
    );
    let listed = json_of(found.get("/v1/certificates").await, 200).await;
    assert_eq!(listed["items"], json!([certificate]));
    let payload = found.get(certificate["links"]["payload"].as_str().unwrap()).await;
    assert_eq!(json_of(payload, 200).await["registration_number"], certificate["registration_number"]);
    json_of(officer.undo(&id).await, 200).await;
    let lost = Citizen::logged_in(&house, &lost.email).await;
    let identity = json_of(lost.get("/v1/accounts/me").await, 200).await["identity"].clone();
    assert_eq!((&identity["status"], &identity["method"]), (&json!("verified"), &json!("ghiseul")));
    assert_eq!(json_of(lost.get("/v1/certificates").await, 200).await["items"], json!([certificate]));
}

#[actix_web::test]
async fn of_two_officers_who_decide_concurrently_one_succeeds() {
    let house = House::start().await;
    let (_citizen, officer, id) = at_counter(&house, "clean").await;
    let decisions = futures_util::future::join_all((0..4).map(|_| officer.certify(&id))).await;
    let mut statuses: Vec<u16> = decisions.iter().map(|answer| answer.status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
}

#[actix_web::test]
async fn a_newer_code_replaces_the_older_and_their_number_is_limited() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (first, old) = citizen.claim(&claim_of("clean")).await;
    let (_, new) = citizen.claim(&claim_of("clean")).await;
    let seen = json_of(citizen.get(&format!("/v1/identity-verifications/{first}")).await, 200).await;
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("expired"), &json!("replaced")));
    let officer = Officer::at(&house, "CJ-P01").await;
    refused(officer.open(&old).await, 404, "not_found").await;
    json_of(officer.open(&new).await, 200).await;
    for _ in 0..3 {
        citizen.claim(&claim_of("clean")).await;
    }
    let body = json!({"method": "counter", "claim": claim_of("clean")});
    refused(citizen.post("/v1/identity-verifications", &body).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn a_repeated_request_gives_the_same_code() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"method": "counter", "claim": claim_of("clean")});
    let ask = async || {
        let request = citizen.request(reqwest::Method::POST, "/v1/identity-verifications");
        json_of(request.header("idempotency-key", "k").json(&body).send().await.unwrap(), 201).await
    };
    assert_eq!(ask().await, ask().await);
}
