//! What issues checks inside its statement whose the account is: a register's answer is held, the proof is undone, the
//! answer let go.

use std::future::Future;

use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use futures_util::future::join;
use reqwest::{Method, Response};
use reqwest_middleware::RequestBuilder;
use serde_json::json;

use crate::support::{
    Citizen, Gate, House, Officer, application, apply_for_company, certified, certify, json_of, mandate,
    refused, register_names, until,
};

const OFFICER: &str = "1800101221144";

/// Does something whose question to the register is held until something else is done.
async fn meanwhile(gate: &Gate, held: impl Future<Output = Response>, done: impl Future) -> Response {
    gate.close();
    let others = async {
        gate.holds().await;
        done.await;
        gate.open();
    };
    join(held, others).await.0
}

/// Takes the person from every account but officers', behind the back of everything that follows from an undoing.
fn unprove(house: &House) {
    let nobody = "UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL";
    sql_query(nobody).execute(&mut house.database.connect()).unwrap();
}

#[actix_web::test]
async fn nothing_is_issued_for_a_request_whose_proof_is_undone_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (citizen, verification) = certified(&house, &desk, "clean").await;
    let undo = async { json_of(desk.undo(&verification).await, 200).await };
    let answer = meanwhile(&gate, citizen.apply("employment"), undo).await;
    refused(answer, 401, "unauthenticated").await;
    for what in ["applications", "application_events", "certificates"] {
        assert_eq!(house.database.count(&format!("SELECT count(*) FROM {what}")), 0, "{what}");
    }
}

#[actix_web::test]
async fn nothing_is_issued_for_a_session_that_ended_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let end = async {
        let ended = citizen.request(Method::DELETE, "/v1/sessions/current").send().await.unwrap();
        assert_eq!(ended.status(), 204);
    };
    let answer = meanwhile(&gate, citizen.apply("employment"), end).await;
    refused(answer, 401, "unauthenticated").await;
    assert_eq!(house.database.count("SELECT count(*) FROM applications"), 0);
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
}

#[actix_web::test]
async fn nothing_is_issued_for_a_request_whose_person_is_moved_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (lost, found) = (Citizen::verified(&house, "clean").await, Citizen::registered(&house).await);
    let answer = meanwhile(&gate, lost.apply("employment"), certify(&found, &desk, "clean")).await;
    refused(answer, 401, "unauthenticated").await;
    assert_eq!(house.database.count("SELECT count(*) FROM applications"), 0);
    json_of(found.apply("employment").await, 201).await;
}

#[actix_web::test]
async fn nothing_is_issued_by_a_mandate_whose_holder_is_undone_while_the_registers_are_asked() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (citizen, verification) = certified(&house, &desk, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let undo = async { json_of(desk.undo(&verification).await, 200).await };
    let answer = meanwhile(&gate, apply_for_company(&citizen, &mandate, "employment"), undo).await;
    refused(answer, 401, "unauthenticated").await;
    assert_eq!(house.database.count("SELECT count(*) FROM applications"), 0);
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
}

#[actix_web::test]
async fn an_application_that_waits_is_closed_when_the_proof_is_undone_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let lost = Citizen::verified(&house, "clean").await;
    let found = Citizen::registered(&house).await;
    let verification = certify(&found, &desk, "clean").await;
    away(&house, 600).await;
    let waits = json_of(found.apply("employment").await, 202).await;
    gate.close();
    away(&house, 0).await;
    gate.holds().await;
    json_of(desk.undo(&verification).await, 200).await;
    gate.open();
    gate.is_empty().await;
    let lost = Citizen::logged_in(&house, &lost.email).await;
    let path = format!("/v1/applications/{}", waits["id"].as_str().unwrap());
    let shown = json_of(lost.get(&path).await, 200).await;
    assert_eq!(shown["status"], "rejected");
    assert_eq!(shown["events"].as_array().unwrap().last().unwrap()["reason"], "identity_undone");
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
    json_of(lost.apply("employment").await, 201).await;
}

#[actix_web::test]
async fn an_application_that_waits_is_not_issued_to_somebody_without_an_account() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    away(&house, 600).await;
    json_of(citizen.apply("employment").await, 202).await;
    gate.close();
    away(&house, 0).await;
    gate.holds().await;
    unprove(&house);
    // Held where it issues, and let go on: then it is over when the statement and its transaction are.
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE certificates").unwrap();
    gate.open();
    let issuing =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
        AND query LIKE 'WITH input (application_id, standing%'";
    until("it comes to its statement", || house.database.count(issuing) == 1).await;
    holder.batch_execute("COMMIT").unwrap();
    until("its turn is over", || house.database.count(issuing) == 0).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
}

#[actix_web::test]
async fn a_mandate_that_ended_meanwhile_does_not_end_again() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    register_names(&house, "firm-clean", &[OFFICER]);
    let path = format!("/v1/mandates/{mandate}/end");
    let end = async { json_of(citizen.post(&path, &json!({})).await, 200).await };
    let answer = meanwhile(&gate, apply_for_company(&citizen, &mandate, "employment"), end).await;
    refused(answer, 409, "mandate_not_in_force").await;
    assert_eq!(house.database.count("SELECT count(*) FROM audit_events WHERE action = 'mandate.ended'"), 1);
}

async fn away(house: &House, seconds: u32) {
    let body = json!({"register": "civil_status", "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

#[actix_web::test]
async fn a_request_that_waits_for_an_officer_is_not_kept_for_an_impostor() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let answer = meanwhile(&gate, citizen.apply("employment"), async { unprove(&house) }).await;
    refused(answer, 409, "identity_unverified").await;
    assert_eq!(house.database.count("SELECT count(*) FROM applications"), 0);
}

#[actix_web::test]
async fn no_form_is_filled_in_for_an_account_undone_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let form = "/v1/applications/prefill?service=criminal-record-certificate";
    for path in [form.to_owned(), format!("/v1/mandates/{mandate}/prefill")] {
        json_of(citizen.get(&path).await, 200).await;
        let mut connection = house.database.connect();
        let keep = "CREATE TEMPORARY TABLE kept AS SELECT * FROM accounts";
        sql_query(keep).execute(&mut connection).unwrap();
        let answer = meanwhile(&gate, citizen.get(&path), async { unprove(&house) }).await;
        refused(answer, 409, "identity_unverified").await;
        let back = "UPDATE accounts a SET person_index = k.person_index, person = k.person, identity_method = k.identity_method,
            identity_verified_at = k.identity_verified_at FROM kept k WHERE k.id = a.id";
        sql_query(back).execute(&mut connection).unwrap();
    }
}

#[actix_web::test]
async fn no_officer_issues_to_somebody_whose_proof_is_undone_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}/corrections", certificate["id"].as_str().unwrap());
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let asked = json_of(citizen.post(&path, &correction).await, 202).await;
    let officer = Officer::who_is(&house, OFFICER);
    let case = format!("/v1/review/applications/{}", asked["id"].as_str().unwrap());
    json_of(officer.post(&format!("{case}/claim"), &json!({})).await, 200).await;
    let (decision, body) = (format!("{case}/decision"), json!({"decision": "issue"}));
    let answer = meanwhile(&gate, officer.post(&decision, &body), async { unprove(&house) }).await;
    refused(answer, 409, "not_claimed").await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 1);
    assert_eq!(
        house.database.count("SELECT count(*) FROM certificates WHERE ended_as IS NULL"),
        1,
        "the first stays as it is"
    );
}

/// Sends a request while an undoing has begun and not ended; lets it end when the request waits for it.
async fn during_an_undoing(house: &House, request: RequestBuilder) -> Response {
    let mut undoing = house.database.connect();
    let nobody = "BEGIN; UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL WHERE person_index IS NOT NULL";
    undoing.batch_execute(nobody).unwrap();
    let answer = actix_web::rt::spawn(request.send());
    until("it waits", || answer.is_finished() || house.database.waits_for_locks() > 0).await;
    undoing.batch_execute("COMMIT").unwrap();
    answer.await.unwrap().unwrap()
}

#[actix_web::test]
async fn an_issue_waits_for_a_running_undo() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let request = citizen.request(Method::POST, "/v1/applications").json(&application("employment"));
    refused(during_an_undoing(&house, request).await, 409, "identity_unverified").await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);

    let citizen = Citizen::verified(&house, "clean-2").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}/corrections", certificate["id"].as_str().unwrap());
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let asked = json_of(citizen.post(&path, &correction).await, 202).await;
    let officer = Officer::who_is(&house, OFFICER);
    let case = format!("/v1/review/applications/{}", asked["id"].as_str().unwrap());
    json_of(officer.post(&format!("{case}/claim"), &json!({})).await, 200).await;
    let decision = officer.request(Method::POST, &format!("{case}/decision"));
    let answer = during_an_undoing(&house, decision.json(&json!({"decision": "issue"}))).await;
    refused(answer, 409, "not_claimed").await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 1);
}

#[actix_web::test]
async fn a_certificate_that_is_revoked_while_the_register_is_asked_is_not_corrected() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}", certificate["id"].as_str().unwrap());
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let asked = json_of(citizen.post(&format!("{path}/corrections"), &correction).await, 202).await;
    let officer = Officer::who_is(&house, OFFICER);
    let case = format!("/v1/review/applications/{}", asked["id"].as_str().unwrap());
    json_of(officer.post(&format!("{case}/claim"), &json!({})).await, 200).await;
    let (decision, body) = (format!("{case}/decision"), json!({"decision": "issue"}));
    // Between the look at the old certificate and the statement that issues the new one.
    let revoke = async {
        let revoked = "UPDATE certificates SET ended_as = 'revoked', ended_at = now(), end_reason = 'fraud'";
        sql_query(revoked).execute(&mut house.database.connect()).unwrap();
    };
    let answer = meanwhile(&gate, officer.post(&decision, &body), revoke).await;
    assert_eq!(answer.status(), 409);
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 1);
}
