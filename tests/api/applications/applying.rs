//! Applications: issued at once, once a day for one reason, once for one key.

use cazier::time::Clock;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Citizen, House, application, json_of, mail_to, mails_to, refused, subject};

#[actix_web::test]
async fn the_form_is_filled_in_and_says_from_where() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let path = "/v1/applications/prefill?service=criminal-record-certificate";
    let fields = json_of(citizen.get(path).await, 200).await["fields"].clone();
    assert_eq!(fields["cnp"]["source"], "identity_verification");
    assert_eq!(fields["mother_given_name"]["source"], "civil_status");
    for (name, field) in fields.as_object().unwrap() {
        let as_of = field["as_of"].as_str().unwrap();
        assert!(DateTime::parse_from_rfc3339(as_of).is_ok(), "{name}: {as_of}");
        assert!(!field["value"].is_null(), "{name}");
    }
    let problem =
        refused(citizen.get("/v1/applications/prefill?service=x").await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "unknown_service");
}

#[actix_web::test]
async fn services_and_reasons_come_in_both_languages() {
    let house = House::start().await;
    let path = "/v1/services/criminal-record-certificate/reasons";
    let label = async |language: &str| {
        let request = house.request(Method::GET, path).header("accept-language", language);
        json_of(request.send().await.unwrap(), 200).await["items"][0]["label"].clone()
    };
    assert_eq!(label("ro").await, "Angajare");
    assert_eq!(label("en-GB, ro;q=0.5").await, "Employment");
    let services = json_of(house.get("/v1/services").await, 200).await;
    assert_eq!(services["items"][0]["open"], true);
    assert_eq!(services["items"][1]["open"], false);
    refused(house.get("/v1/services/x/reasons").await, 404, "not_found").await;
}

#[actix_web::test]
async fn a_clean_person_gets_the_certificate_at_once() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let answer = citizen.apply("employment").await;
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let applied = json_of(answer, 201).await;
    assert_eq!(applied["status"], "issued");
    let shown = json_of(citizen.get(&location).await, 200).await;
    assert_eq!(shown["certificate"], applied["certificate"]);
    let events: Vec<&Value> =
        shown["events"].as_array().unwrap().iter().map(|event| &event["status"]).collect();
    assert_eq!(events, ["submitted", "issued"]);
    let listed = json_of(citizen.get("/v1/applications").await, 200).await;
    assert_eq!(listed["items"][0]["id"], applied["id"]);
    assert_eq!(listed["items"][0]["certificate"], applied["certificate"]);
}

#[actix_web::test]
async fn one_reason_a_day_and_the_day_is_romanian() {
    // 21:30 UTC on 30 June is half past midnight on 1 July in Romania.
    let late_june: DateTime<Utc> = "2026-06-30T20:30:00Z".parse().unwrap();
    let clock = Clock::pinned(late_june);
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let first = json_of(citizen.apply("employment").await, 201).await;
    assert_eq!(first["applied_on"], "2026-06-30");
    let second = citizen.apply("employment").await;
    assert_eq!(second.headers()["retry-after"], "1800", "half an hour to midnight in Romania");
    let problem = refused(second, 409, "already_applied_today").await;
    assert_eq!(problem["application_id"], first["id"]);
    json_of(citizen.apply("studies").await, 201).await;
    clock.set("2026-06-30T21:30:00Z".parse().unwrap());
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    let next_day = json_of(citizen.apply("employment").await, 201).await;
    assert_eq!(next_day["applied_on"], "2026-07-01");
    assert_eq!(next_day["certificate"]["valid_until"], "2027-01-01");
}

#[actix_web::test]
async fn of_two_concurrent_applications_one_is_issued() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let answers = join_all((0..8).map(|_| citizen.apply("employment"))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    let certificates = json_of(citizen.get("/v1/certificates").await, 200).await;
    assert_eq!(certificates["items"].as_array().unwrap().len(), 1);
}

async fn apply_with_key(citizen: &Citizen<'_>, key: &str, body: &Value) -> reqwest::Response {
    let request = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", key);
    request.json(body).send().await.unwrap()
}

#[actix_web::test]
async fn a_repeated_request_is_done_once_and_answered_the_same() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let body = application("employment");
    let first = json_of(apply_with_key(&citizen, "key-1", &body).await, 201).await;
    let again = apply_with_key(&citizen, "key-1", &body).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert!(again.headers()["location"].to_str().unwrap().ends_with(first["id"].as_str().unwrap()));
    assert_eq!(json_of(again, 201).await, first);
    let other = apply_with_key(&citizen, "key-1", &application("studies")).await;
    refused(other, 422, "idempotency_key_reused").await;
    let stranger = Citizen::verified(&house, "clean-2").await;
    let theirs = json_of(apply_with_key(&stranger, "key-1", &body).await, 201).await;
    assert_ne!(theirs["id"], first["id"], "a key belongs to its caller");
}

#[actix_web::test]
async fn a_certificate_issued_at_once_is_also_announced_by_mail() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let mut body = application("employment");
    body["language"] = json!("en");
    let issued = json_of(apply_with_key(&citizen, "key-1", &body).await, 201).await;
    json_of(apply_with_key(&citizen, "key-1", &body).await, 201).await;
    let told = mail_to(&house, &citizen.email, subject::CERTIFICATE_READY_EN).await;
    let link = format!("/applications/{}", issued["id"].as_str().unwrap());
    assert!(told.contains(&link), "in the language of the application: {told:?}");
    json_of(citizen.apply("studies").await, 201).await;
    let told: Vec<_> = mails_to(&house, &citizen.email).await.into_iter().map(|mail| mail.subject).collect();
    let of = |subject: &str| told.iter().filter(|told| *told == subject).count();
    let counts = (of(subject::CERTIFICATE_READY_EN), of(subject::CERTIFICATE_READY));
    assert_eq!(counts, (1, 1), "one for each: {told:?}");
}

#[actix_web::test]
async fn one_key_at_once_from_many_places_issues_one_certificate() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let body = application("employment");
    let answers = join_all((0..8).map(|_| apply_with_key(&citizen, "key-1", &body))).await;
    let mut ids = Vec::new();
    for answer in answers {
        ids.push(json_of(answer, 201).await["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let referred = Citizen::verified(&house, "with-entries").await;
    for answer in join_all((0..8).map(|_| apply_with_key(&referred, "key-1", &body))).await {
        assert_eq!(json_of(answer, 202).await["status"], "referred");
    }
}

#[actix_web::test]
async fn a_refused_request_frees_its_key() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = application("employment");
    refused(apply_with_key(&citizen, "key-1", &body).await, 409, "identity_unverified").await;
    citizen.prove("clean", "success").await;
    json_of(apply_with_key(&citizen, "key-1", &body).await, 201).await;
    let nonsense = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "a b");
    let problem = refused(nonsense.json(&body).send().await.unwrap(), 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "Idempotency-Key");
}

#[actix_web::test]
async fn a_person_with_entries_is_referred_and_told_no_more() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let body = application("employment");
    let referred = json_of(apply_with_key(&citizen, "key-1", &body).await, 202).await;
    assert_eq!((&referred["status"], &referred["certificate"]), (&json!("referred"), &json!(null)));
    let again = apply_with_key(&citizen, "key-1", &body).await;
    assert_eq!(json_of(again, 202).await, referred);
    let problem = refused(citizen.apply("employment").await, 409, "already_applied_today").await;
    assert_eq!(problem["application_id"], referred["id"]);
    assert_eq!(json_of(citizen.get("/v1/certificates").await, 200).await["items"], json!([]));
}

#[actix_web::test]
async fn a_person_whom_the_online_service_does_not_cover_is_sent_to_a_counter() {
    let house = House::start().await;
    for (person, code) in [
        ("unknown-civil-status", "civil_status_unknown"),
        ("deceased", "person_not_eligible"),
        ("child", "person_not_eligible"),
        ("foreigner", "person_not_eligible"),
    ] {
        let citizen = Citizen::verified(&house, person).await;
        refused(citizen.apply("employment").await, 409, code).await;
        assert_eq!(json_of(citizen.get("/v1/applications").await, 200).await["items"], json!([]), "{person}");
    }
    let minor = Citizen::verified(&house, "minor").await;
    json_of(minor.apply("studies").await, 201).await;
}

#[actix_web::test]
async fn reason_detail_goes_with_the_reason_that_requires_it() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let with_detail = |reason: &str, detail: &str| {
        let mut body = application(reason);
        body["reason_detail"] = json!(detail);
        body
    };
    let code = async |body: Value| {
        let problem = refused(citizen.post("/v1/applications", &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], "/reason_detail", "{problem}");
        problem["errors"][0]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(application("other")).await, "reason_detail_missing");
    assert_eq!(code(with_detail("employment", "pe scurt")).await, "reason_detail_unwanted");
    assert_eq!(code(with_detail("other", "日本")).await, "text_not_printable");
    assert_eq!(code(with_detail("other", "linia\u{0}")).await, "text_control_character");
    assert_eq!(code(with_detail("other", &"a".repeat(201))).await, "text_too_long");
    assert_eq!(code(with_detail("other", "  ")).await, "text_blank");
    let body = with_detail("other", " I\u{302}nscriere la o\u{a0} şcoală de înot");
    let issued = json_of(citizen.post("/v1/applications", &body).await, 201).await;
    let payload = citizen.get(issued["certificate"]["links"]["payload"].as_str().unwrap()).await;
    assert_eq!(json_of(payload, 200).await["reason"]["detail"], "Înscriere la o școală de înot");
}
