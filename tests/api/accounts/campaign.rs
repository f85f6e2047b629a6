//! A long campaign of guesses against one second factor, and how its owner goes on.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::Response;
use serde_json::{Value, json};

use super::passwords::reset_token;
use crate::support::{App, Citizen, Handoff, House, PASSWORD, json_of, mails_to, refused, subject};

async fn log_in(house: &House, email: &str, factor: Value) -> Response {
    let mut body = json!({"email": email, "password": PASSWORD});
    body.as_object_mut().unwrap().extend(factor.as_object().unwrap().clone());
    house.post("/v1/sessions", &body).await
}

/// Somebody who knows the password has tried fifty wrong codes, over days; answers the last one's answer.
async fn guessed(house: &House, email: &str) {
    let wrong = async || {
        refused(log_in(house, email, json!({"totp": "000000"})).await, 401, "invalid_second_factor").await
    };
    wrong().await;
    house
        .database
        .execute("UPDATE throttles SET hits = 49 WHERE resets_at > now() + interval '20 days' AND hits = 1");
    assert!(!told(house, email).await.contains(&subject::CODES_BLOCKED.to_owned()));
    wrong().await;
}

async fn told(house: &House, email: &str) -> Vec<String> {
    mails_to(house, email).await.into_iter().map(|mail| mail.subject).collect()
}

#[actix_web::test]
async fn a_long_campaign_of_guesses_is_stopped_and_told_once_and_a_recovery_code_opens_the_account() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (app, recovery) = App::set_up(&citizen, &clock).await;
    guessed(&house, &citizen.email).await;
    for _ in 0..2 {
        let right = log_in(&house, &citizen.email, json!({"totp": app.code(clock.now())})).await;
        refused(right, 403, "second_factor_blocked").await;
    }
    let mails = told(&house, &citizen.email).await;
    assert_eq!(mails.iter().filter(|subject| *subject == subject::CODES_BLOCKED).count(), 1);
    json_of(log_in(&house, &citizen.email, json!({"recovery_code": recovery[0]})).await, 201).await;
    json_of(log_in(&house, &citizen.email, json!({"totp": app.code(clock.now())})).await, 201).await;
}

#[actix_web::test]
async fn a_campaign_with_the_password_leaves_the_redirect_open_and_the_redirect_ends_it() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    guessed(&house, &citizen.email).await;
    let code = Handoff::of(&house, "clean", "success").await.code(&house).await;
    let body = json!({"code": code, "totp": app.code(clock.now())});
    json_of(house.post("/v1/sessions/exchange", &body).await, 201).await;
    clock.set(clock.now() + TimeDelta::seconds(60));
    json_of(log_in(&house, &citizen.email, json!({"totp": app.code(clock.now())})).await, 201).await;
}

#[actix_web::test]
async fn a_new_password_ends_a_campaign_three_times_a_month() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    for round in 0..4 {
        clock.set(clock.now() + TimeDelta::minutes(20));
        guessed_again(&house, &citizen.email).await;
        let token = reset_token(&house, &citizen.email).await;
        let body = json!({"token": token, "password": PASSWORD});
        assert_eq!(house.post("/v1/accounts/password-reset/confirm", &body).await.status(), 204);
        let right = log_in(&house, &citizen.email, json!({"totp": app.code(clock.now())})).await;
        if round < 3 {
            json_of(right, 201).await;
        } else {
            refused(right, 403, "second_factor_blocked").await;
        }
    }
}

/// Fills the count of wrong codes, whatever was told before.
async fn guessed_again(house: &House, email: &str) {
    let wrong = async || log_in(house, email, json!({"totp": "000000"})).await;
    refused(wrong().await, 401, "invalid_second_factor").await;
    house.database.execute(
        "UPDATE throttles SET hits = 50 WHERE resets_at > now() + interval '20 days' AND resets_at = (SELECT max(resets_at) FROM throttles)",
    );
    refused(wrong().await, 403, "second_factor_blocked").await;
}
