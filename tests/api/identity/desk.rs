//! What does not happen at a desk: nothing too late, nothing unrecorded, nothing over a later proof.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::json;

use crate::support::{Citizen, House, Officer, at_counter, claim_of, json_of, query, refused};

/// A decision that takes the person from the account that they own so far.
fn transfer() -> serde_json::Value {
    let document =
        json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2036-05-14"});
    json!({"decision": "certify", "document": document, "transfer": true})
}

#[derive(QueryableByName)]
struct Action {
    #[diesel(sql_type = Text)]
    action: String,
}

/// What the log tells of a verification or an account, in order.
fn log_of(house: &House, subject: &str) -> Vec<String> {
    let query = format!("SELECT action FROM audit_events WHERE subject_id = '{subject}' ORDER BY id");
    let actions: Vec<Action> = sql_query(query).load(&mut house.database.connect()).unwrap();
    actions.into_iter().map(|line| line.action).collect()
}

#[actix_web::test]
async fn a_verified_account_claims_nothing_more() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let body = json!({"method": "counter", "claim": claim_of("clean-2")});
    refused(citizen.post("/v1/identity-verifications", &body).await, 409, "already_verified").await;
}

#[actix_web::test]
async fn a_code_that_expires_at_the_counter_is_not_decided() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (id, code) = Citizen::registered(&house).await.claim(&claim_of("clean")).await;
    let end = clock.now() + TimeDelta::days(30);
    clock.set(end - TimeDelta::minutes(5));
    let officer = Officer::at(&house, "CJ-P01").await;
    json_of(officer.open(&code).await, 200).await;
    clock.set(end);
    refused(officer.certify(&id).await, 404, "not_found").await;
}

#[actix_web::test]
async fn every_step_at_a_desk_is_in_the_log() {
    let house = House::start().await;
    let former = Citizen::verified(&house, "clean").await;
    let former = json_of(former.get("/v1/accounts/me").await, 200).await["id"].as_str().unwrap().to_owned();
    let (_citizen, officer, id) = at_counter(&house, "clean").await;
    json_of(officer.reject(&id).await, 200).await;
    json_of(officer.undo(&id).await, 200).await;
    json_of(officer.decide(&id, &transfer()).await, 200).await;
    json_of(officer.undo(&id).await, 200).await;
    let steps = [
        "identity_verification.created",
        "identity_verification.opened",
        "identity.rejected",
        "identity.rejection_undone",
        "identity.certified",
        "identity.certification_undone",
    ];
    assert_eq!(log_of(&house, &id), steps);
    assert_eq!(log_of(&house, &former).last().map(String::as_str), Some("identity.moved_away"));
}

#[actix_web::test]
async fn an_undoing_needs_the_second_factor_again_after_a_while() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (_citizen, officer, id) = at_counter(&house, "clean").await;
    json_of(officer.certify(&id).await, 200).await;
    clock.set(clock.now() + TimeDelta::minutes(11));
    refused(officer.undo(&id).await, 403, "step_up_required").await;
    officer.step_up().await;
    json_of(officer.undo(&id).await, 200).await;
}

#[actix_web::test]
async fn an_undone_rejection_closes_the_code_that_was_asked_for_meanwhile() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    json_of(officer.open(&code).await, 200).await;
    json_of(officer.reject(&id).await, 200).await;
    let (_, newer) = citizen.claim(&claim_of("clean")).await;
    json_of(officer.undo(&id).await, 200).await;
    refused(officer.open(&newer).await, 404, "not_found").await;
    json_of(officer.open(&code).await, 200).await;
    let claims = "SELECT count(*) FROM identity_verifications WHERE claim IS NOT NULL";
    assert_eq!(house.database.count(claims), 1, "of a code that is closed nothing is kept");
}

#[actix_web::test]
async fn a_certification_is_not_undone_over_a_later_proof_of_somebody_else() {
    let house = House::start().await;
    let (first, second) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    let officer = Officer::at(&house, "CJ-P01").await;
    let old = officer.receive(&first, "clean").await;
    json_of(officer.certify(&old).await, 200).await;
    let new = officer.receive(&second, "clean").await;
    json_of(officer.decide(&new, &transfer()).await, 200).await;
    let first = Citizen::logged_in(&house, &first.email).await;
    let back = first.prove("clean-2", "success").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"), "{back}");
    refused(officer.undo(&old).await, 409, "too_late_to_undo").await;
    json_of(officer.undo(&new).await, 200).await;
    let identity = &json_of(first.get("/v1/accounts/me").await, 200).await["identity"];
    assert_eq!(identity["person"]["cnp"], claim_of("clean-2")["cnp"], "nobody else is put in their place");
}
