//! Passwords that are forgotten, set and changed.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use cazier::db::schema::accounts;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Citizen, House, PASSWORD, json_of, mail_to, mails_to, refused, subject};

pub const NEW: &str = "patru cai albi pe deal";

/// Asks for a reset, and answers the token of the mail.
pub async fn reset_token(house: &House, email: &str) -> String {
    let answer = house.post("/v1/accounts/password-reset", &json!({"email": email})).await;
    assert_eq!(json_of(answer, 202).await, json!({"status": "reset_sent"}));
    mail_to(house, email, subject::PASSWORD_RESET).await.token()
}

#[actix_web::test]
async fn a_password_reset_ends_all_sessions_and_its_link_works_once() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let token = reset_token(&house, &citizen.email).await;
    let body = json!({"token": token, "password": NEW});
    assert_eq!(house.post("/v1/accounts/password-reset/confirm", &body).await.status(), 204);
    refused(citizen.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let refresh = json!({"refresh_token": citizen.refresh});
    refused(house.post("/v1/sessions/refresh", &refresh).await, 401, "invalid_refresh_token").await;
    let old = json!({"email": citizen.email, "password": PASSWORD});
    refused(house.post("/v1/sessions", &old).await, 401, "invalid_credentials").await;
    json_of(house.post("/v1/sessions", &json!({"email": citizen.email, "password": NEW})).await, 201).await;
    refused(house.post("/v1/accounts/password-reset/confirm", &body).await, 422, "invalid_reset_token").await;
    mail_to(&house, &citizen.email, subject::PASSWORD_CHANGED).await;
}

/// What broke in the field `password`.
async fn broken(answer: reqwest::Response) -> String {
    let problem = refused(answer, 422, "invalid_input").await;
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem}");
    problem["errors"][0]["code"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_password_is_as_long_as_it_looks_at_every_door() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    // Ten code points, five letters; 256 code points, 128 letters.
    let (short, long) = ("s\u{326}".repeat(5), "s\u{326}".repeat(128));
    let register = json!({"email": "ana@example.ro", "password": short});
    assert_eq!(broken(house.post("/v1/accounts", &register).await).await, "password_length");
    let token = reset_token(&house, &citizen.email).await;
    let confirm = "/v1/accounts/password-reset/confirm";
    let reset = json!({"token": token, "password": short});
    assert_eq!(broken(house.post(confirm, &reset).await).await, "password_length");
    let change = json!({"current_password": PASSWORD, "password": short});
    assert_eq!(broken(citizen.post("/v1/accounts/me/password", &change).await).await, "password_length");

    let register = json!({"email": "ana@example.ro", "password": long});
    json_of(house.post("/v1/accounts", &register).await, 202).await;
    let reset = json!({"token": token, "password": long});
    assert_eq!(house.post(confirm, &reset).await.status(), 204);
    for password in [long.clone(), "ș".repeat(128)] {
        let body = json!({"email": citizen.email, "password": password});
        json_of(house.post("/v1/sessions", &body).await, 201).await;
    }
    let tokens = house.post("/v1/sessions", &json!({"email": citizen.email, "password": long})).await;
    let citizen = Citizen::of_tokens(&house, &citizen.email, &json_of(tokens, 201).await);
    let change = json!({"current_password": long, "password": NEW});
    assert_eq!(citizen.post("/v1/accounts/me/password", &change).await.status(), 204);
    let longer = json!({"email": citizen.email, "password": "s\u{326}".repeat(129)});
    assert_eq!(broken(house.post("/v1/sessions", &longer).await).await, "length");
}

#[actix_web::test]
async fn the_address_is_no_password_however_it_is_spelt() {
    let house = House::start().await;
    let register = json!({"email": "ștefan@poșta.ro", "password": "S\u{326}tefan@xn--pota-rxb.ro"});
    assert_eq!(broken(house.post("/v1/accounts", &register).await).await, "password_is_email");
    // The list of passwords takes one in 256 others for one of its own, so a random address would do so now and then.
    let citizen = Citizen::registered_as(&house, "maria.ionescu@example.ro").await;
    let password = format!(" {} ", citizen.email.to_uppercase());
    let change = json!({"current_password": PASSWORD, "password": password});
    assert_eq!(broken(citizen.post("/v1/accounts/me/password", &change).await).await, "password_is_email");
}

#[actix_web::test]
async fn no_listed_password_is_taken_at_any_door() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let token = reset_token(&house, &citizen.email).await;
    for (password, rule) in
        [("Parola12345", "password_listed"), ("Cazier Judiciar 1", "password_from_context")]
    {
        let register = json!({"email": "ana@example.ro", "password": password});
        assert_eq!(broken(house.post("/v1/accounts", &register).await).await, rule);
        let reset = json!({"token": token, "password": password});
        assert_eq!(broken(house.post("/v1/accounts/password-reset/confirm", &reset).await).await, rule);
        let change = json!({"current_password": PASSWORD, "password": password});
        assert_eq!(broken(citizen.post("/v1/accounts/me/password", &change).await).await, rule);
    }
    let reset = json!({"token": token, "password": NEW});
    let answer = house.post("/v1/accounts/password-reset/confirm", &reset).await;
    assert_eq!(answer.status(), 204, "a refused password uses no link up");
}

#[actix_web::test]
async fn a_persons_name_and_cnp_are_no_password() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    let person = &account["identity"]["person"];
    for known in ["cnp", "family_name"] {
        let password = format!("{} 2026 !", person[known].as_str().unwrap());
        let change = json!({"current_password": PASSWORD, "password": password});
        let rule = broken(citizen.post("/v1/accounts/me/password", &change).await).await;
        assert_eq!(rule, "password_from_context", "{known}");
    }
}

#[actix_web::test]
async fn a_password_reset_does_not_tell_whether_an_address_has_an_account() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let known = house.post("/v1/accounts/password-reset", &json!({"email": citizen.email})).await;
    let unknown = house.post("/v1/accounts/password-reset", &json!({"email": "nobody@example.ro"})).await;
    assert_eq!(json_of(known, 202).await, json_of(unknown, 202).await);
    mail_to(&house, &citizen.email, subject::PASSWORD_RESET).await;
    assert_eq!(mails_to(&house, "nobody@example.ro").await.len(), 0);
    for email in [citizen.email.as_str(), "nobody@example.ro"] {
        for _ in 0..4 {
            json_of(house.post("/v1/accounts/password-reset", &json!({"email": email})).await, 202).await;
        }
        let stopped = house.post("/v1/accounts/password-reset", &json!({"email": email})).await;
        refused(stopped, 429, "too_many_requests").await;
    }
}

#[actix_web::test]
async fn a_used_link_invalidates_the_others_and_all_expire() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let first = reset_token(&house, &citizen.email).await;
    let second = reset_token(&house, &citizen.email).await;
    let confirm = async |token: &str, password: &str| {
        house
            .post("/v1/accounts/password-reset/confirm", &json!({"token": token, "password": password}))
            .await
    };
    assert_eq!(confirm(&second, NEW).await.status(), 204);
    refused(confirm(&first, NEW).await, 422, "invalid_reset_token").await;
    let third = reset_token(&house, &citizen.email).await;
    let problem = refused(confirm(&third, &citizen.email).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "password_is_email");
    clock.set(clock.now() + TimeDelta::hours(1));
    refused(confirm(&third, NEW).await, 422, "invalid_reset_token").await;
}

#[actix_web::test]
async fn a_password_reset_frees_an_address_that_guesses_had_locked() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let wrong = json!({"email": citizen.email, "password": "wrong password"});
    for _ in 0..11 {
        house.post("/v1/sessions", &wrong).await;
    }
    let right = json!({"email": citizen.email, "password": PASSWORD});
    refused(house.post("/v1/sessions", &right).await, 429, "too_many_requests").await;
    let token = reset_token(&house, &citizen.email).await;
    let body = json!({"token": token, "password": NEW});
    assert_eq!(house.post("/v1/accounts/password-reset/confirm", &body).await.status(), 204);
    json_of(house.post("/v1/sessions", &json!({"email": citizen.email, "password": NEW})).await, 201).await;
}

#[actix_web::test]
async fn a_change_needs_the_current_password_and_ends_the_other_sessions() {
    let house = House::start().await;
    let here = Citizen::registered(&house).await;
    let there = Citizen::logged_in(&house, &here.email).await;
    let change = async |current: Option<&str>| {
        here.post("/v1/accounts/me/password", &json!({"current_password": current, "password": NEW})).await
    };
    refused(change(None).await, 403, "presence_required").await;
    let problem = refused(change(Some("not the password")).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "/current_password");
    assert_eq!(change(Some(PASSWORD)).await.status(), 204);
    json_of(here.get("/v1/accounts/me").await, 200).await;
    refused(there.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    for _ in 0..10 {
        refused(change(Some("a guess too much")).await, 422, "invalid_input").await;
    }
    refused(change(Some(NEW)).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn a_log_in_from_a_new_program_is_told_to_the_owner() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"email": citizen.email, "password": PASSWORD});
    let log_in = async |agent: &str| {
        let request = house.request(reqwest::Method::POST, "/v1/sessions").header("user-agent", agent);
        json_of(request.json(&body).send().await.unwrap(), 201).await
    };
    log_in("Firefox/150.0").await;
    assert!(mail_to(&house, &citizen.email, subject::NEW_LOG_IN).await.contains("nefolosit până acum"));
    log_in("Firefox/151.2").await;
    log_in("Chrome/150.0").await;
    let mails = mails_to(&house, &citizen.email).await;
    let told = mails.iter().filter(|mail| mail.subject == subject::NEW_LOG_IN).count();
    assert_eq!(told, 2, "a newer version is no new program");
}

#[actix_web::test]
async fn a_hash_with_older_parameters_is_renewed_at_the_next_log_in() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let older = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    let older = older.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    let account: Uuid = account["id"].as_str().unwrap().parse().unwrap();
    let set = diesel::update(accounts::table.find(account)).set(accounts::password_hash.eq(&older));
    assert_eq!(set.execute(&mut house.database.connect()).unwrap(), 1);
    let stored = || -> Option<String> {
        let own = accounts::table.find(account).select(accounts::password_hash);
        own.first(&mut house.database.connect()).unwrap()
    };
    let log_in = |password: &str| {
        let body = json!({"email": citizen.email, "password": password});
        async { house.post("/v1/sessions", &{ body }).await }
    };
    refused(log_in("not the password").await, 401, "invalid_credentials").await;
    assert_eq!(stored(), Some(older), "a wrong password renews nothing");
    json_of(log_in(PASSWORD).await, 201).await;
    let renewed = stored().unwrap();
    assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
    json_of(log_in(PASSWORD).await, 201).await;
    assert_eq!(stored(), Some(renewed), "today's hash stays");
}
