//! The end of an account at its owner's wish: what goes, what stays, what stands against it.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use futures_util::future::{join, join_all};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::endings::{is_over, refresh};
use crate::log::{append, whole};
use crate::support::{
    Citizen, Handoff, House, Officer, PASSWORD, application, at_counter, certified, certify, json_of,
    mail_to, mandate, refused, subject,
};

const ME: &str = "/v1/accounts/me";

async fn delete(citizen: &Citizen<'_>) -> Response {
    citizen.prove_presence().await;
    citizen.request(Method::DELETE, ME).send().await.unwrap()
}

fn kinds(answer: &Value) -> Vec<&str> {
    answer["kept"].as_array().unwrap().iter().map(|kept| kept["kind"].as_str().unwrap()).collect()
}

/// Rows of a table that belong to an account.
fn rows(house: &House, table: &str, account: &str) -> i64 {
    house.database.count(&format!("SELECT count(*) FROM {table} WHERE account_id = '{account}'"))
}

async fn verdict(house: &House, certificate: &Value) -> Value {
    let check = json!({
        "registration_number": certificate["registration_number"], "control_code": certificate["control_code"],
    });
    json_of(house.post("/v1/verify", &check).await, 200).await["outcome"].clone()
}

#[actix_web::test]
async fn an_account_is_erased_and_what_law_keeps_is_named_and_goes_on_verifying() {
    let house = House::with().legal_persons().start().await;
    let citizen = Citizen::verified(&house, "representative").await;
    let account = json_of(citizen.get(ME).await, 200).await["id"].as_str().unwrap().to_owned();
    let apply = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "k");
    let issued = json_of(apply.json(&application("employment")).send().await.unwrap(), 201).await;
    let certificate = &issued["certificate"];
    assert_eq!(verdict(&house, certificate).await, "valid");
    mandate(&citizen, "firm-clean").await;
    let question = json!({"topic": "other", "message": "Unde este certificatul?"});
    json_of(citizen.post("/v1/support/requests", &question).await, 202).await;
    json_of(house.post("/v1/accounts/password-reset", &json!({"email": citizen.email})).await, 202).await;
    mail_to(&house, &citizen.email, subject::PASSWORD_RESET).await;

    refused(citizen.request(Method::DELETE, ME).send().await.unwrap(), 403, "presence_required").await;
    let answer = json_of(delete(&citizen).await, 200).await;
    let expected = [
        "certificates",
        "checks",
        "applications",
        "mandates",
        "identity_verifications",
        "audit_log",
        "backups",
    ];
    assert_eq!(kinds(&answer), expected);
    assert_eq!(answer["kept"][0]["count"], 1);
    assert!(answer["kept"][0]["law"].as_str().unwrap().contains("290/2004"), "{answer}");

    refused(citizen.get(ME).await, 401, "unauthenticated").await;
    refused(refresh(&citizen).await, 401, "invalid_refresh_token").await;
    let log_in = json!({"email": citizen.email, "password": PASSWORD});
    refused(house.post("/v1/sessions", &log_in).await, 401, "invalid_credentials").await;
    for table in [
        "sessions",
        "devices",
        "known_agents",
        "totp_secrets",
        "recovery_codes",
        "password_resets",
        "email_confirmations",
        "second_factor_resets",
        "redirect_logins",
        "support_requests",
        "idempotency_keys",
    ] {
        assert_eq!(rows(&house, table, &account), 0, "{table}");
    }
    let left = "SELECT count(*) FROM accounts WHERE deleted_at IS NOT NULL AND num_nonnulls(email_index, email, phone,
        password_hash, person_index, person, identity_method, identity_verified_at) = 0";
    assert_eq!(house.database.count(left), 1);
    let secrets = "SELECT count(*) FROM identity_verifications WHERE num_nonnulls(claim, secrets, state_digest, return_url) > 0";
    assert_eq!(house.database.count(secrets), 0);
    assert_eq!(house.database.count("SELECT count(*) FROM mandates WHERE ended_by = 'holder'"), 1);
    assert_eq!(verdict(&house, certificate).await, "valid", "no relying party is told otherwise");
    assert!(mail_to(&house, &citizen.email, subject::ACCOUNT_DELETED).await.contains("a fost șters"));
    is_whole(&house);
}

/// The log is complete, and commits to every row as it is now.
fn is_whole(house: &House) {
    append(&house.database);
    let report = whole(&house.database, &[], &[]);
    assert!(report.is_whole(), "{:?}", report.faults);
}

#[actix_web::test]
async fn the_same_person_opens_another_account_and_finds_their_certificates() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    json_of(delete(&citizen).await, 200).await;
    let token = Citizen::confirmation_token(&house, &citizen.email).await;
    json_of(
        house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
        200,
    )
    .await;
    let again = Citizen::logged_in(&house, &citizen.email).await;
    assert_eq!(json_of(again.get("/v1/certificates").await, 200).await["items"], json!([]));
    again.prove("clean", "success").await;
    let found = json_of(again.get("/v1/certificates").await, 200).await;
    assert_eq!(found["items"][0]["id"], certificate["id"]);
    refused(again.apply("employment").await, 409, "already_applied_today").await;
    is_whole(&house);
}

#[actix_web::test]
async fn open_applications_are_named_and_can_be_withdrawn() {
    let house = House::with().entries().start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].clone();
    let problem = refused(delete(&citizen).await, 409, "applications_open").await;
    assert_eq!(problem["application_ids"], json!([id]));
    json_of(citizen.get(ME).await, 200).await;
    let path = format!("/v1/applications/{}/withdraw", id.as_str().unwrap());
    json_of(citizen.post(&path, &json!({})).await, 200).await;
    let answer = json_of(delete(&citizen).await, 200).await;
    assert_eq!(kinds(&answer), ["applications", "identity_verifications", "audit_log", "backups"]);
}

#[actix_web::test]
async fn a_deletion_ends_refreshes_and_log_ins_in_flight() {
    let house = House::start().await;
    for _ in 0..5 {
        let citizen = Citizen::registered(&house).await;
        let other = Citizen::logged_in(&house, &citizen.email).await;
        citizen.prove_presence().await;
        let log_in = json!({"email": citizen.email, "password": PASSWORD});
        let deletion = citizen.request(Method::DELETE, ME).send();
        let refreshes = join_all((0..3).map(|_| refresh(&other)));
        let (entered, (answers, ended)) =
            join(house.post("/v1/sessions", &log_in), join(refreshes, deletion)).await;
        assert_eq!(ended.unwrap().status(), 200);
        is_over(&other, answers).await;
        if entered.status() == 201 {
            let tokens: Value = entered.json().await.unwrap();
            let entered = Citizen::of_tokens(&house, &citizen.email, &tokens);
            refused(entered.get(ME).await, 401, "unauthenticated").await;
        }
        assert_eq!(house.database.count("SELECT count(*) FROM sessions"), 0);
    }
}

#[actix_web::test]
async fn nothing_that_was_begun_comes_back_to_a_deleted_account() {
    let house = House::start().await;
    let (citizen, officer, verification) = at_counter(&house, "clean").await;
    json_of(delete(&citizen).await, 200).await;
    let certified = officer.certify(&verification).await;
    assert!([404, 409, 410].contains(&certified.status().as_u16()), "{}", certified.status());
    let redirected = Citizen::verified(&house, "clean").await;
    let code = Handoff::of(&house, "clean", "success").await.code(&house).await;
    json_of(delete(&redirected).await, 200).await;
    let exchanged = house.post("/v1/sessions/exchange", &json!({"code": code})).await;
    refused(exchanged, 401, "invalid_code").await;
    assert_eq!(house.database.count("SELECT count(*) FROM accounts WHERE person_index IS NOT NULL"), 0);
}

#[actix_web::test]
async fn a_fresh_certification_keeps_the_account_until_no_counter_can_undo_it() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (citizen, _) = certified(&house, &desk, "clean").await;
    let problem = delete(&citizen).await;
    let wait: i64 = problem.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    refused(problem, 409, "certification_fresh").await;
    assert_eq!(wait, TimeDelta::hours(24).num_seconds());
    clock.set(clock.now() + TimeDelta::hours(24));
    let later = Citizen::logged_in(&house, &citizen.email).await;
    json_of(delete(&later).await, 200).await;
}

#[actix_web::test]
async fn an_undoing_gives_nobody_back_to_a_deleted_account() {
    let house = House::start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let first = Citizen::verified(&house, "clean").await;
    let second = Citizen::registered(&house).await;
    let verification = certify(&second, &desk, "clean").await;
    let first = Citizen::logged_in(&house, &first.email).await;
    json_of(delete(&first).await, 200).await;
    json_of(desk.undo(&verification).await, 200).await;
    assert_eq!(house.database.count("SELECT count(*) FROM accounts WHERE person_index IS NOT NULL"), 0);
}

#[actix_web::test]
async fn staff_are_not_deleted_this_way_nor_who_was_staff() {
    let house = House::start().await;
    let officer = Officer::at(&house, "CJ-P01").await;
    house.database.execute("UPDATE sessions SET proved_at = now()");
    let answer = officer.request(Method::DELETE, ME).send().await.unwrap();
    refused(answer, 403, "role_required").await;
    let former = Citizen::registered(&house).await;
    let account = json_of(former.get(ME).await, 200).await["id"].as_str().unwrap().to_owned();
    house.database.execute(&format!(
        "INSERT INTO audit_events (at, actor_role, action, subject_id, request_id)
        VALUES (now(), 'service', 'staff.appointed', '{account}', 'r')"
    ));
    refused(delete(&former).await, 403, "role_required").await;
}
