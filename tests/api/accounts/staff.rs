//! Officers and operators: appointed by command, with a second factor, for a shift at most.

use cazier::accounts::Role;
use cazier::accounts::appointment::{self, Appointment};
use cazier::db::schema::accounts;
use cazier::http::Locale;
use cazier::offices;
use cazier::person::{Cnp, Email};
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use reqwest::Response;
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::support::{
    Citizen, Handoff, House, STAFF_PASSWORD, answer_of_ghiseul, json_of, keyring, location, mail_to,
    next_code, query, refused, subject,
};

pub const OFFICER: &str = "ofiter.cluj@example.ro";
/// The sandbox's own, whom no test has to appoint.
const BEGINNER: &str = "ofiter.incepator@example.ro";
const NEW: &str = "ofiter.nou@example.ro";

fn appoint(connection: &mut PgConnection, house: &House, address: &str) -> Option<uuid::Uuid> {
    let office = offices::store::find_by_code(connection, "B-P01").unwrap().unwrap();
    let appointment = Appointment {
        email: &Email::parse(address).unwrap(),
        role: Role::Officer,
        office_id: Some(office.id),
        cnp: &Cnp::parse("5240601700011").unwrap(),
        locale: Locale::En,
    };
    appointment::appoint(connection, &keyring(), &appointment, &house.api, Utc::now()).unwrap()
}

/// An officer who has just followed the invitation and logged in by password alone.
async fn newcomer(house: &House) -> Citizen<'_> {
    appoint(&mut house.database.connect(), house, NEW).unwrap();
    let token = mail_to(house, NEW, subject::STAFF_ACCOUNT_EN).await.token();
    let body = json!({"token": token, "password": STAFF_PASSWORD});
    assert_eq!(house.post("/v1/accounts/password-reset/confirm", &body).await.status(), 204);
    let body = json!({"email": NEW, "password": STAFF_PASSWORD});
    Citizen::of_tokens(house, NEW, &json_of(house.post("/v1/sessions", &body).await, 201).await)
}

/// Sets up an authenticator app, and shows its code.
async fn set_up(officer: &Citizen<'_>) {
    let body = json!({"current_password": STAFF_PASSWORD});
    let shown = json_of(officer.post("/v1/accounts/me/totp", &body).await, 201).await;
    let app = Totp::from_url(shown["otpauth_url"].as_str().unwrap()).unwrap();
    let code = json!({"totp": app.generate_current().to_string()});
    json_of(officer.post("/v1/accounts/me/totp/confirm", &code).await, 200).await;
}

/// An officer's work, with a code that nobody has.
async fn at_desk(caller: &Citizen<'_>) -> Response {
    caller.post("/v1/counter/verifications/open", &json!({"activation_code": "000-000-000"})).await
}

#[actix_web::test]
async fn an_officer_without_second_factor_does_no_officers_work() {
    let house = House::start().await;
    let officer = newcomer(&house).await;
    refused(at_desk(&officer).await, 403, "second_factor_not_set_up").await;
    set_up(&officer).await;
    refused(at_desk(&officer).await, 404, "not_found").await;
    let remove = officer.request(reqwest::Method::DELETE, "/v1/accounts/me/totp").send().await.unwrap();
    refused(remove, 409, "second_factor_mandatory").await;
}

#[actix_web::test]
async fn the_sandbox_has_an_officer_without_second_factor_and_a_reset_takes_the_one_that_was_set_up() {
    let house = House::start().await;
    let totp = async || {
        let officers = json_of(house.get("/sandbox/officers").await, 200).await;
        let of = |officer: &&Value| officer["email"] == BEGINNER;
        officers["items"].as_array().unwrap().iter().find(of).unwrap()["totp"].clone()
    };
    assert_eq!(totp().await, Value::Null);
    let body = json!({"email": BEGINNER, "password": STAFF_PASSWORD});
    let tokens = json_of(house.post("/v1/sessions", &body).await, 201).await;
    let officer = Citizen::of_tokens(&house, BEGINNER, &tokens);
    refused(at_desk(&officer).await, 403, "second_factor_not_set_up").await;
    set_up(&officer).await;
    refused(at_desk(&officer).await, 404, "not_found").await;
    assert_eq!(totp().await.as_str().map(str::len), Some(6));
    let other = Citizen::staff(&house, OFFICER).await;
    assert_eq!(house.post("/sandbox/reset", &json!({})).await.status(), 204);
    refused(officer.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    assert_eq!(totp().await, Value::Null);
    json_of(other.get("/v1/accounts/me").await, 200).await;
}

#[actix_web::test]
async fn each_role_does_its_own_work_alone() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let operator = Citizen::staff(&house, "operator@example.ro").await;
    refused(at_desk(&citizen).await, 403, "role_required").await;
    refused(at_desk(&operator).await, 403, "role_required").await;
    let officer = Citizen::staff(&house, OFFICER).await;
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    refused(officer.post("/v1/identity-verifications", &body).await, 403, "role_required").await;
    let account = json_of(officer.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["role"], "officer");
}

#[actix_web::test]
async fn an_idle_staff_session_ends_and_refreshing_does_not_keep_it_alive() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let officer = Citizen::staff(&house, OFFICER).await;
    clock.set(clock.now() + TimeDelta::minutes(10));
    json_of(officer.get("/v1/accounts/me").await, 200).await;
    let body = json!({"refresh_token": officer.refresh});
    let tokens = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
    let officer = Citizen::of_tokens(&house, OFFICER, &tokens);
    clock.set(clock.now() + TimeDelta::minutes(14));
    json_of(officer.get("/v1/accounts/me").await, 200).await;
    let body = json!({"refresh_token": officer.refresh});
    let tokens = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
    let officer = Citizen::of_tokens(&house, OFFICER, &tokens);
    clock.set(clock.now() + TimeDelta::minutes(14));
    let body = json!({"refresh_token": officer.refresh});
    let tokens = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
    let officer = Citizen::of_tokens(&house, OFFICER, &tokens);
    clock.set(clock.now() + TimeDelta::minutes(1));
    refused(officer.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let body = json!({"refresh_token": officer.refresh});
    refused(house.post("/v1/sessions/refresh", &body).await, 401, "invalid_refresh_token").await;
}

#[actix_web::test]
async fn a_staff_session_lasts_one_shift_at_most() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let mut officer = Citizen::staff(&house, OFFICER).await;
    for _ in 0..(12 * 6 - 1) {
        clock.set(clock.now() + TimeDelta::minutes(10));
        json_of(officer.get("/v1/accounts/me").await, 200).await;
        let body = json!({"refresh_token": officer.refresh});
        let tokens = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
        officer = Citizen::of_tokens(&house, OFFICER, &tokens);
    }
    clock.set(clock.now() + TimeDelta::minutes(10));
    refused(officer.get("/v1/accounts/me").await, 401, "unauthenticated").await;
}

#[actix_web::test]
async fn dismissed_staff_are_logged_out_at_once() {
    let house = House::start().await;
    let officer = Citizen::staff(&house, OFFICER).await;
    let mut connection = house.database.connect();
    let email = Email::parse(OFFICER).unwrap();
    appointment::dismiss(&mut connection, &keyring(), &email, Utc::now()).unwrap();
    refused(officer.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let body = json!({"email": OFFICER, "password": STAFF_PASSWORD});
    refused(house.post("/v1/sessions", &body).await, 401, "invalid_credentials").await;
    assert!(appointment::dismiss(&mut connection, &keyring(), &email, Utc::now()).is_err());
    let members = appointment::list(&mut connection, &keyring()).unwrap();
    assert!(members.len() == 4 && members.iter().all(|member| member.email != OFFICER));
}

#[actix_web::test]
async fn a_lost_second_factor_can_be_set_up_again_after_a_command() {
    let house = House::start().await;
    let officer = Citizen::staff(&house, OFFICER).await;
    let email = Email::parse(OFFICER).unwrap();
    appointment::reset_second_factor(&mut house.database.connect(), &keyring(), &email, Utc::now()).unwrap();
    refused(officer.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    let body = json!({"email": OFFICER, "password": STAFF_PASSWORD});
    let tokens = json_of(house.post("/v1/sessions", &body).await, 201).await;
    let officer = Citizen::of_tokens(&house, OFFICER, &tokens);
    refused(at_desk(&officer).await, 403, "second_factor_not_set_up").await;
}

#[actix_web::test]
async fn an_address_with_an_account_is_not_appointed() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let mut connection = house.database.connect();
    assert_eq!(appoint(&mut connection, &house, &citizen.email), None);
    assert_eq!(json_of(citizen.get("/v1/accounts/me").await, 200).await["role"], "citizen");
    assert_ne!(next_code(&house, OFFICER).await, "");
}

#[actix_web::test]
async fn staff_cannot_log_in_by_redirect_past_the_second_factor() {
    let house = House::start().await;
    Citizen::verified(&house, "clean").await;
    let verified = accounts::table.filter(accounts::person_index.is_not_null());
    let operator = (accounts::role.eq("operator"), accounts::staff_person_index.eq(accounts::person_index));
    diesel::update(verified).set(operator).execute(&mut house.database.connect()).unwrap();
    let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
    let begun = json_of(house.post("/v1/sessions/redirect", &wish).await, 201).await;
    let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    for answer in [
        Handoff::of(&house, "clean", "success").await.post(&house).await,
        house.http.get(callback).send().await.unwrap(),
    ] {
        let back = location(answer);
        assert_eq!(query(&back, "error").as_deref(), Some("staff_account"), "{back}");
        assert_eq!(query(&back, "code"), None);
    }
}
