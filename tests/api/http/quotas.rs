//! What answers say of limits (`RateLimit-Policy`, `RateLimit`). That each is well formed, that every 429 names its limit, and
//! that no other error does, the client of the houses sees of all answers.

use cazier::db::schema::throttles;
use cazier::person::Index;
use cazier::sender::Sender;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Citizen, House, PASSWORD, house_behind_proxy, json_of, keyring, post_from, refused};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

/// The limits that an answer tells of, and what is left of them, without the seconds, which pass.
fn told(answer: &Response) -> Option<(String, String)> {
    let field = |name: &str| Some(answer.headers().get(name)?.to_str().unwrap().to_owned());
    let left = field("ratelimit").map(|left| left.split(";t=").next().unwrap().to_owned());
    field("ratelimit-policy").zip(left)
}

fn one(policy: &str, left: u32) -> Option<(String, String)> {
    let (name, _) = policy.split_once(';').unwrap();
    Some((policy.to_owned(), format!("{name};r={left}")))
}

fn unknown() -> Value {
    json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-5", "control_code": "0000-0000-0000-0000"})
}

#[actix_web::test]
async fn what_a_sender_may_verify_counts_down_for_it_alone() {
    let house = house_behind_proxy().await;
    let ask = |sender: &'static str| post_from(&house, sender, "/v1/verify", &unknown()).send();
    let policy = "\"verifications\";q=1200;w=600";
    assert_eq!(told(&ask(HERE).await.unwrap()), one(policy, 1199));
    assert_eq!(told(&ask(HERE).await.unwrap()), one(policy, 1198));
    let malformed = post_from(&house, HERE, "/v1/verify", &json!({})).send().await.unwrap();
    assert_eq!(told(&malformed), None);
    refused(malformed, 422, "invalid_input").await;
    assert_eq!(told(&ask(HERE).await.unwrap()), one(policy, 1197), "what is invalid is not counted");
    assert_eq!(told(&ask(ELSEWHERE).await.unwrap()), one(policy, 1199));
    let sender = Sender::of(&keyring(), Some(HERE.parse().unwrap()));
    let counted = throttles::table.find(keyring().index(Index::RATE_LIMIT_VERIFY_SENDER, sender.as_bytes()));
    let used_up = diesel::update(counted)
        .set((throttles::hits.eq(1199), throttles::resets_at.eq(Utc::now() + TimeDelta::minutes(9))));
    used_up.execute(&mut house.database.connect()).unwrap();
    assert_eq!(told(&ask(HERE).await.unwrap()), one(policy, 0), "the last one");
    let refusal = ask(HERE).await.unwrap();
    assert_eq!(told(&refusal), one(policy, 0));
    refused(refusal, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn a_refusal_names_the_limit_that_was_reached() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let guess = json!({"registration_number": certificate["registration_number"], "cnp": "1800101221144"});
    for _ in 0..20 {
        let answer = house.post("/v1/verify", &guess).await;
        assert!(told(&answer).unwrap().0.starts_with("\"verifications\""), "nothing of the guesses");
        json_of(answer, 200).await;
    }
    let refusal = house.post("/v1/verify", &guess).await;
    assert_eq!(told(&refusal), one("\"certificate-guesses\";q=20;w=3600", 0));
    refused(refusal, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn what_an_account_may_do_counts_down() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let policy = "\"support-account\";q=20;w=86400";
    let ask = async |key: &str| {
        let body = json!({"topic": "other", "message": "x"});
        let request = citizen.request(Method::POST, "/v1/support/requests").header("idempotency-key", key);
        let answer = request.json(&body).send().await.unwrap();
        let told = told(&answer);
        json_of(answer, 202).await;
        told
    };
    assert_eq!(ask("one").await, one(policy, 19));
    assert_eq!(ask("one").await, None, "a repeated request is not counted");
    assert_eq!(ask("two").await, one(policy, 18));
}

/// With one try each, nobody learns which address has an account, nor which one logged in to from this device before.
#[actix_web::test]
async fn nothing_is_said_of_guesses_before_the_last() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let log_in = |email: &str, password: &str| {
        post_from(&house, HERE, "/v1/sessions", &json!({"email": email, "password": password}))
    };
    let right = log_in(&owner.email, PASSWORD).send().await.unwrap();
    assert_eq!(told(&right), None);
    let device = right.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let wrong = "a wrong password";
    for request in [
        log_in(&owner.email, wrong),
        log_in(&owner.email, wrong).header(COOKIE, &device),
        log_in("nobody@example.ro", wrong),
        log_in("nobody@example.ro", wrong).header(COOKIE, &device),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(told(&answer), None);
        refused(answer, 401, "invalid_credentials").await;
    }
    let reset =
        |email: &str| post_from(&house, HERE, "/v1/accounts/password-reset", &json!({"email": email}));
    for request in
        [reset(&owner.email), reset(&owner.email).header(COOKIE, &device), reset("nobody@example.ro")]
    {
        let answer = request.send().await.unwrap();
        assert_eq!(told(&answer), None);
        json_of(answer, 202).await;
    }
}

/// Registrations count down alike for an address that has an account and one that has none.
#[actix_web::test]
async fn what_is_left_tells_nothing_of_an_address() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let register = |email: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        post_from(&house, HERE, "/v1/accounts", &body).send()
    };
    let policy = "\"registrations\";q=120;w=3600";
    for (left, email) in [(119, owner.email.as_str()), (118, "nobody@example.ro"), (117, &owner.email)] {
        assert_eq!(told(&register(email).await.unwrap()), one(policy, left), "{email}");
    }
    let wrong = |email: &str| {
        let body = json!({"email": email, "password": "a wrong password"});
        post_from(&house, ELSEWHERE, "/v1/sessions", &body).send()
    };
    for email in [owner.email.as_str(), "nobody@example.ro"] {
        for _ in 0..10 {
            refused(wrong(email).await.unwrap(), 401, "invalid_credentials").await;
        }
        let refusal = wrong(email).await.unwrap();
        assert_eq!(told(&refusal), one("\"log-in-sender-address\";q=10;w=900", 0), "{email}");
        refused(refusal, 429, "too_many_requests").await;
    }
}

#[actix_web::test]
async fn pages_may_read_what_is_left() {
    let house = House::start().await;
    let request = house.request(Method::POST, "/v1/verify").header(ORIGIN, "http://localhost:3000");
    let answer = request.json(&unknown()).send().await.unwrap();
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap().to_lowercase();
    for name in ["ratelimit", "ratelimit-policy", "retry-after"] {
        assert!(exposed.split(", ").any(|header| header == name), "{exposed}");
    }
}
