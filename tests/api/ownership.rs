//! Rights hang on the person who is proved to own an account at the moment of use, not on the account that applied.

use std::time::Duration;

use cazier::clock::Clock;
use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{
    Citizen, Handoff, House, Officer, application, apply_for_company, claim_of, json_of, mandate, refused,
};

/// An account certified at a counter as that person's, and the verification that an officer can undo.
pub async fn certified<'a>(house: &'a House, desk: &Officer<'a>, person: &str) -> (Citizen<'a>, String) {
    let citizen = Citizen::registered(house).await;
    let verification = certify(&citizen, desk, person).await;
    (citizen, verification)
}

/// Certifies an account as that person's, taking them from another account if they have one.
pub async fn certify(citizen: &Citizen<'_>, desk: &Officer<'_>, person: &str) -> String {
    let (verification, code) = citizen.claim(&claim_of(person)).await;
    json_of(desk.open(&code).await, 200).await;
    let document =
        json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2036-05-14"});
    let body = json!({"decision": "certify", "document": document, "transfer": true});
    json_of(desk.decide(&verification, &body).await, 200).await;
    verification
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Sends a request that stops at the rows it wants to read, takes the person from the account, and lets it go on.
async fn unproved_at_the_rows(house: &House, request: RequestBuilder) -> Response {
    let (mut rows, mut waiting) = (house.database.connect(), house.database.connect());
    rows.batch_execute("BEGIN; LOCK TABLE applications, certificates, mandates, idempotency_keys").unwrap();
    let answer = actix_web::rt::spawn(request.send());
    let stopped = "SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while sql_query(stopped).execute(&mut waiting).unwrap() == 0 {
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
    rows.batch_execute(
        "CREATE TEMPORARY TABLE kept AS SELECT * FROM accounts;
        UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL;
        COMMIT",
    )
    .unwrap();
    let answer = answer.await.unwrap().unwrap();
    rows.batch_execute(
        "UPDATE accounts a SET person_index = k.person_index, person = k.person, identity_method = k.identity_method,
            identity_verified_at = k.identity_verified_at FROM kept k WHERE k.id = a.id;
        DROP TABLE kept",
    )
    .unwrap();
    answer
}

#[actix_web::test]
async fn every_read_decides_inside_its_statement_whose_the_account_is() {
    let house = House::start_with_legal_persons(Clock::System, &[]).await;
    let citizen = Citizen::verified(&house, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let apply = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "k");
    let apply = apply.json(&application("employment"));
    let own = json_of(apply.try_clone().unwrap().send().await.unwrap(), 201).await;
    for path in paths(&own, &own["certificate"], &mandate) {
        assert_eq!(citizen.get(&path).await.status(), 200, "{path}");
        let answer = unproved_at_the_rows(&house, citizen.request(Method::GET, &path)).await;
        refused(answer, 404, "not_found").await;
    }
    for list in ["/v1/applications", "/v1/certificates", "/v1/mandates"] {
        let answer = unproved_at_the_rows(&house, citizen.request(Method::GET, list)).await;
        assert_eq!(json_of(answer, 200).await["items"], json!([]), "{list}");
    }
    let again = apply.try_clone().unwrap().send().await.unwrap();
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    let answer = unproved_at_the_rows(&house, apply).await;
    assert_eq!(answer.status(), 409, "{}", answer.text().await.unwrap());
}

/// Every path that shows something of a person's.
fn paths(application: &Value, certificate: &Value, mandate: &str) -> Vec<String> {
    let (application, certificate) = (id(application), id(certificate));
    let mut paths = vec![
        format!("/v1/applications/{application}"),
        format!("/v1/applications/{application}/stream"),
        format!("/v1/mandates/{mandate}"),
        format!("/v1/mandates/{mandate}/prefill"),
        format!("/v1/certificates/{certificate}"),
    ];
    let files = ["payload", "signature", "signature?format=jades", "document", "container"];
    paths.extend(files.iter().map(|file| format!("/v1/certificates/{certificate}/{file}")));
    paths
}

#[actix_web::test]
async fn whoever_is_found_not_to_be_the_person_sees_nothing_of_theirs_however_they_log_in() {
    let house = House::start_with_legal_persons(Clock::System, &[]).await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (citizen, verification) = certified(&house, &desk, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let key = |citizen: &Citizen<'_>| {
        let apply = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "k");
        apply.json(&application("employment")).send()
    };
    let own = json_of(key(&citizen).await.unwrap(), 201).await;
    let firm = json_of(apply_for_company(&citizen, &mandate, "employment").await, 201).await;
    let shown =
        [paths(&own, &own["certificate"], &mandate), paths(&firm, &firm["certificate"], &mandate)].concat();
    for path in &shown {
        assert_eq!(citizen.get(path).await.status(), 200, "{path}");
    }
    json_of(desk.undo(&verification).await, 200).await;
    let nobody = Citizen::logged_in(&house, &citizen.email).await;
    nothing_is_shown(&nobody, &shown).await;
    refused(key(&nobody).await.unwrap(), 409, "identity_unverified").await;
    assert_eq!(nobody.prove("clean", "success").await.query_pairs().last().unwrap().1, "verified");
    nothing_is_shown(&nobody, &shown).await;
    let by_redirect = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    nothing_is_shown(&Citizen::of_tokens(&house, &citizen.email, &by_redirect), &shown).await;
}

async fn nothing_is_shown(citizen: &Citizen<'_>, shown: &[String]) {
    for path in shown {
        refused(citizen.get(path).await, 404, "not_found").await;
    }
    for list in ["/v1/applications", "/v1/certificates", "/v1/mandates"] {
        assert_eq!(json_of(citizen.get(list).await, 200).await["items"], json!([]), "{list}");
    }
    let application = shown[0].clone();
    refused(citizen.post(&format!("{application}/withdraw"), &json!({})).await, 404, "not_found").await;
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    refused(citizen.post(&format!("{}/corrections", shown[4]), &correction).await, 404, "not_found").await;
    refused(citizen.post(&format!("{}/end", shown[2]), &json!({})).await, 404, "not_found").await;
}
