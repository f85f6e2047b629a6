//! Log-in by redirect of a person who has a second factor; what their owner is told.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{App, Citizen, Handoff, House, PASSWORD, json_of, mails_to, refused, subject};

async fn exchange(house: &House, code: &str, factor: Value) -> Response {
    let mut body = json!({"code": code});
    body.as_object_mut().unwrap().extend(factor.as_object().unwrap().clone());
    house.post("/v1/sessions/exchange", &body).await
}

async fn code(house: &House) -> String {
    Handoff::of(house, "clean", "success").await.code(house).await
}

#[actix_web::test]
async fn a_log_in_by_redirect_requires_an_existing_second_factor_and_its_code_waits_for_it() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, recovery) = App::set_up(&citizen, &clock).await;
    let begun = code(&house).await;
    refused(exchange(&house, &begun, json!({})).await, 401, "second_factor_required").await;
    refused(exchange(&house, &begun, json!({"totp": "000000"})).await, 401, "invalid_second_factor").await;
    clock.set(clock.now() + TimeDelta::minutes(4));
    let factor = json!({"totp": app.code(clock.now())});
    let tokens = json_of(exchange(&house, &begun, factor).await, 201).await;
    let here = Citizen::of_tokens(&house, "", &tokens);
    let sessions = json_of(here.get("/v1/sessions").await, 200).await;
    assert!(sessions["items"][0]["second_factor_at"].is_string(), "{sessions}");
    let another = code(&house).await;
    json_of(exchange(&house, &another, json!({"recovery_code": recovery[0]})).await, 201).await;
}

#[actix_web::test]
async fn a_code_that_opens_nothing_uses_up_no_second_factor() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    let late = code(&house).await;
    clock.set(clock.now() + TimeDelta::minutes(5));
    let factor = json!({"totp": app.code(clock.now())});
    refused(exchange(&house, &late, json!({})).await, 401, "invalid_code").await;
    refused(exchange(&house, &late, factor.clone()).await, 401, "invalid_code").await;
    let begun = code(&house).await;
    let tokens = json_of(exchange(&house, &begun, factor).await, 201).await;
    refused(exchange(&house, &begun, json!({})).await, 401, "invalid_code").await;
    let here = Citizen::of_tokens(&house, "", &tokens);
    refused(here.get("/v1/accounts/me").await, 401, "unauthenticated").await;
}

#[actix_web::test]
async fn a_second_factor_cannot_be_guessed_by_redirect() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    for round in 0..10 {
        let begun = code(&house).await;
        let answer = exchange(&house, &begun, json!({"totp": format!("00000{round}")})).await;
        refused(answer, 401, "invalid_second_factor").await;
    }
    let factor = json!({"totp": app.code(clock.now())});
    refused(exchange(&house, &code(&house).await, factor).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn a_log_in_by_redirect_from_a_new_program_is_told_to_the_owner() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let enter = async |agent: &str| {
        let body = json!({"code": code(&house).await});
        let request = house.request(Method::POST, "/v1/sessions/exchange").header("user-agent", agent);
        json_of(request.json(&body).send().await.unwrap(), 201).await
    };
    for agent in ["Firefox/150.0", "Firefox/151.2", "Chrome/150.0"] {
        enter(agent).await;
    }
    let by_password = json!({"email": citizen.email, "password": PASSWORD});
    let known = house.request(Method::POST, "/v1/sessions").header("user-agent", "Chrome/151.0");
    json_of(known.json(&by_password).send().await.unwrap(), 201).await;
    let mails = mails_to(&house, &citizen.email).await;
    assert_eq!(mails.iter().filter(|mail| mail.subject == subject::NEW_LOG_IN).count(), 2);
}
