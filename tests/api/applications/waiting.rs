//! A register that does not answer loses nobody's application.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Citizen, House, application, crowd, json_of, mail_to, refused, subject, until};

/// Asks the database itself.
async fn away(house: &House, register: &str, seconds: u32) {
    let body = json!({"register": register, "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

/// Where an application stands, and its steps.
async fn shown(citizen: &Citizen<'_>, id: &Value) -> (Value, Vec<String>) {
    let shown = json_of(citizen.get(&format!("/v1/applications/{}", id.as_str().unwrap())).await, 200).await;
    let step = |event: &Value| event["status"].as_str().unwrap().to_owned();
    let steps = shown["events"].as_array().unwrap().iter().map(step).collect();
    (shown, steps)
}

async fn ends(citizen: &Citizen<'_>, id: &Value, status: &str) -> (Value, Vec<String>) {
    citizen.application_once(id.as_str().unwrap(), status).await;
    shown(citizen, id).await
}

#[actix_web::test]
async fn an_hour_without_the_register_loses_none_of_500_applications_and_issues_each_once() {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    let clock = Clock::pinned(start);
    let house = House::with().clock(&clock).start().await;
    // Two nodes on one database, so that two waiting rooms take up the same applications.
    let _other = House::with().on(&house.database).clock(&clock).start().await;
    let people = crowd(&house, 500, start);
    away(&house, "criminal_records", 3600).await;
    for some in people.chunks(25) {
        for answer in join_all(some.iter().map(|citizen| citizen.apply("employment"))).await {
            let accepted = json_of(answer, 202).await;
            assert_eq!(accepted["status"], "awaiting_register");
            assert_eq!(accepted["expected_on"], "2026-11-25");
        }
        clock.set(clock.now() + TimeDelta::minutes(2));
    }
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
    let waiting = "SELECT count(*) FROM applications WHERE status = 'awaiting_register'";
    assert_eq!(house.database.count(waiting), 500);

    clock.set(start + TimeDelta::seconds(3601));
    until("all are issued", || house.database.count(waiting) == 0).await;
    for (query, expected) in [
        ("SELECT count(*) FROM applications WHERE status = 'issued' AND next_try_at IS NULL", 500),
        ("SELECT count(DISTINCT application_id) FROM certificates", 500),
        ("SELECT count(*) FROM certificates", 500),
        ("SELECT count(*) FROM application_events WHERE status = 'issued' AND actor = 'service'", 500),
        ("SELECT count(*) FROM application_events", 1500),
        (
            "SELECT count(*) FROM audit_events WHERE action = 'certificate.issued' AND actor_role = 'service'",
            500,
        ),
    ] {
        assert_eq!(house.database.count(query), expected, "{query}");
    }
    let told = "SELECT count(*) FROM (SELECT FROM sandbox.mails GROUP BY to_index HAVING count(*) = 2) told";
    until("each is told twice", || house.database.count(told) == 500).await;
    assert_eq!(house.database.count("SELECT count(*) FROM sandbox.mails"), 1000);
}

#[actix_web::test]
async fn a_waiting_applicant_is_told_and_finds_the_certificate_without_asking_again() {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    for register in ["criminal_records", "civil_status"] {
        let clock = Clock::pinned(start);
        let house = House::with().clock(&clock).start().await;
        let citizen = Citizen::verified(&house, "clean").await;
        away(&house, register, 600).await;
        let apply = async || {
            let request = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "k");
            request.json(&application("employment")).send().await.unwrap()
        };
        let accepted = json_of(apply().await, 202).await;
        let again = apply().await;
        assert_eq!(again.headers()["idempotency-replayed"], "true");
        assert_eq!(json_of(again, 202).await, accepted);
        refused(citizen.apply("employment").await, 409, "already_applied_today").await;

        clock.set(start + TimeDelta::seconds(601));
        let (application, steps) = ends(&citizen, &accepted["id"], "issued").await;
        assert_eq!(steps, ["submitted", "awaiting_register", "issued"], "{register}");
        assert_eq!(application["expected_on"], json!(null));
        let certificate = &application["certificate"];
        let body = json!({"registration_number": certificate["registration_number"], "cnp": "2880514121171"});
        assert_eq!(json_of(house.post("/v1/verify", &body).await, 200).await["outcome"], "valid");
        let ready = mail_to(&house, &citizen.email, subject::CERTIFICATE_READY).await;
        assert!(ready.contains(accepted["id"].as_str().unwrap()), "{ready:?}");
        mail_to(&house, &citizen.email, subject::APPLICATION_REGISTERED).await;
        assert_eq!(json_of(apply().await, 202).await, accepted, "a repeated request is answered the same");
    }
}

#[actix_web::test]
async fn a_register_that_is_wrong_counts_as_away_and_nothing_is_made_of_its_answer() {
    let house = House::start().await;
    for person in [
        "register-away",
        "register-failing",
        "register-malformed",
        "register-bad-digest",
        "register-wrong-person",
        "civil-status-away",
    ] {
        let citizen = Citizen::verified(&house, person).await;
        let accepted = json_of(citizen.apply("employment").await, 202).await;
        assert_eq!(accepted["status"], "awaiting_register", "{person}");
        let (application, steps) = shown(&citizen, &accepted["id"]).await;
        assert_eq!((application["status"].as_str(), steps.len()), (Some("awaiting_register"), 2), "{person}");
    }
    let late = Citizen::verified(&house, "register-slow").await;
    json_of(late.apply("employment").await, 201).await;
    let clean = Citizen::verified(&house, "clean").await;
    json_of(clean.apply("employment").await, 201).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 2);
}

#[actix_web::test]
async fn a_wait_can_end_without_a_certificate_too() {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    let clock = Clock::pinned(start);
    let house = House::with().clock(&clock).start().await;
    let mut waiting = Vec::new();
    away(&house, "civil_status", 600).await;
    let refusal = subject::APPLICATION_REFUSED;
    for (person, status, reason, told) in [
        ("with-entries", "referred", json!("come_to_counter"), subject::APPLICATION_UNDER_REVIEW),
        ("deceased", "rejected", json!("person_not_eligible"), refusal),
        ("unknown-civil-status", "rejected", json!("civil_status_unknown"), refusal),
    ] {
        let citizen = Citizen::verified(&house, person).await;
        let accepted = json_of(citizen.apply("employment").await, 202).await;
        assert_eq!(accepted["status"], "awaiting_register", "{person}");
        waiting.push((citizen, accepted["id"].clone(), status, reason, told));
    }
    clock.set(start + TimeDelta::seconds(601));
    for (citizen, id, status, reason, told) in waiting {
        let (application, steps) = ends(&citizen, &id, status).await;
        assert_eq!(steps, ["submitted", "awaiting_register", status]);
        assert_eq!(application["events"][2]["reason"], reason);
        assert_eq!(application["certificate"], json!(null));
        mail_to(&house, &citizen.email, told).await;
    }
}

#[actix_web::test]
async fn an_application_can_be_withdrawn_until_it_has_come_to_an_end() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].clone();
    let path = format!("/v1/applications/{}/withdraw", id.as_str().unwrap());
    let stranger = Citizen::verified(&house, "clean").await;
    refused(stranger.post(&path, &json!({})).await, 404, "not_found").await;
    for _ in 0..2 {
        let withdrawn = json_of(citizen.post(&path, &json!({})).await, 200).await;
        assert_eq!(withdrawn["status"], "withdrawn");
        assert_eq!(withdrawn["events"].as_array().unwrap().len(), 3, "once, however often it is asked for");
    }
    refused(citizen.apply("employment").await, 409, "already_applied_today").await;
    let issued = json_of(stranger.apply("employment").await, 201).await;
    let path = format!("/v1/applications/{}/withdraw", issued["id"].as_str().unwrap());
    let problem = refused(stranger.post(&path, &json!({})).await, 409, "application_closed").await;
    assert_eq!(problem["application_status"], "issued");
}

#[actix_web::test]
async fn of_a_concurrent_withdrawal_and_issue_one_happens() {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    let clock = Clock::pinned(start);
    let house = House::with().clock(&clock).start().await;
    let _other = House::with().on(&house.database).clock(&clock).start().await;
    let people = crowd(&house, 40, start);
    away(&house, "criminal_records", 60).await;
    let mut paths = Vec::new();
    for citizen in &people {
        let id = json_of(citizen.apply("employment").await, 202).await["id"].clone();
        paths.push(format!("/v1/applications/{}/withdraw", id.as_str().unwrap()));
    }
    clock.set(start + TimeDelta::seconds(61));
    until("the first are issued", || house.database.count("SELECT count(*) FROM certificates") > 0).await;
    let body = json!({});
    let tries = people.iter().zip(&paths).rev().map(|(citizen, path)| citizen.post(path, &body));
    let answers = join_all(tries).await;
    let withdrawn = answers.iter().filter(|answer| answer.status() == 200).count();
    let waiting = "SELECT count(*) FROM applications WHERE status = 'awaiting_register'";
    until("none waits", || house.database.count(waiting) == 0).await;
    let issued = usize::try_from(house.database.count("SELECT count(*) FROM certificates")).unwrap();
    assert_eq!(withdrawn + issued, 40);
    let both = "SELECT count(*) FROM certificates c JOIN applications a ON a.id = c.application_id WHERE a.status <> 'issued'";
    assert_eq!(house.database.count(both), 0);
}
