//! What may happen once, asked for many times at the same moment: four times in `make test`, thirty in `make attack`.

use cazier::time::Clock;
use chrono::Utc;
use futures_util::future::join_all;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{
    App, Citizen, Handoff, House, Officer, PASSWORD, answer_of_ghiseul, ask_mandate, at_counter, json_of,
    location, mail_to, query, subject,
};

pub const FEW: usize = 4;
pub const MANY: usize = 30;
const OFFICER: &str = "1800101221144";

/// Does it so many times at once.
pub async fn at_once(times: usize, act: impl AsyncFn(usize) -> Response) -> Vec<Response> {
    join_all((0..times).map(|number| act(number))).await
}

/// Sees that one of them was done, and that each of the others was refused or sent away, and none failed.
pub async fn one_wins(times: usize, what: &str, done: u16, act: impl AsyncFn(usize) -> Response) {
    let statuses: Vec<u16> =
        at_once(times, act).await.iter().map(|answer| answer.status().as_u16()).collect();
    let others = statuses.iter().filter(|status| **status != done);
    println!("{what}: {statuses:?}");
    assert_eq!(statuses.len() - others.clone().count(), 1, "{what}: {statuses:?}");
    for other in others {
        assert!((400..500).contains(other) || *other == 503, "{what}: {statuses:?}");
    }
}

async fn links_and_codes_work_once(times: usize) {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let email = "once@example.ro";
    let token = Citizen::confirmation_token(&house, email).await;
    let token = json!({"token": token, "password": PASSWORD});
    one_wins(times, "confirmation link", 200, async |_| {
        house.post("/v1/accounts/confirm-email", &token).await
    })
    .await;
    house.post("/v1/accounts/password-reset", &json!({"email": email})).await;
    let token = mail_to(&house, email, subject::PASSWORD_RESET).await.token();
    let reset = json!({"token": token, "password": "patru cai albi pe deal"});
    let path = "/v1/accounts/password-reset/confirm";
    one_wins(times, "reset link", 204, async |_| house.post(path, &reset).await).await;

    let citizen = Citizen::verified(&house, "clean").await;
    let (app, recovery) = App::set_up(&citizen, &clock).await;
    let by = |name: &str, code: &str| json!({"email": citizen.email, "password": PASSWORD, name: code});
    let totp = by("totp", &app.code(clock.now()));
    one_wins(times, "code of the app", 201, async |_| house.post("/v1/sessions", &totp).await).await;
    clock.set(clock.now() + chrono::TimeDelta::hours(1));
    let recovery = by("recovery_code", &recovery[0]);
    one_wins(times, "recovery code", 201, async |_| house.post("/v1/sessions", &recovery).await).await;
}

async fn what_a_provider_hands_over_works_once(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let answers = at_once(times, async |_| house.http.get(callback.clone()).send().await.unwrap()).await;
    let verified = |answer: &Response| {
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        to.is_some_and(|to| to.contains("status=verified"))
    };
    assert_eq!(answers.iter().filter(|answer| verified(answer)).count(), 1, "the state of a redirect");

    let handoff = Handoff::of(&house, "clean", "success").await;
    let answers = at_once(times, async |_| handoff.post(&house).await).await;
    let codes: Vec<String> = answers
        .into_iter()
        .filter(|answer| answer.status() == 303)
        .filter_map(|answer| query(&location(answer), "code"))
        .collect();
    assert_eq!(codes.len(), 1, "an assertion is taken once");
    let code = json!({"code": codes[0]});
    let before = house.database.count("SELECT count(*) FROM sessions");
    let answers = at_once(times, async |_| house.post("/v1/sessions/exchange", &code).await).await;
    let opened = answers.iter().filter(|answer| answer.status() == 201).count();
    assert!(opened <= 1, "{opened} sessions by one code");
    assert!(house.database.count("SELECT count(*) FROM sessions") <= before + 1);
}

async fn refresh(house: &House, token: &str, program: &str) -> Response {
    let request = house.request(Method::POST, "/v1/sessions/refresh").header("user-agent", program);
    request.json(&json!({"refresh_token": token})).send().await.unwrap()
}

async fn a_refresh_token_makes_one_pair_of_tokens_and_in_many_hands_none_that_lasts(times: usize) {
    let house = House::start().await;
    let session = Citizen::registered(&house).await;
    let mut pairs = Vec::new();
    for answer in at_once(times, async |_| refresh(&house, &session.refresh, "one").await).await {
        if answer.status() == 200 {
            pairs.push(answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned());
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), 1, "the same program gets the same answer");

    let session = Citizen::logged_in(&house, &session.email).await;
    let answers =
        at_once(times, async |n| refresh(&house, &session.refresh, &format!("program {n}")).await).await;
    let mut opened = Vec::new();
    for answer in answers {
        if answer.status() == 200 {
            opened.push(answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned());
        }
    }
    assert!(opened.len() <= 1, "{}", opened.len());
    for token in opened {
        let me = house.request(Method::GET, "/v1/accounts/me").bearer_auth(token).send().await.unwrap();
        assert_eq!(me.status(), 401, "a token in many hands ended its session");
    }
}

async fn an_application_a_certificate_and_a_revocation_happen_once(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    one_wins(times, "application of a day", 201, async |_| citizen.apply("employment").await).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 1);
    let listed = json_of(citizen.get("/v1/certificates").await, 200).await;
    let certificate = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/certificates/{certificate}/corrections");
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    one_wins(times, "correction", 202, async |_| citizen.post(&path, &correction).await).await;

    let officer = Officer::who_is(&house, OFFICER);
    let case = json_of(citizen.get("/v1/applications").await, 200).await;
    let case = case["items"][0]["id"].as_str().unwrap().to_owned();
    officer.claim_case(&case).await;
    let issue = json!({"decision": "issue"});
    one_wins(times, "decision", 200, async |_| officer.decide_case(&case, &issue).await).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 2);

    let listed = json_of(citizen.get("/v1/certificates").await, 200).await;
    let path = format!("/v1/certificates/{}/revocation", listed["items"][0]["id"].as_str().unwrap());
    let reason = json!({"reason": "wrong_data"});
    one_wins(times, "revocation", 200, async |_| officer.post(&path, &reason).await).await;
    let revoked = "SELECT count(*) FROM audit_events WHERE action = 'certificate.revoked'";
    assert_eq!(house.database.count(revoked), 1);
}

async fn withdrawals_mandates_requests_and_keys_are_taken_once(times: usize) {
    let house = House::with().legal_persons().start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let asked = json_of(citizen.apply("employment").await, 202).await;
    let path = format!("/v1/applications/{}/withdraw", asked["id"].as_str().unwrap());
    for answer in at_once(times, async |_| citizen.post(&path, &json!({})).await).await {
        assert_eq!(answer.status(), 200, "whoever comes later is told the same");
    }
    let events = "SELECT count(*) FROM application_events WHERE status = 'withdrawn'";
    assert_eq!(house.database.count(events), 1);
    let ask = async |_| ask_mandate(&citizen, "firm-clean", "attorney").await;
    let answers = at_once(times, ask).await;
    println!("mandates: {:?}", answers.iter().map(|answer| answer.status().as_u16()).collect::<Vec<_>>());
    assert_eq!(house.database.count("SELECT count(*) FROM mandates"), 1);

    let question = json!({"topic": "application", "message": "Nu pot depune cererea."});
    at_once(times, async |_| {
        let request = citizen.request(Method::POST, "/v1/support/requests").header("idempotency-key", "k");
        request.json(&question).send().await.unwrap()
    })
    .await;
    assert_eq!(house.database.count("SELECT count(*) FROM support_requests"), 1);
    let officer = Officer::at(&house, "CJ-P01").await;
    let listed = json_of(officer.get("/v1/support/requests").await, 200).await;
    let path = format!("/v1/support/requests/{}/close", listed["items"][0]["id"].as_str().unwrap());
    one_wins(times, "end of a request", 200, async |_| officer.post(&path, &json!({})).await).await;
}

async fn decisions_at_a_counter_and_resets_of_a_second_factor_happen_once(times: usize) {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, officer, verification) = at_counter(&house, "clean").await;
    one_wins(times, "certification", 200, async |_| officer.certify(&verification).await).await;
    one_wins(times, "undoing", 200, async |_| officer.undo(&verification).await).await;
    // The undoing has ended the session.
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    let back = citizen.prove("clean", "success").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"), "{back}");
    App::set_up(&citizen, &clock).await;
    let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
    let reset = "/v1/accounts/second-factor-reset";
    one_wins(times, "reset", 202, async |_| house.post(reset, &code).await).await;
    let token = json!({"token": mail_to(&house, &citizen.email, subject::SECOND_FACTOR_RESET).await.token()});
    one_wins(times, "stop of it", 204, async |_| house.post(&format!("{reset}/stop"), &token).await).await;
}

#[actix_web::test]
async fn links_and_codes_work_once_of_a_few() {
    links_and_codes_work_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn links_and_codes_work_once_of_many() {
    links_and_codes_work_once(MANY).await;
}

#[actix_web::test]
async fn what_a_provider_hands_over_works_once_of_a_few() {
    what_a_provider_hands_over_works_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn what_a_provider_hands_over_works_once_of_many() {
    what_a_provider_hands_over_works_once(MANY).await;
}

#[actix_web::test]
async fn a_refresh_token_makes_one_pair_of_tokens_and_in_many_hands_none_that_lasts_of_a_few() {
    a_refresh_token_makes_one_pair_of_tokens_and_in_many_hands_none_that_lasts(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_refresh_token_makes_one_pair_of_tokens_and_in_many_hands_none_that_lasts_of_many() {
    a_refresh_token_makes_one_pair_of_tokens_and_in_many_hands_none_that_lasts(MANY).await;
}

#[actix_web::test]
async fn an_application_a_certificate_and_a_revocation_happen_once_of_a_few() {
    an_application_a_certificate_and_a_revocation_happen_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn an_application_a_certificate_and_a_revocation_happen_once_of_many() {
    an_application_a_certificate_and_a_revocation_happen_once(MANY).await;
}

#[actix_web::test]
async fn withdrawals_mandates_requests_and_keys_are_taken_once_of_a_few() {
    withdrawals_mandates_requests_and_keys_are_taken_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn withdrawals_mandates_requests_and_keys_are_taken_once_of_many() {
    withdrawals_mandates_requests_and_keys_are_taken_once(MANY).await;
}

#[actix_web::test]
async fn decisions_at_a_counter_and_resets_of_a_second_factor_happen_once_of_a_few() {
    decisions_at_a_counter_and_resets_of_a_second_factor_happen_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn decisions_at_a_counter_and_resets_of_a_second_factor_happen_once_of_many() {
    decisions_at_a_counter_and_resets_of_a_second_factor_happen_once(MANY).await;
}
