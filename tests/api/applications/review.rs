//! Officers decide: hits in each phase, representation, other states; nobody decides twice, or about themselves.

use cazier::person::Index;
use diesel::sql_types::Bytea;
use diesel::{RunQueryDsl, sql_query};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Citizen, House, Officer, at_counter, json_of, keyring, mail_to, refused, subject};

pub const OFFICER: &str = "1800101221144";

pub const CLEAN: &str = "2880514121171";

const WITH_ENTRIES: &str = "1820317162551";

/// A person with entries, and their application.
async fn hit<'a>(house: &'a House, reason: &str) -> (Citizen<'a>, String) {
    let citizen = Citizen::verified(house, "with-entries").await;
    let referred = json_of(citizen.apply(reason).await, 202).await;
    assert_eq!(referred["status"], "referred");
    let id = referred["id"].as_str().unwrap().to_owned();
    (citizen, id)
}

pub async fn application(citizen: &Citizen<'_>, id: &str) -> Value {
    json_of(citizen.get(&format!("/v1/applications/{id}")).await, 200).await
}

pub async fn payload(citizen: &Citizen<'_>, certificate: &Value) -> Value {
    json_of(citizen.get(certificate["links"]["payload"].as_str().unwrap()).await, 200).await
}

pub async fn verified(house: &House, certificate: &Value, cnp: &str) -> Value {
    let body = json!({"registration_number": certificate["registration_number"], "cnp": cnp});
    json_of(house.post("/v1/verify", &body).await, 200).await
}

#[actix_web::test]
async fn in_the_pilot_a_hit_leads_to_a_counter_and_no_certificate_with_entries_is_made() {
    let house = House::start().await;
    let services = json_of(house.get("/v1/services").await, 200).await;
    assert_eq!(services["items"][0]["phase"], "persons_without_entries");
    let (citizen, id) = hit(&house, "employment").await;
    let shown = application(&citizen, &id).await;
    assert_eq!(shown["events"][1]["reason"], "come_to_counter");
    assert!(!shown.to_string().contains("entries"), "no more is said than must be: {shown}");
    let officer = Officer::who_is(&house, OFFICER);
    officer.claim_case(&id).await;
    refused(officer.decide_case(&id, &json!({"decision": "issue"})).await, 409, "phase_not_open").await;
    let rejection =
        json!({"decision": "reject", "reason": "handled_at_counter", "note": "Eliberat pe hârtie."});
    assert_eq!(json_of(officer.decide_case(&id, &rejection).await, 200).await["status"], "rejected");
    let shown = application(&citizen, &id).await;
    let last = shown["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["actor"], &last["reason"]), (&json!("officer"), &json!("handled_at_counter")));
    assert!(!shown.to_string().contains("hârtie"), "an officer's words are for officers");
    mail_to(&house, &citizen.email, subject::APPLICATION_REFUSED).await;
}

#[actix_web::test]
async fn in_the_second_phase_an_officer_looks_and_the_certificate_lists_the_entries() {
    let house = House::with().entries().start().await;
    let services = json_of(house.get("/v1/services").await, 200).await;
    assert_eq!(services["items"][0]["phase"], "persons_with_entries");
    assert_eq!(services["items"][0]["phases"][0]["from"], "2023-06-01");
    let (citizen, id) = hit(&house, "employment").await;
    assert_eq!(application(&citizen, &id).await["events"][1]["reason"], "officer_review");
    let officer = Officer::who_is(&house, OFFICER);
    let queue = json_of(officer.get("/v1/review/applications").await, 200).await;
    assert_eq!((&queue["items"][0]["id"], &queue["items"][0]["kind"]), (&json!(id), &json!("entries")));
    assert!(!queue.to_string().contains(WITH_ENTRIES));
    let case = officer.claim_case(&id).await;
    assert_eq!((&case["cnp"], case["entries"].as_array().unwrap().len()), (&json!(WITH_ENTRIES), 2));
    assert_eq!(application(&citizen, &id).await["status"], "in_review");
    assert_eq!(
        json_of(officer.decide_case(&id, &json!({"decision": "issue"})).await, 200).await["status"],
        "issued"
    );
    let shown = application(&citizen, &id).await;
    let certificate = &shown["certificate"];
    assert_eq!(certificate["finding"], "record");
    let signed = payload(&citizen, certificate).await;
    assert_eq!((&signed["finding"], signed["entries"].as_array().unwrap().len()), (&json!("record"), 2));
    assert!(
        signed["finding_text"]["ro"].as_str().unwrap().starts_with("are în cazierul judiciar înscrierile")
    );
    assert_eq!(verified(&house, certificate, WITH_ENTRIES).await["certificate"]["finding"], "record");
    refused(officer.decide_case(&id, &json!({"decision": "issue"})).await, 404, "not_found").await;
}

#[actix_web::test]
async fn a_wrong_hit_can_be_cleared_with_a_reason() {
    let house = House::start().await;
    let (citizen, id) = hit(&house, "employment").await;
    let officer = Officer::who_is(&house, OFFICER);
    officer.claim_case(&id).await;
    let problem =
        refused(officer.decide_case(&id, &json!({"decision": "clear"})).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "note_missing");
    let clear = json!({"decision": "clear", "note": "Alt Stoica Florin, născut în 1964."});
    json_of(officer.decide_case(&id, &clear).await, 200).await;
    let shown = application(&citizen, &id).await;
    let last = shown["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["status"], &last["reason"]), (&json!("issued"), &json!("wrong_hit_cleared")));
    assert_eq!(payload(&citizen, &shown["certificate"]).await["finding"], "no_record");
    assert!(!shown.to_string().contains("1964"));
}

#[actix_web::test]
async fn nobody_decides_about_entries_that_they_did_not_see() {
    let house = House::with().local_registers().start().await;
    let (citizen, id) = hit(&house, "employment").await;
    let officer = Officer::who_is(&house, OFFICER);
    let shown = async || officer.claim_case(&id).await["entries"].as_array().unwrap().len();
    let keyring = keyring();
    let person = keyring.index(Index::REGISTRY_CNP, WITH_ENTRIES.as_bytes());
    let lose_one = || {
        let one = "DELETE FROM registry.criminal_records WHERE id = (SELECT id FROM registry.criminal_records WHERE person_index = $1 LIMIT 1)";
        let deleted = sql_query(one).bind::<Bytea, _>(&person).execute(&mut house.database.connect());
        assert_eq!(deleted, Ok(1));
    };
    let clear = json!({"decision": "clear", "note": "Alt Stoica Florin, născut în 1964."});
    assert_eq!((shown().await, shown().await), (2, 2));
    lose_one();
    refused(officer.decide_case(&id, &clear).await, 409, "entries_changed").await;
    assert_eq!(shown().await, 1);
    lose_one();
    for decision in [clear, json!({"decision": "issue"})] {
        refused(officer.decide_case(&id, &decision).await, 409, "entries_changed").await;
    }
    assert_eq!((shown().await, &application(&citizen, &id).await["certificate"]), (0, &json!(null)));
    json_of(officer.decide_case(&id, &json!({"decision": "issue"})).await, 200).await;
}

#[actix_web::test]
async fn only_an_officer_with_a_fresh_second_factor_decides_and_never_about_themselves() {
    let house = House::start().await;
    let (citizen, id) = hit(&house, "employment").await;
    let claim_path = format!("/v1/review/applications/{id}/claim");
    refused(citizen.get("/v1/review/applications").await, 403, "role_required").await;
    refused(citizen.post(&claim_path, &json!({})).await, 403, "role_required").await;
    let oneself = Officer::who_is(&house, WITH_ENTRIES);
    refused(oneself.post(&claim_path, &json!({})).await, 403, "own_application").await;
    let tired = Officer::tired(&house, OFFICER);
    tired.claim_case(&id).await;
    let reject = json!({"decision": "reject", "reason": "not_proved", "note": "Fără acte."});
    refused(tired.decide_case(&id, &reject).await, 403, "step_up_required").await;
    let other = Officer::who_is(&house, "6240601700021");
    refused(other.decide_case(&id, &reject).await, 409, "not_claimed").await;
    other.claim_case(&id).await;
    refused(tired.get(&format!("/v1/applications/{id}")).await, 404, "not_found").await;
    json_of(other.decide_case(&id, &reject).await, 200).await;
}

#[actix_web::test]
async fn of_many_concurrent_decisions_one_is_taken_and_one_certificate_issued() {
    let house = House::with().entries().start().await;
    let (citizen, id) = hit(&house, "employment").await;
    let officer = Officer::who_is(&house, OFFICER);
    officer.claim_case(&id).await;
    let bodies = [
        json!({"decision": "issue"}),
        json!({"decision": "clear", "note": "Altcineva."}),
        json!({"decision": "reject", "reason": "not_proved", "note": "Fără acte."}),
    ];
    let tries = (0..9).map(|n| officer.decide_case(&id, &bodies[n % 3]));
    let answers = join_all(tries).await;
    let taken = answers.iter().filter(|answer| answer.status() == 200).count();
    assert_eq!(taken, 1);
    let shown = application(&citizen, &id).await;
    let ends = ["issued", "rejected"];
    let steps = shown["events"].as_array().unwrap().iter();
    assert_eq!(steps.filter(|event| ends.contains(&event["status"].as_str().unwrap())).count(), 1);
    let certificates = json_of(citizen.get("/v1/certificates").await, 200).await;
    assert_eq!(certificates["items"].as_array().unwrap().len(), usize::from(shown["status"] == "issued"));
}

#[actix_web::test]
async fn a_parent_applies_for_a_child_and_an_officer_looks_at_the_papers() {
    let house = House::start().await;
    let parent = Citizen::verified(&house, "clean").await;
    let child = "6161019510120";
    let mut body = crate::support::application("studies");
    body["on_behalf_of"] = json!({"cnp": child, "capacity": "parent"});
    let asked = json_of(parent.post("/v1/applications", &body).await, 202).await;
    let id = asked["id"].as_str().unwrap();
    assert_eq!(application(&parent, id).await["events"][1]["reason"], "representation");
    refused(parent.post("/v1/applications", &body).await, 409, "already_applied_today").await;
    json_of(parent.apply("studies").await, 201).await;
    // The parent, who is an officer by day.
    let by_day = Officer::who_is(&house, CLEAN);
    let claimed = by_day.post(&format!("/v1/review/applications/{id}/claim"), &json!({})).await;
    refused(claimed, 403, "own_application").await;
    let officer = Officer::who_is(&house, OFFICER);
    let case = officer.claim_case(id).await;
    assert_eq!(case["application"]["kind"], "representation");
    assert_eq!((&case["cnp"], &case["applicant"]["cnp"]), (&json!(child), &json!(CLEAN)));
    assert_eq!((&case["capacity"], &case["civil_status"]["given_name"]), (&json!("parent"), &json!("Sofia")));
    json_of(officer.decide_case(id, &json!({"decision": "issue"})).await, 200).await;
    let certificate = application(&parent, id).await["certificate"].clone();
    let holder = payload(&parent, &certificate).await["holder"].clone();
    assert_eq!((&holder["cnp"], &holder["family_name"]), (&json!(child), &json!("Preda")));
    assert_eq!(verified(&house, &certificate, child).await["outcome"], "valid");
    assert_eq!(verified(&house, &certificate, CLEAN).await["outcome"], "no_match", "it is the child's");
    // Corrected, it is the child's still.
    let path = format!("/v1/certificates/{}/corrections", certificate["id"].as_str().unwrap());
    let correction = json!({"field": "given_name", "value": "Sofia-Ana"});
    let asked = json_of(parent.post(&path, &correction).await, 202).await;
    let id = asked["id"].as_str().unwrap();
    let case = officer.claim_case(id).await;
    assert_eq!((&case["cnp"], &case["capacity"]), (&json!(child), &json!("parent")));
    assert_eq!(case["corrections"], json!([correction]));
    json_of(officer.decide_case(id, &json!({"decision": "issue"})).await, 200).await;
    let corrected = application(&parent, id).await["certificate"].clone();
    let holder = payload(&parent, &corrected).await["holder"].clone();
    assert_eq!((&holder["cnp"], &holder["given_name"]), (&json!(child), &json!("Sofia-Ana")));
    assert_eq!(verified(&house, &corrected, child).await["outcome"], "valid");
    body["on_behalf_of"]["cnp"] = json!("6161019510121");
    let problem = refused(parent.post("/v1/applications", &body).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "/on_behalf_of/cnp");
}

#[actix_web::test]
async fn nobody_uses_up_the_day_of_somebody_they_say_to_represent() {
    let house = House::start().await;
    let stranger = Citizen::verified(&house, "clean-2").await;
    let mut body = crate::support::application("employment");
    body["on_behalf_of"] = json!({"cnp": CLEAN, "capacity": "attorney"});
    json_of(stranger.post("/v1/applications", &body).await, 202).await;
    let again = refused(stranger.post("/v1/applications", &body).await, 409, "already_applied_today").await;
    let citizen = Citizen::verified(&house, "clean").await;
    let own = json_of(citizen.apply("employment").await, 201).await;
    assert_ne!(again["application_id"], own["id"]);
    body["reason"] = json!("studies");
    json_of(citizen.apply("studies").await, 201).await;
    json_of(stranger.post("/v1/applications", &body).await, 202).await;
}

#[actix_web::test]
async fn an_application_of_somebody_who_was_not_the_person_is_closed() {
    let house = House::start().await;
    let (citizen, desk, verification) = at_counter(&house, "with-entries").await;
    json_of(desk.certify(&verification).await, 200).await;
    let referred = json_of(citizen.apply("employment").await, 202).await;
    let id = referred["id"].as_str().unwrap();
    json_of(desk.undo(&verification).await, 200).await;
    let officer = Officer::who_is(&house, OFFICER);
    let claim = format!("/v1/review/applications/{id}/claim");
    refused(officer.post(&claim, &json!({})).await, 404, "not_found").await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    refused(citizen.get(&format!("/v1/applications/{id}")).await, 404, "not_found").await;
}

#[actix_web::test]
async fn another_eu_national_waits_for_the_home_state_within_the_legal_term() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "foreigner").await;
    let mut body = crate::support::application("employment");
    for (nationality, code) in
        [("CH", "not_an_eu_state"), ("RO", "not_an_eu_state"), ("Sweden", "not_an_eu_state")]
    {
        body["nationality"] = json!(nationality);
        let problem = refused(citizen.post("/v1/applications", &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], code);
    }
    body["nationality"] = json!("SE");
    let asked = json_of(citizen.post("/v1/applications", &body).await, 202).await;
    assert_eq!(asked["status"], "awaiting_ecris");
    assert!(asked["expected_on"].as_str().unwrap() > asked["applied_on"].as_str().unwrap());
    let id = asked["id"].as_str().unwrap();
    let officer = Officer::who_is(&house, OFFICER);
    let case = officer.claim_case(id).await;
    assert_eq!((&case["nationality"], &case["cnp"]), (&json!("SE"), &json!("7900315120026")));
    let extract =
        |on: &str| json!({"decision": "issue", "ecris_extract": {"answered_on": on, "reference": "SE-4711"}});
    let applied_on = asked["applied_on"].as_str().unwrap();
    for (body, pointer) in [
        (json!({"decision": "issue"}), "/ecris_extract"),
        (json!({"decision": "clear", "note": "x"}), "/ecris_extract"),
        (extract("2026-01-01"), "/ecris_extract/answered_on"),
    ] {
        let problem = refused(officer.decide_case(id, &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "nothing without the home state's word");
    }
    json_of(officer.decide_case(id, &extract(applied_on)).await, 200).await;
    let shown = application(&citizen, id).await;
    let steps: Vec<&Value> =
        shown["events"].as_array().unwrap().iter().map(|event| &event["status"]).collect();
    assert_eq!(steps, ["submitted", "awaiting_ecris", "in_review", "issued"]);
    assert_eq!(verified(&house, &shown["certificate"], "7900315120026").await["outcome"], "valid");
}
