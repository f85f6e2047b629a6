//! The way back for whoever has lost a second factor, and how its owner stops a thief who takes it.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{
    App, Citizen, Handoff, House, Officer, PASSWORD, json_of, mail_to, mails_to, refused, subject,
};

const RESET: &str = "/v1/accounts/second-factor-reset";
const CLEAN: &str = "2880514121171";
const OFFICER: &str = "1800101221144";

async fn code(house: &House) -> Value {
    json!({"code": Handoff::of(house, "clean", "success").await.code(house).await})
}

async fn exchange(house: &House) -> Response {
    house.post("/v1/sessions/exchange", &code(house).await).await
}

fn time(of: &Value) -> DateTime<Utc> {
    of["removed_from"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_lost_second_factor_is_removed_after_the_waiting_time_and_the_owner_is_told() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let nothing = house.post(RESET, &code(&house).await).await;
    refused(nothing, 404, "not_found").await;
    App::set_up(&citizen, &clock).await;
    let code = code(&house).await;
    let begun = json_of(house.post(RESET, &code).await, 202).await;
    assert_eq!(time(&begun) - clock.now(), TimeDelta::hours(72));
    refused(house.post(RESET, &code).await, 401, "invalid_code").await;
    mail_to(&house, &citizen.email, subject::SECOND_FACTOR_RESET).await;
    clock.set(time(&begun) - TimeDelta::seconds(1));
    refused(exchange(&house).await, 401, "second_factor_required").await;
    let by_password = json!({"email": citizen.email, "password": PASSWORD});
    refused(house.post("/v1/sessions", &by_password).await, 401, "second_factor_required").await;
    clock.set(time(&begun));
    // Whoever knows the password, and nothing else, gains nothing.
    refused(house.post("/v1/sessions", &by_password).await, 401, "second_factor_required").await;
    let tokens = json_of(exchange(&house).await, 201).await;
    let here = Citizen::of_tokens(&house, &citizen.email, &tokens);
    let status = json_of(here.get("/v1/accounts/me/totp").await, 200).await;
    assert_eq!((&status["status"], &status["removed_from"]), (&json!("not_set_up"), &json!(null)));
    let sessions = json_of(here.get("/v1/sessions").await, 200).await;
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "the others have ended");
    mail_to(&house, &citizen.email, subject::SECOND_FACTOR_REMOVED).await;
    json_of(house.post("/v1/sessions", &by_password).await, 201).await;
}

#[actix_web::test]
async fn the_owner_stops_a_reset_by_the_mailed_link_from_a_session_or_by_a_code() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    let begin = async || json_of(house.post(RESET, &code(&house).await).await, 202).await;
    begin().await;
    let token = mail_to(&house, &citizen.email, subject::SECOND_FACTOR_RESET).await.token();
    let stop = async |token: &str| house.post(&format!("{RESET}/stop"), &json!({"token": token})).await;
    assert_eq!(stop(&token).await.status(), 204);
    refused(stop(&token).await, 422, "invalid_reset_token").await;
    let begun = begin().await;
    let shown = json_of(citizen.get("/v1/accounts/me/totp").await, 200).await;
    assert_eq!(time(&shown), time(&begun));
    let delete = async || citizen.request(Method::DELETE, "/v1/accounts/me/totp/reset").send().await.unwrap();
    assert_eq!(delete().await.status(), 204);
    refused(delete().await, 404, "not_found").await;
    begin().await;
    let factor = json!({"totp": app.code(clock.now())});
    json_of(citizen.post("/v1/sessions/current/step-up", &factor).await, 200).await;
    clock.set(clock.now() + TimeDelta::hours(73));
    refused(exchange(&house).await, 401, "second_factor_required").await;
    let again = house.post(RESET, &code(&house).await).await;
    refused(again, 429, "too_many_requests").await;
    let told = mails_to(&house, &citizen.email).await;
    assert_eq!(told.iter().filter(|mail| mail.subject == subject::SECOND_FACTOR_STAYS).count(), 3);
    // Whoever asked and was stopped by redirect has used up nothing of the counter's.
    let officer = Officer::who_is(&house, OFFICER);
    let document =
        json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2040-01-01"});
    let ask = async || {
        let body = json!({"cnp": CLEAN, "document": document});
        officer.request(Method::POST, "/v1/counter/second-factor-resets").json(&body).send().await.unwrap()
    };
    for _ in 0..3 {
        json_of(ask().await, 202).await;
    }
    refused(ask().await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn without_an_address_a_second_factor_is_reset_at_a_counter_alone() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let tokens = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let citizen = Citizen::of_tokens(&house, "", &tokens);
    App::set_up(&citizen, &clock).await;
    refused(house.post(RESET, &code(&house).await).await, 409, "address_missing").await;
    let officer = Officer::who_is(&house, OFFICER);
    let body = |cnp: &str, last_day: &str| {
        let document =
            json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": last_day});
        json!({"cnp": cnp, "document": document})
    };
    let path = "/v1/counter/second-factor-resets";
    let ask = async |body: Value| officer.request(Method::POST, path).json(&body).send().await.unwrap();
    refused(ask(body(CLEAN, "2020-01-01")).await, 422, "invalid_input").await;
    refused(ask(body(OFFICER, "2040-01-01")).await, 403, "own_identity").await;
    let begun = json_of(ask(body(CLEAN, "2040-01-01")).await, 202).await;
    assert_eq!(time(&begun) - clock.now(), TimeDelta::hours(72), "nobody can be told");
}

#[actix_web::test]
async fn at_a_counter_the_waiting_time_is_a_day() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    App::set_up(&citizen, &clock).await;
    let officer = Officer::who_is(&house, OFFICER);
    let document =
        json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2040-01-01"});
    let body = json!({"cnp": CLEAN, "document": document});
    let asked = officer.request(Method::POST, "/v1/counter/second-factor-resets").json(&body).send();
    let begun = json_of(asked.await.unwrap(), 202).await;
    assert_eq!(time(&begun) - clock.now(), TimeDelta::hours(24));
    mail_to(&house, &citizen.email, subject::SECOND_FACTOR_RESET).await;
    clock.set(time(&begun));
    let by_password = json!({"email": citizen.email, "password": PASSWORD});
    json_of(house.post("/v1/sessions", &by_password).await, 201).await;
}
