//! Another address for an account: the old one is told and can stop it, the new one confirms it, and a waiting time lies
//! between.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::passwords::{NEW, reset_token};
use crate::support::{Citizen, House, Officer, PASSWORD, json_of, mail_to, refused, subject, until};

const CHANGE: &str = "/v1/accounts/me/email-change";
const STOP: &str = "/v1/accounts/email-change/stop";
const CONFIRM: &str = "/v1/accounts/confirm-email";

/// The worker looks for what is due once in such a period: perhaps just before it was.
const PERIOD: TimeDelta = TimeDelta::minutes(10);

fn address() -> String {
    format!("{}@example.ro", Uuid::now_v7().simple())
}

async fn ask(citizen: &Citizen<'_>, email: &str) -> Response {
    citizen.post(CHANGE, &json!({"email": email, "current_password": PASSWORD})).await
}

/// Asks for this address; answers when it can become the account's.
async fn asked(citizen: &Citizen<'_>, email: &str) -> DateTime<Utc> {
    json_of(ask(citizen, email).await, 202).await["effective_at"].as_str().unwrap().parse().unwrap()
}

/// The body with the token that confirms the new address.
async fn link(house: &House, email: &str) -> Value {
    json!({"token": mail_to(house, email, subject::CONFIRM_NEW_ADDRESS).await.token()})
}

async fn log_in(house: &House, email: &str) -> Response {
    house.post("/v1/sessions", &json!({"email": email, "password": PASSWORD})).await
}

/// Waits until the worker has done what is due.
async fn carried_out(house: &House) {
    let due = "SELECT count(*) FROM email_confirmations WHERE confirmed_at IS NOT NULL";
    until("what is due is carried out", || house.database.count(due) == 0).await;
}

async fn shown(citizen: &Citizen<'_>) -> Value {
    json_of(citizen.get("/v1/accounts/me").await, 200).await["email"].clone()
}

#[actix_web::test]
async fn an_address_changes_after_its_waiting_time_when_both_know_and_sessions_stay() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (old, new) = (citizen.email.clone(), address());
    let at = asked(&citizen, &new).await;
    assert_eq!(at - clock.now(), TimeDelta::hours(72));
    mail_to(&house, &old, subject::ADDRESS_ASKED).await;
    let link = link(&house, &new).await;
    let confirmed = json_of(citizen.post(CONFIRM, &link).await, 200).await;
    assert_eq!(confirmed["email"], old, "the old one stays for now");
    let pending = json_of(citizen.get(CHANGE).await, 200).await;
    assert_eq!((&pending["email"], pending["confirmed_at"].is_null()), (&json!(new), false));
    clock.set(at - TimeDelta::seconds(1));
    refused(log_in(&house, &new).await, 401, "invalid_credentials").await;
    clock.set(at + PERIOD);
    carried_out(&house).await;
    refused(log_in(&house, &old).await, 401, "invalid_credentials").await;
    let tokens = json_of(log_in(&house, &new).await, 201).await;
    assert_eq!(shown(&Citizen::of_tokens(&house, &new, &tokens)).await, new);
    let refreshed = house.post("/v1/sessions/refresh", &json!({"refresh_token": citizen.refresh})).await;
    let refreshed = json_of(refreshed, 200).await;
    assert_eq!(shown(&Citizen::of_tokens(&house, &new, &refreshed)).await, new, "sessions stay");
    for email in [&old, &new] {
        mail_to(&house, email, subject::ADDRESS_CHANGED).await;
    }
}

#[actix_web::test]
async fn a_change_needs_presence_and_its_own_session_and_one_waits_at_a_time() {
    let house = House::start().await;
    let (citizen, other) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    let new = address();
    refused(citizen.post(CHANGE, &json!({"email": new})).await, 403, "presence_required").await;
    let wrong = json!({"email": new, "current_password": "not the password"});
    refused(citizen.post(CHANGE, &wrong).await, 422, "invalid_input").await;
    refused(ask(&citizen, &citizen.email.clone()).await, 422, "invalid_input").await;
    refused(house.post(CHANGE, &json!({"email": new})).await, 401, "unauthenticated").await;
    asked(&citizen, &new).await;
    let link = link(&house, &new).await;
    refused(house.post(CONFIRM, &link).await, 401, "unauthenticated").await;
    refused(other.post(CONFIRM, &link).await, 422, "invalid_confirmation_token").await;
    refused(ask(&citizen, &address()).await, 409, "address_change_pending").await;
    refused(other.get(CHANGE).await, 404, "not_found").await;
    json_of(citizen.post(CONFIRM, &link).await, 200).await;
    refused(citizen.post(CONFIRM, &link).await, 422, "invalid_confirmation_token").await;
    let officer = Officer::at(&house, "CJ-P01").await;
    refused(officer.post(CHANGE, &json!({"email": new})).await, 403, "role_required").await;
}

/// A change that was confirmed, and what stops it: nothing comes of it then.
async fn stopped_by(stop: impl AsyncFn(&House, &Citizen<'_>)) {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let new = address();
    let at = asked(&citizen, &new).await;
    let link = link(&house, &new).await;
    json_of(citizen.post(CONFIRM, &link).await, 200).await;
    stop(&house, &citizen).await;
    assert_eq!(house.database.count("SELECT count(*) FROM email_confirmations"), 0);
    clock.set(at);
    carried_out(&house).await;
    refused(log_in(&house, &new).await, 401, "invalid_credentials").await;
    let changed = "SELECT count(*) FROM audit_events WHERE action = 'account.email_changed'";
    assert_eq!(house.database.count(changed), 0);
    assert_eq!(
        house.database.count("SELECT count(*) FROM audit_events WHERE action = 'email_change.stopped'"),
        1
    );
}

#[actix_web::test]
async fn the_mailed_link_stops_a_change() {
    stopped_by(async |house, citizen| {
        let token = mail_to(house, &citizen.email, subject::ADDRESS_ASKED).await.token();
        let stop = json!({"token": token});
        assert_eq!(house.post(STOP, &stop).await.status(), 204);
        refused(house.post(STOP, &stop).await, 422, "invalid_reset_token").await;
    })
    .await;
}

#[actix_web::test]
async fn any_session_stops_a_change() {
    stopped_by(async |house, citizen| {
        let other = Citizen::logged_in(house, &citizen.email).await;
        let stop = other.request(Method::DELETE, CHANGE).send().await.unwrap();
        assert_eq!(stop.status(), 204);
        let again = other.request(Method::DELETE, CHANGE).send().await.unwrap();
        refused(again, 404, "not_found").await;
    })
    .await;
}

#[actix_web::test]
async fn a_new_password_stops_a_change() {
    stopped_by(async |_, citizen| {
        let change = json!({"current_password": PASSWORD, "password": NEW});
        assert_eq!(citizen.post("/v1/accounts/me/password", &change).await.status(), 204);
    })
    .await;
    stopped_by(async |house, citizen| {
        let token = reset_token(house, &citizen.email).await;
        let set = json!({"token": token, "password": NEW});
        assert_eq!(house.post("/v1/accounts/password-reset/confirm", &set).await.status(), 204);
    })
    .await;
}

#[actix_web::test]
async fn nothing_changes_without_the_confirmation_which_may_come_late() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (old, new) = (citizen.email.clone(), address());
    let at = asked(&citizen, &new).await;
    let link = link(&house, &new).await;
    clock.set(at + TimeDelta::hours(1));
    let later = Citizen::logged_in(&house, &old).await;
    assert_eq!(shown(&later).await, old);
    assert_eq!(json_of(later.post(CONFIRM, &link).await, 200).await["email"], new, "at once");
    refused(later.get(CHANGE).await, 404, "not_found").await;
}

#[actix_web::test]
async fn an_address_that_has_an_account_is_not_told_and_not_taken() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, other) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    asked(&citizen, &other.email).await;
    mail_to(&house, &other.email, subject::ACCOUNT_EXISTS).await;
    json_of(citizen.get(CHANGE).await, 200).await;
    assert_eq!(citizen.request(Method::DELETE, CHANGE).send().await.unwrap().status(), 204);

    let new = address();
    let at = asked(&citizen, &new).await;
    json_of(citizen.post(CONFIRM, &link(&house, &new).await).await, 200).await;
    // Somebody registers the address meanwhile, who reads it too.
    let token = Citizen::confirmation_token(&house, &new).await;
    let registered = json!({"token": token, "password": PASSWORD});
    json_of(house.post(CONFIRM, &registered).await, 200).await;
    clock.set(at);
    carried_out(&house).await;
    mail_to(&house, &citizen.email, subject::ADDRESS_NOT_CHANGED).await;
    json_of(log_in(&house, &citizen.email).await, 201).await;
}

#[actix_web::test]
async fn a_link_mailed_to_the_old_address_sets_no_password_after_the_change() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (old, new) = (citizen.email.clone(), address());
    let at = asked(&citizen, &new).await;
    json_of(citizen.post(CONFIRM, &link(&house, &new).await).await, 200).await;
    clock.set(at - TimeDelta::minutes(1));
    let token = reset_token(&house, &old).await;
    clock.set(at + PERIOD);
    carried_out(&house).await;
    let set = json!({"token": token, "password": NEW});
    refused(house.post("/v1/accounts/password-reset/confirm", &set).await, 422, "invalid_reset_token").await;
}

#[actix_web::test]
async fn of_two_changes_one_waits() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let other = Citizen::logged_in(&house, &citizen.email).await;
    for _ in 0..5 {
        house.database.execute("DELETE FROM throttles; DELETE FROM email_confirmations");
        let (one, two) = (address(), address());
        let (one, two) = join(ask(&citizen, &one), ask(&other, &two)).await;
        let mut statuses = [one.status().as_u16(), two.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [202, 409]);
    }
}

#[actix_web::test]
async fn of_a_stop_and_a_change_at_the_same_time_one_wins() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let mut email = Citizen::registered(&house).await.email;
    for _ in 0..5 {
        house.database.execute("DELETE FROM throttles");
        let citizen = Citizen::logged_in(&house, &email).await;
        let new = address();
        let at = asked(&citizen, &new).await;
        let link = link(&house, &new).await;
        clock.set(at);
        let (one, two) = (Citizen::logged_in(&house, &email).await, Citizen::logged_in(&house, &email).await);
        let (confirmed, stopped) =
            join(one.post(CONFIRM, &link), two.request(Method::DELETE, CHANGE).send()).await;
        let statuses = (confirmed.status().as_u16(), stopped.unwrap().status().as_u16());
        assert!([(200, 404), (422, 204)].contains(&statuses), "{statuses:?}");
        let wins = if statuses.0 == 200 { new } else { email };
        assert_eq!(shown(&one).await, wins);
        email = wins;
    }
}
