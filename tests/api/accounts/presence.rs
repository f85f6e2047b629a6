//! Proof that the owner is present: what needs it, what gives it, how long it counts.

use cazier::db::schema::throttles;
use cazier::person::Index;
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use reqwest::{Method, Response};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::support::{
    App, Citizen, Handoff, House, PASSWORD, answer_of_ghiseul, json_of, keyring, location, mail_to, query,
    refused, subject,
};

const PROOF: &str = "/v1/sessions/current/presence";

async fn remove(citizen: &Citizen<'_>, path: &str) -> Response {
    citizen.request(Method::DELETE, path).send().await.unwrap()
}

/// Goes through Ghișeul for this session as this person; answers where the browser ended.
async fn redirected(citizen: &Citizen<'_>, person: &str) -> Url {
    let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
    let begun = json_of(citizen.post("/v1/sessions/current/presence/redirect", &wish).await, 201).await;
    let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(citizen.house, &redirect, person, "success").await;
    location(citizen.house.http.get(callback).send().await.unwrap())
}

#[actix_web::test]
async fn a_token_alone_ends_no_other_session() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let other = Citizen::logged_in(&house, &citizen.email).await;
    let listed = json_of(other.get("/v1/sessions").await, 200).await;
    let path = format!("/v1/sessions/{}", listed["items"][0]["id"].as_str().unwrap());
    refused(remove(&citizen, &path).await, 403, "presence_required").await;
    let proved = json_of(citizen.post(PROOF, &json!({"current_password": PASSWORD})).await, 200).await;
    let until: DateTime<Utc> = proved["present_until"].as_str().unwrap().parse().unwrap();
    assert_eq!(until - clock.now(), TimeDelta::minutes(5));
    clock.set(until);
    refused(remove(&citizen, &path).await, 403, "presence_required").await;
    citizen.prove_presence().await;
    let ended = remove(&citizen, &path).await;
    assert_eq!(
        (ended.status().as_u16(), ended.headers().get("clear-site-data")),
        (204, None),
        "not this session"
    );
    refused(other.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    mail_to(&house, &citizen.email, subject::SESSION_ENDED).await;
    assert_eq!(remove(&citizen, "/v1/sessions/current").await.status(), 204, "a log-out needs no proof");
}

#[actix_web::test]
async fn presence_is_proved_by_the_right_password_or_code_alone() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    for body in [json!({}), json!({"current_password": PASSWORD, "code": "czx_1"})] {
        let problem = refused(citizen.post(PROOF, &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], "one_of_current_password_code");
    }
    for _ in 0..10 {
        let wrong = citizen.post(PROOF, &json!({"current_password": "not the password"})).await;
        refused(wrong, 422, "invalid_input").await;
    }
    let right = citizen.post(PROOF, &json!({"current_password": PASSWORD})).await;
    refused(right, 429, "too_many_requests").await;
    let log_in = Handoff::of(&house, "clean", "success").await.code(&house).await;
    for code in [log_in.as_str(), "czx_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        refused(citizen.post(PROOF, &json!({"code": code})).await, 401, "invalid_code").await;
    }
}

#[actix_web::test]
async fn guesses_with_a_stolen_token_leave_the_owner_s_other_sessions_their_own() {
    let house = House::start().await;
    let stolen = Citizen::verified(&house, "clean").await;
    let owner = Citizen::logged_in(&house, &stolen.email).await;
    let wrong = json!({"current_password": "not the password"});
    for _ in 0..10 {
        refused(stolen.post(PROOF, &wrong).await, 422, "invalid_input").await;
    }
    refused(stolen.post(PROOF, &wrong).await, 429, "too_many_requests").await;
    owner.prove_presence().await;
    let account = json_of(owner.get("/v1/accounts/me").await, 200).await;
    let account: Uuid = account["id"].as_str().unwrap().parse().unwrap();
    let of_account = keyring().index(Index::RATE_LIMIT_CURRENT_PASSWORD, account.as_bytes());
    let counted = throttles::table.find(of_account).select(throttles::hits);
    let counted: i32 = counted.first(&mut house.database.connect()).unwrap();
    assert_eq!(counted, 10, "the wrong ones stay counted for the account");
}

#[actix_web::test]
async fn a_right_password_counts_against_nobody() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for n in 0..12 {
        let password = |n: i32| if n == 0 { PASSWORD.to_owned() } else { format!("{n} cai albi pe deal") };
        let change = json!({"current_password": password(n), "password": password(n + 1)});
        assert_eq!(citizen.post("/v1/accounts/me/password", &change).await.status(), 204, "change {n}");
    }
}

#[actix_web::test]
async fn a_redirect_that_comes_back_with_the_same_person_proves_presence_in_its_session_alone() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let other = Citizen::logged_in(&house, &citizen.email).await;
    let back = redirected(&citizen, "clean").await;
    let code = json!({"code": query(&back, "code").unwrap_or_else(|| panic!("no code: {back}"))});
    refused(other.post(PROOF, &code).await, 401, "invalid_code").await;
    refused(house.post("/v1/sessions/exchange", &code).await, 401, "invalid_code").await;
    json_of(citizen.post(PROOF, &code).await, 200).await;
    refused(citizen.post(PROOF, &code).await, 401, "invalid_code").await;
    let body = json!({"password": "patru cai albi pe deal"});
    refused(other.post("/v1/accounts/me/password", &body).await, 403, "presence_required").await;
    assert_eq!(citizen.post("/v1/accounts/me/password", &body).await.status(), 204);
}

#[actix_web::test]
async fn a_redirect_that_comes_back_with_another_person_proves_nothing_and_makes_no_account() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let accounts = house.database.count("SELECT count(*) FROM accounts");
    let back = redirected(&citizen, "clean-2").await;
    assert_eq!(query(&back, "error").as_deref(), Some("other_person"), "{back}");
    assert_eq!(house.database.count("SELECT count(*) FROM accounts"), accounts);
    let back = redirected(&citizen, "clean").await;
    let code = json!({"code": query(&back, "code").unwrap()});
    remove(&citizen, "/v1/sessions/current").await;
    let again = Citizen::logged_in(&house, &citizen.email).await;
    refused(again.post(PROOF, &code).await, 401, "invalid_code").await;
    let unproved = Citizen::registered(&house).await;
    let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
    let begun = unproved.post("/v1/sessions/current/presence/redirect", &wish).await;
    refused(begun, 409, "identity_unverified").await;
}

#[actix_web::test]
async fn new_recovery_codes_and_the_end_of_a_second_factor_need_presence_and_are_told() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    let log_in = json!({"email": citizen.email, "password": PASSWORD, "totp": app.code(clock.now())});
    let tokens = json_of(house.post("/v1/sessions", &log_in).await, 201).await;
    let other = Citizen::of_tokens(&house, &citizen.email, &tokens);
    let codes = "/v1/accounts/me/totp/recovery-codes";
    refused(citizen.post(codes, &json!({})).await, 403, "presence_required").await;
    refused(remove(&citizen, "/v1/accounts/me/totp").await, 403, "presence_required").await;
    citizen.prove_presence().await;
    json_of(citizen.post(codes, &json!({})).await, 200).await;
    mail_to(&house, &citizen.email, subject::RECOVERY_CODES).await;
    assert_eq!(remove(&citizen, "/v1/accounts/me/totp").await.status(), 204);
    refused(other.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert!(
        mail_to(&house, &citizen.email, subject::SECOND_FACTOR_REMOVED)
            .await
            .contains("sesiuni au fost încheiate")
    );
}
