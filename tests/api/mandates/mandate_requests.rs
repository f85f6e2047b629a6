//! Mandates: who may act for which legal person, who confirms it, and how it ends.

use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Citizen, House, Officer, apply_for_company, ask_mandate, at_counter, json_of, mail_to, mandate, refused,
    register_named, register_names, subject,
};

const OFFICER: &str = "1800101221144";
const REPRESENTATIVE: &str = "2790126264101";
const ATTORNEY: &str = "1830612121239";

async fn house() -> House {
    House::with().legal_persons().start().await
}

async fn end(officer: &Citizen<'_>, id: &str) -> reqwest::Response {
    let body = json!({"reason": "revoked_by_company", "note": "Hotărârea adunării generale."});
    officer.post(&format!("/v1/review/mandates/{id}/end"), &body).await
}

#[actix_web::test]
async fn a_listed_representative_has_the_mandate_at_once() {
    let house = house().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let answer = ask_mandate(&izabella, "firm-clean", "attorney").await;
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let asked = json_of(answer, 201).await;
    assert_eq!((&asked["status"], &asked["confirmed_by"]), (&json!("confirmed"), &json!("company_register")));
    assert_eq!(asked["capacity"], "legal_representative", "whatever was claimed");
    assert_eq!(asked["company_name"], "Construcții Țara Bârsei S.R.L.");
    assert_eq!(json_of(izabella.get(&location).await, 200).await, asked);
    let listed = json_of(izabella.get("/v1/mandates").await, 200).await;
    assert_eq!(listed, json!({"items": [asked], "next_cursor": null}));
    assert!(mail_to(&house, &izabella.email, subject::MANDATE_CONFIRMED).await.contains("/mandates/"));
    let twice = ask_mandate(&izabella, "firm-clean", "legal_representative").await;
    assert_eq!(refused(twice, 409, "mandate_exists").await["mandate_id"], asked["id"]);
    // Written as some write it, and sent again with its key.
    let body = json!({"cui": "RO 990000080", "capacity": "legal_representative"});
    let send = || izabella.request(Method::POST, "/v1/mandates").header("idempotency-key", "1").json(&body);
    let first = json_of(send().send().await.unwrap(), 201).await;
    assert_eq!((&first["cui"], &first["trade_register_number"]), (&json!("990000080"), &json!(null)));
    assert_eq!(json_of(send().send().await.unwrap(), 201).await, first);
    let page = json_of(izabella.get("/v1/mandates?limit=1").await, 200).await;
    assert_eq!(page["items"][0]["id"], first["id"]);
    let next = format!("/v1/mandates?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(json_of(izabella.get(&next).await, 200).await["items"][0]["id"], asked["id"]);
}

#[actix_web::test]
async fn another_persons_mandate_counts_as_none() {
    let house = house().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let stranger = Citizen::verified(&house, "clean").await;
    let id = mandate(&izabella, "firm-clean").await;
    let nobody_s = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f";
    for id in [id.as_str(), nobody_s] {
        let path = format!("/v1/mandates/{id}");
        refused(stranger.get(&path).await, 404, "not_found").await;
        refused(stranger.post(&format!("{path}/end"), &json!({})).await, 404, "not_found").await;
        refused(stranger.get(&format!("{path}/prefill")).await, 404, "not_found").await;
        let answer = apply_for_company(&stranger, id, "employment").await;
        let problem = refused(answer, 409, "mandate_not_in_force").await;
        assert_eq!(problem.get("mandate_status"), None, "{problem}");
    }
    assert_eq!(json_of(stranger.get("/v1/mandates").await, 200).await["items"], json!([]));
    for (method, path) in [
        (Method::GET, "/v1/review/mandates".to_owned()),
        (Method::POST, format!("/v1/review/mandates/{id}/claim")),
    ] {
        let answer = izabella.request(method, &path).json(&json!({})).send().await.unwrap();
        refused(answer, 403, "role_required").await;
    }
}

#[actix_web::test]
async fn a_mandate_ends_by_its_holder_or_an_officer_and_is_of_no_use_then() {
    let house = house().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let first = mandate(&izabella, "firm-clean").await;
    let path = format!("/v1/mandates/{first}/end");
    let ended = json_of(izabella.post(&path, &json!({})).await, 200).await;
    assert_eq!((&ended["status"], &ended["ended_by"]), (&json!("ended"), &json!("holder")));
    assert_eq!(json_of(izabella.post(&path, &json!({})).await, 200).await, ended, "ended before");
    let problem =
        refused(apply_for_company(&izabella, &first, "employment").await, 409, "mandate_not_in_force");
    assert_eq!(problem.await["mandate_status"], "ended");
    let second = mandate(&izabella, "firm-clean").await;
    let issued = json_of(apply_for_company(&izabella, &second, "employment").await, 201).await;
    let links = issued["certificate"]["links"].clone();
    let certificate = format!("/v1/certificates/{}", issued["certificate"]["id"].as_str().unwrap());
    let officer = Officer::who_is(&house, OFFICER);
    let search = json!({"cui": "RO12345674"});
    let found = json_of(officer.post("/v1/review/mandates/search", &search).await, 200).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    assert_eq!(found["items"][0]["mandate"]["id"], json!(second));
    assert_eq!(found["items"][0]["holder"]["cnp"], REPRESENTATIVE);
    let late = Officer::tired(&house, OFFICER);
    refused(end(&late, &second).await, 403, "step_up_required").await;
    assert_eq!(json_of(end(&officer, &second).await, 200).await["status"], "ended");
    refused(end(&officer, &second).await, 409, "mandate_not_in_force").await;
    let shown = json_of(izabella.get(&format!("/v1/mandates/{second}")).await, 200).await;
    assert_eq!((&shown["ended_by"], &shown["reason"]), (&json!("officer"), &json!("revoked_by_company")));
    mail_to(&house, &izabella.email, subject::MANDATE_ENDED).await;
    // Who lost the mandate sees the company's certificates no more.
    let files = ["payload", "cades", "document", "container"].map(|file| links[file].as_str().unwrap());
    for path in files.into_iter().chain([certificate.as_str()]) {
        refused(izabella.get(path).await, 404, "not_found").await;
    }
    assert_eq!(json_of(izabella.get("/v1/certificates").await, 200).await["items"], json!([]));
    refused(apply_for_company(&izabella, &second, "employment").await, 409, "mandate_not_in_force").await;
}

#[actix_web::test]
async fn a_mandate_ends_when_the_register_no_longer_names_its_holder() {
    let house = house().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let id = mandate(&izabella, "firm-clean").await;
    json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
    // An answer that names nobody, or that is older than the mandate, ends nothing.
    register_names(&house, "firm-clean", &[]);
    refused(apply_for_company(&izabella, &id, "studies").await, 409, "mandate_not_in_force").await;
    register_named(&house, "firm-clean", &[ATTORNEY], Utc::now() - TimeDelta::days(1));
    refused(apply_for_company(&izabella, &id, "studies").await, 409, "mandate_not_in_force").await;
    let shown = json_of(izabella.get(&format!("/v1/mandates/{id}")).await, 200).await;
    assert_eq!(shown["status"], "confirmed");
    register_names(&house, "firm-clean", &[ATTORNEY]);
    let problem =
        refused(apply_for_company(&izabella, &id, "studies").await, 409, "mandate_not_in_force").await;
    assert_eq!(problem["mandate_status"], "ended");
    let shown = json_of(izabella.get(&format!("/v1/mandates/{id}")).await, 200).await;
    assert_eq!(
        (&shown["ended_by"], &shown["reason"]),
        (&json!("company_register"), &json!("not_named_any_more"))
    );
    mail_to(&house, &izabella.email, subject::MANDATE_ENDED).await;
    let applications = json_of(izabella.get("/v1/applications").await, 200).await;
    assert_eq!(applications["items"].as_array().unwrap().len(), 1, "nothing was kept of the second");
    // Named again, she asks again.
    register_names(&house, "firm-clean", &[REPRESENTATIVE]);
    refused(apply_for_company(&izabella, &id, "studies").await, 409, "mandate_not_in_force").await;
    let anew = mandate(&izabella, "firm-clean").await;
    json_of(apply_for_company(&izabella, &anew, "studies").await, 201).await;
}

#[actix_web::test]
async fn an_unknown_company_gets_no_mandate_and_a_register_that_is_away_is_reported() {
    let house = house().await;
    let unproved = Citizen::registered(&house).await;
    refused(ask_mandate(&unproved, "firm-clean", "attorney").await, 409, "identity_unverified").await;
    let izabella = Citizen::verified(&house, "representative").await;
    for (company, status, code) in [
        ("firm-dissolved", 409, "company_not_eligible"),
        ("firm-unreachable", 503, "register_unavailable"),
        ("firm-mistaken", 503, "register_unavailable"),
    ] {
        refused(ask_mandate(&izabella, company, "legal_representative").await, status, code).await;
    }
    let body = |cui: &str, capacity: &str| json!({"cui": cui, "capacity": capacity});
    refused(izabella.post("/v1/mandates", &body("18547290", "attorney")).await, 409, "company_unknown").await;
    for (body, pointer, code) in [
        (body("12345675", "attorney"), "/cui", "cui_checksum"),
        (body("1", "attorney"), "/cui", "cui_length"),
        (body("RO", "attorney"), "/cui", "cui_length"),
        (body("012345674", "attorney"), "/cui", "cui_leading_zero"),
        (body("１２３４５６７４", "attorney"), "/cui", "cui_digits"),
        (body("12345674", "king"), "/capacity", "unknown_value"),
        (json!({"cui": 12_345_674, "capacity": "attorney"}), "/cui", "wrong_type"),
        (json!({"capacity": "attorney"}), "/cui", "missing"),
        (json!({"cui": "12345674", "capacity": "attorney", "cnp": "x"}), "/cnp", "unknown_field"),
    ] {
        let problem = refused(izabella.post("/v1/mandates", &body).await, 422, "invalid_input").await;
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{problem}");
    }
    let tries = 20 - 4;
    for _ in 0..tries {
        ask_mandate(&izabella, "firm-dissolved", "attorney").await;
    }
    refused(ask_mandate(&izabella, "firm-clean", "attorney").await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn mandates_and_what_was_issued_by_them_go_with_the_person_to_another_account() {
    let house = house().await;
    let lost = Citizen::verified(&house, "representative").await;
    let id = mandate(&lost, "firm-clean").await;
    let issued = json_of(apply_for_company(&lost, &id, "employment").await, 201).await;
    let (found, officer, verification) = at_counter(&house, "representative").await;
    let document =
        json!({"type": "identity_card", "series": "ZS", "number": "306574", "expires_on": "2030-01-26"});
    let body = json!({"decision": "certify", "document": document, "transfer": true});
    json_of(officer.decide(&verification, &body).await, 200).await;
    let mandates = json_of(found.get("/v1/mandates").await, 200).await;
    assert_eq!(mandates["items"][0]["id"], json!(id));
    let certificates = json_of(found.get("/v1/certificates").await, 200).await;
    assert_eq!(certificates["items"], json!([issued["certificate"]]));
    let applications = json_of(found.get("/v1/applications").await, 200).await;
    assert_eq!(applications["items"][0]["mandate_id"], json!(id));
    json_of(apply_for_company(&found, &id, "studies").await, 201).await;
}
