//! Applications of legal persons that are not issued at once: entries, officers, registers and mandates that fail meanwhile.

use cazier::time::Clock;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::{
    Citizen, Gate, House, Officer, apply_for_company, ask_mandate, cui_of, json_of, mandate, refused,
    register_names,
};

const OFFICER: &str = "1800101221144";
const REPRESENTATIVE: &str = "2790126264101";

async fn house() -> House {
    House::with().legal_persons().start().await
}

async fn represented<'a>(house: &'a House, company: &str) -> (Citizen<'a>, String) {
    let izabella = Citizen::verified(house, "representative").await;
    let id = mandate(&izabella, company).await;
    (izabella, id)
}

async fn verify(house: &House, certificate: &Value, field: &str, value: &str) -> Value {
    let mut body = json!({"registration_number": certificate["registration_number"]});
    body[field] = json!(value);
    json_of(house.post("/v1/verify", &body).await, 200).await
}

async fn away(house: &House, register: &str, seconds: u32) {
    let body = json!({"register": register, "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

#[actix_web::test]
async fn in_the_pilot_a_firm_with_entries_is_sent_to_a_counter() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-with-entries").await;
    let referred = json_of(apply_for_company(&izabella, &id, "public_tender").await, 202).await;
    let shown = izabella.application_once(referred["id"].as_str().unwrap(), "referred").await;
    assert_eq!(shown["events"][1]["reason"], "come_to_counter");
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/review/applications/{}", referred["id"].as_str().unwrap());
    json_of(officer.post(&format!("{path}/claim"), &json!({})).await, 200).await;
    let issue = officer.post(&format!("{path}/decision"), &json!({"decision": "issue"})).await;
    refused(issue, 409, "phase_not_open").await;
}

#[actix_web::test]
async fn later_an_officer_issues_it_with_the_entries_but_not_one_of_the_firm() {
    let house = House::with().legal_persons().entries().start().await;
    let (izabella, id) = represented(&house, "firm-with-entries").await;
    let referred = json_of(apply_for_company(&izabella, &id, "public_tender").await, 202).await;
    let path = format!("/v1/review/applications/{}", referred["id"].as_str().unwrap());
    let own = Officer::who_is(&house, REPRESENTATIVE);
    refused(own.post(&format!("{path}/claim"), &json!({})).await, 403, "own_application").await;
    // Neither the applicant nor named by the register, but with a mandate on its way.
    let colleague = Citizen::verified(&house, "clean").await;
    json_of(ask_mandate(&colleague, "firm-with-entries", "attorney").await, 202).await;
    let by_day = Officer::who_is(&house, "2880514121171");
    refused(by_day.post(&format!("{path}/claim"), &json!({})).await, 403, "own_application").await;
    let officer = Officer::who_is(&house, OFFICER);
    let case = json_of(officer.post(&format!("{path}/claim"), &json!({})).await, 200).await;
    assert_eq!((&case["cui"], &case["cnp"]), (&json!(cui_of("firm-with-entries")), &json!(null)));
    assert_eq!(
        (&case["company"]["name"], &case["civil_status"]),
        (&json!("Depozit Doftana S.A."), &json!(null))
    );
    assert_eq!((case["entries"].as_array().unwrap().len(), &case["mandate_in_force"]), (1, &json!(true)));
    let decided = officer.post(&format!("{path}/decision"), &json!({"decision": "issue"})).await;
    assert_eq!(json_of(decided, 200).await["status"], "issued");
    let issued = izabella.application_once(referred["id"].as_str().unwrap(), "issued").await;
    let certificate = &issued["certificate"];
    let payload = json_of(izabella.get(certificate["links"]["payload"].as_str().unwrap()).await, 200).await;
    assert_eq!(payload["finding_text"]["ro"], "are în cazierul judiciar înscrierile de mai jos");
    assert_eq!(payload["entries"][0]["court"], "Tribunalul Prahova");
    let answer = verify(&house, certificate, "cui", cui_of("firm-with-entries")).await;
    assert_eq!(answer["certificate"]["finding"], "record");
}

#[actix_web::test]
async fn an_application_by_a_mandate_that_has_ended_can_be_claimed_and_rejected() {
    let house = House::with().legal_persons().entries().start().await;
    let (izabella, id) = represented(&house, "firm-with-entries").await;
    let referred = json_of(apply_for_company(&izabella, &id, "public_tender").await, 202).await;
    json_of(izabella.post(&format!("/v1/mandates/{id}/end"), &json!({})).await, 200).await;
    let path = format!("/v1/review/applications/{}", referred["id"].as_str().unwrap());
    let officer = Officer::who_is(&house, OFFICER);
    let case = json_of(officer.post(&format!("{path}/claim"), &json!({})).await, 200).await;
    assert_eq!((&case["mandate_in_force"], &case["company"]["dissolved"]), (&json!(false), &json!(false)));
    let issue = officer.post(&format!("{path}/decision"), &json!({"decision": "issue"})).await;
    refused(issue, 409, "mandate_not_in_force").await;
    let reject = json!({"decision": "reject", "reason": "not_proved", "note": "Mandatul a încetat."});
    json_of(officer.post(&format!("{path}/decision"), &reject).await, 200).await;
}

#[actix_web::test]
async fn a_mandate_that_ends_while_an_officer_looks_leads_to_no_certificate() {
    let house = House::with().legal_persons().entries().start().await;
    let (izabella, id) = represented(&house, "firm-with-entries").await;
    let referred = json_of(apply_for_company(&izabella, &id, "public_tender").await, 202).await;
    let path = format!("/v1/review/applications/{}", referred["id"].as_str().unwrap());
    let officer = Officer::who_is(&house, OFFICER);
    json_of(officer.post(&format!("{path}/claim"), &json!({})).await, 200).await;
    register_names(&house, "firm-with-entries", &[REPRESENTATIVE, OFFICER]);
    let own = officer.post(&format!("{path}/decision"), &json!({"decision": "issue"})).await;
    refused(own, 403, "own_application").await;
    register_names(&house, "firm-with-entries", &[REPRESENTATIVE]);
    json_of(izabella.post(&format!("/v1/mandates/{id}/end"), &json!({})).await, 200).await;
    let issue = officer.post(&format!("{path}/decision"), &json!({"decision": "issue"})).await;
    refused(issue, 409, "mandate_not_in_force").await;
    let reject = json!({"decision": "reject", "reason": "not_proved", "note": "Mandatul a încetat."});
    json_of(officer.post(&format!("{path}/decision"), &reject).await, 200).await;
}

#[actix_web::test]
async fn a_mandate_that_ends_while_the_register_thinks_leads_to_no_certificate() {
    let gate = Gate::default();
    let house = House::with().legal_persons().gate(&gate).start().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    gate.close();
    let end = async {
        gate.holds().await;
        json_of(izabella.post(&format!("/v1/mandates/{id}/end"), &json!({})).await, 200).await;
        gate.open();
    };
    let (applied, _) = join(apply_for_company(&izabella, &id, "employment"), end).await;
    let problem = refused(applied, 409, "mandate_not_in_force").await;
    assert_eq!(problem["mandate_status"], "ended");
    assert_eq!(json_of(izabella.get("/v1/applications").await, 200).await["items"], json!([]));
}

#[actix_web::test]
async fn a_register_that_is_away_loses_no_firm_s_application() {
    let clock = Clock::pinned("2026-11-24T09:00:00Z".parse().unwrap());
    let house = House::with().legal_persons().clock(&clock).start().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let other = mandate(&izabella, "association").await;
    away(&house, "companies", 3600).await;
    let waiting = json_of(apply_for_company(&izabella, &id, "employment").await, 202).await;
    let ended = json_of(apply_for_company(&izabella, &other, "employment").await, 202).await;
    assert_eq!(
        (&waiting["status"], &waiting["expected_on"]),
        (&json!("awaiting_register"), &json!("2026-11-25"))
    );
    json_of(izabella.post(&format!("/v1/mandates/{other}/end"), &json!({})).await, 200).await;
    clock.set("2026-11-24T10:00:01Z".parse().unwrap());
    let izabella = Citizen::logged_in(&house, &izabella.email).await;
    let issued = izabella.application_once(waiting["id"].as_str().unwrap(), "issued").await;
    assert_eq!(issued["events"].as_array().unwrap().last().unwrap()["actor"], "service");
    assert_eq!(verify(&house, &issued["certificate"], "cui", "12345674").await["outcome"], "valid");
    let rejected = izabella.application_once(ended["id"].as_str().unwrap(), "rejected").await;
    assert_eq!(rejected["events"].as_array().unwrap().last().unwrap()["reason"], "mandate_not_in_force");
}

#[actix_web::test]
async fn a_mandate_that_the_register_takes_back_meanwhile_ends_the_wait_without_a_certificate() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    away(&house, "criminal_records", 600).await;
    let waiting = json_of(apply_for_company(&izabella, &id, "employment").await, 202).await;
    register_names(&house, "firm-clean", &["1830612121239"]);
    away(&house, "criminal_records", 0).await;
    let rejected = izabella.application_once(waiting["id"].as_str().unwrap(), "rejected").await;
    assert_eq!(rejected["events"].as_array().unwrap().last().unwrap()["reason"], "mandate_not_in_force");
    let shown = json_of(izabella.get(&format!("/v1/mandates/{id}")).await, 200).await;
    assert_eq!((&shown["status"], &shown["ended_by"]), (&json!("ended"), &json!("company_register")));
}

#[actix_web::test]
async fn a_certificate_of_a_firm_is_revoked_by_no_officer_of_the_firm_and_corrected_by_nobody() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let issued = json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
    let certificate = &issued["certificate"];
    let path = format!("/v1/certificates/{}", certificate["id"].as_str().unwrap());
    let correction = json!({"field": "family_name", "value": "Popescu"});
    let answer = izabella.post(&format!("{path}/corrections"), &correction).await;
    refused(answer, 409, "company_data_from_register").await;
    let body = json!({"reason": "wrong_data"});
    let own = Officer::who_is(&house, REPRESENTATIVE);
    refused(own.post(&format!("{path}/revocation"), &body).await, 403, "own_application").await;
    let officer = Officer::who_is(&house, OFFICER);
    json_of(officer.post(&format!("{path}/revocation"), &body).await, 200).await;
    assert_eq!(verify(&house, certificate, "cui", "12345674").await["outcome"], "revoked");
}
