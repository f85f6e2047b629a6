//! Certificates that are corrected, or revoked.

use reqwest::Method;
use serde_json::{Value, json};

use super::review::{CLEAN, OFFICER, application, payload, verified};
use crate::support::{Citizen, House, Officer, json_of, mail_to, refused, subject};

#[actix_web::test]
async fn a_corrected_certificate_supersedes_the_old_one() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let old = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}/corrections", old["id"].as_str().unwrap());
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let stranger = Citizen::verified(&house, "clean-2").await;
    refused(stranger.post(&path, &correction).await, 404, "not_found").await;
    let ask = || citizen.request(Method::POST, &path).header("idempotency-key", "k").json(&correction);
    let asked = json_of(ask().send().await.unwrap(), 202).await;
    assert_eq!(asked["status"], "referred");
    assert_eq!(json_of(ask().send().await.unwrap(), 202).await, asked);
    refused(citizen.post(&path, &correction).await, 409, "correction_under_way").await;
    assert_eq!(verified(&house, &old, CLEAN).await["outcome"], "valid", "until it is decided");

    let officer = Officer::who_is(&house, OFFICER);
    let id = asked["id"].as_str().unwrap();
    let case = officer.claim_case(id).await;
    assert_eq!(case["application"]["kind"], "correction");
    assert_eq!(case["corrections"], json!([correction]));
    assert_eq!(case["civil_status"]["mother_given_name"], "Elena");
    json_of(officer.decide_case(id, &json!({"decision": "issue"})).await, 200).await;

    let new = application(&citizen, id).await["certificate"].clone();
    let signed = payload(&citizen, &new).await;
    assert_eq!(signed["holder"]["mother_given_name"], "Elena-Maria");
    assert_eq!(signed["corrects"], old["registration_number"]);
    assert_eq!(verified(&house, &new, CLEAN).await["outcome"], "valid");
    let outcome = verified(&house, &old, CLEAN).await;
    assert_eq!((&outcome["outcome"], &outcome["facts"]["superseded"]), (&json!("superseded"), &json!(true)));
    let shown =
        json_of(citizen.get(&format!("/v1/certificates/{}", old["id"].as_str().unwrap())).await, 200).await;
    assert_eq!((&shown["status"], &shown["superseded_by"]), (&json!("superseded"), &new["id"]));
    let problem = refused(citizen.post(&path, &correction).await, 409, "certificate_ended").await;
    assert_eq!(problem["certificate_status"], "superseded");
    mail_to(&house, &citizen.email, subject::CERTIFICATE_SUPERSEDED).await;
}

#[actix_web::test]
async fn a_revoked_certificate_verifies_as_revoked_and_its_holder_is_told() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
    let body = json!({"reason": "wrong_data"});
    refused(citizen.post(&path, &body).await, 403, "role_required").await;
    let oneself = Officer::who_is(&house, CLEAN);
    refused(oneself.post(&path, &body).await, 403, "own_application").await;
    let tired = Officer::tired(&house, OFFICER);
    refused(tired.post(&path, &body).await, 403, "step_up_required").await;
    let officer = Officer::who_is(&house, "6240601700021");
    assert_eq!(json_of(officer.post(&path, &body).await, 200).await["status"], "revoked");
    refused(officer.post(&path, &body).await, 409, "certificate_ended").await;
    let outcome = verified(&house, &certificate, CLEAN).await;
    assert_eq!((&outcome["outcome"], &outcome["facts"]["revoked"]), (&json!("revoked"), &json!(true)));
    mail_to(&house, &citizen.email, subject::CERTIFICATE_REVOKED).await;
    let unknown = "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/revocation";
    refused(officer.post(unknown, &body).await, 404, "not_found").await;
}

/// Reports wrong fields and lets an officer issue the corrected certificate.
async fn corrected(citizen: &Citizen<'_>, officer: &Officer<'_>, certificate: &Value, body: &Value) -> Value {
    let path = format!("/v1/certificates/{}/corrections", certificate["id"].as_str().unwrap());
    let asked = json_of(citizen.post(&path, body).await, 202).await;
    let id = asked["id"].as_str().unwrap();
    officer.claim_case(id).await;
    json_of(officer.decide_case(id, &json!({"decision": "issue"})).await, 200).await;
    application(citizen, id).await["certificate"].clone()
}

#[actix_web::test]
async fn a_second_correction_keeps_the_first_and_one_can_correct_several_fields() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let officer = Officer::who_is(&house, OFFICER);
    let first = citizen.certificate("employment").await;
    let holder = payload(&citizen, &first).await["holder"].clone();
    let body = json!({"field": "family_name", "value": "Popescu-Ionescu"});
    let second = corrected(&citizen, &officer, &first, &body).await;
    let body = json!({"corrections": [
        {"field": "given_name", "value": "Ana-Maria"},
        {"field": "birth_place", "value": "Cluj-Napoca"},
    ]});
    let third = corrected(&citizen, &officer, &second, &body).await;
    let signed = payload(&citizen, &third).await;
    assert_eq!(signed["corrects"], second["registration_number"]);
    let mut wanted = holder;
    for (field, value) in
        [("family_name", "Popescu-Ionescu"), ("given_name", "Ana-Maria"), ("birth_place", "Cluj-Napoca")]
    {
        wanted[field] = json!(value);
    }
    assert_eq!(signed["holder"], wanted);
}

#[actix_web::test]
async fn each_broken_rule_of_a_correction_is_pointed_at() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}/corrections", certificate["id"].as_str().unwrap());
    let name = json!({"field": "given_name", "value": "Ana"});
    for (body, pointer, code) in [
        (json!({}), "/corrections", "corrections_count"),
        (json!({"corrections": []}), "/corrections", "corrections_count"),
        (json!({"corrections": vec![&name; 7]}), "/corrections", "corrections_count"),
        (json!({"field": "given_name"}), "/corrections", "corrections_count"),
        (
            json!({"field": "given_name", "value": "Ana", "corrections": [name]}),
            "/corrections",
            "corrections_count",
        ),
        (json!({"corrections": [name, name]}), "/corrections/1/field", "field_twice"),
        (json!({"field": "given_name", "value": "An4"}), "/value", "name_characters"),
        (
            json!({"corrections": [name, {"field": "family_name", "value": "Pop\u{202e}"}]}),
            "/corrections/1/value",
            "text_control_character",
        ),
    ] {
        let problem = refused(citizen.post(&path, &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
}

#[actix_web::test]
async fn a_certificate_that_was_revoked_meanwhile_is_not_corrected() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}", certificate["id"].as_str().unwrap());
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let asked = json_of(citizen.post(&format!("{path}/corrections"), &correction).await, 202).await;
    let (officer, id) = (Officer::who_is(&house, OFFICER), asked["id"].as_str().unwrap());
    officer.claim_case(id).await;
    json_of(officer.post(&format!("{path}/revocation"), &json!({"reason": "fraud"})).await, 200).await;
    let answer = officer.decide_case(id, &json!({"decision": "issue"})).await;
    assert_eq!(refused(answer, 409, "certificate_ended").await["certificate_status"], "revoked");
    let reject = json!({"decision": "reject", "reason": "not_proved", "note": "Revocat între timp."});
    json_of(officer.decide_case(id, &reject).await, 200).await;
}
