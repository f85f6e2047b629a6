//! Registration, log-in, tokens, log-out.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Citizen, House, PASSWORD, json_of, mail_to, refused, subject};

#[actix_web::test]
async fn an_account_begins_with_the_mailed_link_and_the_link_works_once() {
    let house = House::start().await;
    let token = Citizen::confirmation_token(&house, "ana@example.ro").await;
    let body = json!({"email": "ana@example.ro", "password": PASSWORD});
    refused(house.post("/v1/sessions", &body).await, 401, "invalid_credentials").await;
    let account = json_of(
        house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
        200,
    )
    .await;
    assert_eq!(account["email"], "ana@example.ro");
    assert_eq!(account["email_confirmed"], true);
    assert_eq!(account["identity"]["status"], "unverified");
    let again =
        house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await;
    refused(again, 422, "invalid_confirmation_token").await;
    let citizen = Citizen::logged_in(&house, "Ana@Example.ro").await;
    assert_eq!(json_of(citizen.get("/v1/accounts/me").await, 200).await["id"], account["id"]);
}

#[actix_web::test]
async fn a_known_address_is_answered_like_an_unknown_one_and_its_owner_is_told() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"email": citizen.email, "password": "another password"});
    let known = json_of(house.post("/v1/accounts", &body).await, 202).await;
    let unknown = json!({"email": "nobody@example.ro", "password": "another password"});
    assert_eq!(known, json_of(house.post("/v1/accounts", &unknown).await, 202).await);
    let text = mail_to(&house, &citizen.email, subject::ACCOUNT_EXISTS).await;
    assert!(!text.contains("token="), "no second account can be made of this mail: {text:?}");
}

/// Registers this address with this password; the token of the mail.
async fn registered(house: &House, email: &str, password: &str) -> String {
    let body = json!({"email": email, "password": password});
    json_of(house.post("/v1/accounts", &body).await, 202).await;
    mail_to(house, email, subject::CONFIRM_ADDRESS).await.token()
}

const STRANGERS: &str = "parola atacatorului";

#[actix_web::test]
async fn an_international_address_is_one_however_it_is_spelt() {
    let house = House::start().await;
    let token = Citizen::confirmation_token(&house, " Ștefan@pos\u{326}ta.ro").await;
    let account = json_of(
        house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
        200,
    )
    .await;
    assert_eq!(account["email"], "Ștefan@poșta.ro");
    let citizen = Citizen::logged_in(&house, "s\u{326}tefan@xn--pota-rxb.ro").await;
    assert_eq!(json_of(citizen.get("/v1/accounts/me").await, 200).await["id"], account["id"]);
    let again = json!({"email": "ștefan@POȘTA.ro", "password": "another password"});
    json_of(house.post("/v1/accounts", &again).await, 202).await;
    let text = mail_to(&house, "ștefan@xn--pota-rxb.ro", subject::ACCOUNT_EXISTS).await;
    assert!(!text.contains("token="), "the address is known: {text:?}");
    for (address, code) in
        [("ana@xn--zzzz.ro", "email_format"), ("a\u{200B}na@example.ro", "text_control_character")]
    {
        let body = json!({"email": address, "password": PASSWORD});
        let problem = refused(house.post("/v1/accounts", &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], code, "{address}");
    }
}

#[actix_web::test]
async fn no_link_opens_an_account_by_a_strangers_password_unknowingly() {
    for stranger_first in [true, false] {
        let house = House::start().await;
        let email = "victima@example.ro";
        let (first, second) = if stranger_first { (STRANGERS, PASSWORD) } else { (PASSWORD, STRANGERS) };
        let links = [registered(&house, email, first).await, registered(&house, email, second).await];
        let [strangers, own] = if stranger_first { links } else { [links[1].clone(), links[0].clone()] };
        let confirm = async |body: Value| house.post("/v1/accounts/confirm-email", &body).await;
        for link in [&strangers, &own] {
            let problem = refused(confirm(json!({"token": link})).await, 422, "invalid_input").await;
            assert_eq!(problem["errors"][0]["code"], "registration_password_needed");
        }
        let body = json!({"token": strangers, "password": PASSWORD});
        let problem = refused(confirm(body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], "registration_password_wrong");
        json_of(confirm(json!({"token": own, "password": PASSWORD})).await, 200).await;
        let body = json!({"token": strangers, "password": STRANGERS});
        refused(confirm(body).await, 422, "invalid_confirmation_token").await;
        let log_in = json!({"email": email, "password": STRANGERS});
        refused(house.post("/v1/sessions", &log_in).await, 401, "invalid_credentials").await;
        Citizen::logged_in(&house, email).await;
    }
}

/// One registration alone waits: the owner of the mailbox follows a stranger's link.
#[actix_web::test]
async fn the_only_link_opens_nothing_without_the_password() {
    let house = House::start().await;
    let email = "victima@example.ro";
    let strangers = registered(&house, email, STRANGERS).await;
    let confirm = async |body: Value| house.post("/v1/accounts/confirm-email", &body).await;
    for body in [json!({"token": strangers}), json!({"token": strangers, "password": null})] {
        let problem = refused(confirm(body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], "registration_password_needed");
    }
    let log_in = json!({"email": email, "password": STRANGERS});
    refused(house.post("/v1/sessions", &log_in).await, 401, "invalid_credentials").await;
    let own = json!({"token": registered(&house, email, PASSWORD).await, "password": PASSWORD});
    json_of(confirm(own).await, 200).await;
    Citizen::logged_in(&house, email).await;
}

#[actix_web::test]
async fn two_registrations_with_one_password_confirm_by_either_link() {
    let house = House::start().await;
    let first = registered(&house, "ana@example.ro", PASSWORD).await;
    registered(&house, "ana@example.ro", PASSWORD).await;
    json_of(
        house.post("/v1/accounts/confirm-email", &json!({"token": first, "password": PASSWORD})).await,
        200,
    )
    .await;
    Citizen::logged_in(&house, "ana@example.ro").await;
}

#[actix_web::test]
async fn a_password_that_is_typed_with_the_only_link_must_be_the_registrations() {
    let house = House::start().await;
    let email = "victima@example.ro";
    let strangers = registered(&house, email, STRANGERS).await;
    let mine = json!({"token": strangers, "password": PASSWORD});
    for _ in 0..10 {
        let problem =
            refused(house.post("/v1/accounts/confirm-email", &mine).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], "registration_password_wrong");
    }
    let guessed = json!({"token": strangers, "password": STRANGERS});
    refused(house.post("/v1/accounts/confirm-email", &guessed).await, 429, "too_many_requests").await;
    let unknown = json!({"token": "czc_unknown", "password": PASSWORD});
    refused(house.post("/v1/accounts/confirm-email", &unknown).await, 422, "invalid_confirmation_token")
        .await;
}

#[actix_web::test]
async fn wrong_passwords_and_unknown_addresses_get_the_same_answer_and_are_counted() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let wrong = json!({"email": citizen.email, "password": "wrong password"});
    let known = refused(house.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
    let nobody = json!({"email": "nobody@example.ro", "password": "wrong password"});
    let unknown = refused(house.post("/v1/sessions", &nobody).await, 401, "invalid_credentials").await;
    assert_eq!(known["detail"], unknown["detail"]);
    for _ in 0..9 {
        refused(house.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
    }
    let stopped = house.post("/v1/sessions", &wrong).await;
    assert!(stopped.headers().contains_key("retry-after"));
    refused(stopped, 429, "too_many_requests").await;
    let right = json!({"email": citizen.email, "password": PASSWORD});
    refused(house.post("/v1/sessions", &right).await, 429, "too_many_requests").await;
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
}

#[actix_web::test]
async fn a_mailbox_is_not_flooded() {
    let house = House::start().await;
    let body = json!({"email": "flooded@example.ro", "password": PASSWORD});
    for _ in 0..5 {
        json_of(house.post("/v1/accounts", &body).await, 202).await;
    }
    refused(house.post("/v1/accounts", &body).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn a_refresh_replaces_both_tokens() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"refresh_token": citizen.refresh});
    let fresh = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
    refused(citizen.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let renewed = Citizen { access: fresh["access_token"].as_str().unwrap().into(), ..citizen };
    json_of(renewed.get("/v1/accounts/me").await, 200).await;
}

#[actix_web::test]
async fn tokens_expire_on_time() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    clock.set(clock.now() + TimeDelta::minutes(15));
    refused(citizen.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    clock.set(clock.now() + TimeDelta::days(14));
    let body = json!({"refresh_token": citizen.refresh});
    refused(house.post("/v1/sessions/refresh", &body).await, 401, "invalid_refresh_token").await;
}

#[actix_web::test]
async fn a_log_out_ends_one_session_and_the_others_go_on() {
    let house = House::start().await;
    let here = Citizen::registered(&house).await;
    let there = Citizen::logged_in(&house, &here.email).await;
    let sessions = json_of(here.get("/v1/sessions?limit=1").await, 200).await;
    assert_eq!(sessions["items"][0]["current"], false, "newest first: {sessions}");
    let rest = format!("/v1/sessions?cursor={}", sessions["next_cursor"].as_str().unwrap());
    let rest = json_of(here.get(&rest).await, 200).await;
    assert_eq!((&rest["items"][0]["current"], &rest["next_cursor"]), (&json!(true), &json!(null)));
    let ended = here.request(Method::DELETE, "/v1/sessions/current").send().await.unwrap();
    assert_eq!(ended.status(), 204);
    assert_eq!(ended.headers()["clear-site-data"], "\"cache\"");
    refused(here.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let body = json!({"refresh_token": here.refresh});
    refused(house.post("/v1/sessions/refresh", &body).await, 401, "invalid_refresh_token").await;
    json_of(there.get("/v1/accounts/me").await, 200).await;
}

#[actix_web::test]
async fn contact_data_can_be_changed_and_nothing_else() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let change = citizen.request(Method::PATCH, "/v1/accounts/me");
    let by_token = change.json(&json!({"phone": "+40712345678"})).send().await.unwrap();
    refused(by_token, 403, "presence_required").await;
    let change = citizen.request(Method::PATCH, "/v1/accounts/me");
    let body = json!({"phone": "+40712345678", "locale": "en", "current_password": PASSWORD});
    let account = json_of(change.json(&body).send().await.unwrap(), 200).await;
    assert!(mail_to(&house, &citizen.email, subject::PHONE_CHANGED).await.contains("serviciul de asistență"));
    assert_eq!((&account["phone"], &account["locale"]), (&json!("+40712345678"), &json!("en")));
    citizen.prove_presence().await;
    let change = citizen.request(Method::PATCH, "/v1/accounts/me");
    let changed = change.json(&json!({"phone": null})).send().await.unwrap();
    let account = json_of(changed, 200).await;
    assert_eq!((&account["phone"], &account["locale"]), (&json!(null), &json!("en")), "null takes it out");
    for forbidden in ["email", "role", "identity", "id"] {
        let change = citizen.request(Method::PATCH, "/v1/accounts/me");
        let refusal = change.json(&json!({forbidden: "x"})).send().await.unwrap();
        let problem = refused(refusal, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], format!("/{forbidden}"));
    }
}
