//! Officers and mandates: the queue, the papers, the term of a power of attorney, and nobody about themselves.

use cazier::time::Clock;
use serde_json::{Value, json};

use crate::support::{
    Citizen, House, Officer, apply_for_company, ask_mandate, cui_of, json_of, mail_to, refused,
    register_names, subject,
};

const OFFICER: &str = "1800101221144";
const REPRESENTATIVE: &str = "2790126264101";
const ATTORNEY: &str = "1830612121239";

async fn house() -> House {
    House::with().legal_persons().start().await
}

/// The attorney, and his mandate for `firm-clean` that waits for an officer.
async fn pending(house: &House) -> (Citizen<'_>, String) {
    let attorney = Citizen::verified(house, "attorney").await;
    let asked = json_of(ask_mandate(&attorney, "firm-clean", "attorney").await, 202).await;
    assert_eq!((&asked["status"], &asked["confirmed_by"]), (&json!("pending"), &json!(null)));
    assert!(asked["expected_on"].is_string());
    let id = asked["id"].as_str().unwrap().to_owned();
    (attorney, id)
}

async fn claim(officer: &Citizen<'_>, id: &str) -> reqwest::Response {
    officer.post(&format!("/v1/review/mandates/{id}/claim"), &json!({})).await
}

async fn decide(officer: &Citizen<'_>, id: &str, body: Value) -> reqwest::Response {
    officer.post(&format!("/v1/review/mandates/{id}/decision"), &body).await
}

async fn end(officer: &Citizen<'_>, id: &str) -> reqwest::Response {
    let body = json!({"reason": "revoked_by_company", "note": "Hotărârea adunării generale."});
    officer.post(&format!("/v1/review/mandates/{id}/end"), &body).await
}

fn confirmation() -> Value {
    json!({"decision": "confirm", "note": "Procură notarială, văzută în original."})
}

#[actix_web::test]
async fn an_unlisted_person_waits_for_an_officer_who_checks_the_papers() {
    let house = house().await;
    let (attorney, id) = pending(&house).await;
    let early =
        refused(apply_for_company(&attorney, &id, "public_tender").await, 409, "mandate_not_in_force");
    assert_eq!(early.await["mandate_status"], "pending");
    let officer = Officer::who_is(&house, OFFICER);
    let queue = json_of(officer.get("/v1/review/mandates").await, 200).await;
    assert_eq!((&queue["items"][0]["id"], queue["items"].as_array().unwrap().len()), (&json!(id), 1));
    for secret in [cui_of("firm-clean"), ATTORNEY, "Lupescu", "Țara Bârsei"] {
        assert!(!queue.to_string().contains(secret), "{secret}: {queue}");
    }
    refused(decide(&officer, &id, confirmation()).await, 409, "not_claimed").await;
    let case = json_of(claim(&officer, &id).await, 200).await;
    assert_eq!((&case["holder"]["cnp"], &case["cui"]), (&json!(ATTORNEY), &json!("12345674")));
    assert_eq!(
        (&case["named_by_register"], &case["mandate"]["claimed_by_me"]),
        (&json!(false), &json!(true))
    );
    assert!(!case.to_string().contains(REPRESENTATIVE), "whom the register names is not told");
    for (body, pointer, code) in [
        (json!({"decision": "confirm"}), "/note", "note_missing"),
        (json!({"decision": "refuse", "note": "x"}), "/reason", "reason_missing"),
        (json!({"decision": "confirm", "reason": "not_proved", "note": "x"}), "/reason", "reason_unwanted"),
    ] {
        let problem = refused(decide(&officer, &id, body).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    let late = Officer::tired(&house, "5000229400019");
    refused(decide(&late, &id, confirmation()).await, 403, "step_up_required").await;
    let other = Officer::who_is(&house, "5000229400019");
    refused(decide(&other, &id, confirmation()).await, 409, "not_claimed").await;
    assert_eq!(json_of(decide(&officer, &id, confirmation()).await, 200).await["status"], "confirmed");
    refused(decide(&officer, &id, confirmation()).await, 409, "not_claimed").await;
    let shown = json_of(attorney.get(&format!("/v1/mandates/{id}")).await, 200).await;
    assert_eq!((&shown["confirmed_by"], &shown["capacity"]), (&json!("officer"), &json!("attorney")));
    assert!(!shown.to_string().contains("Procură"), "an officer's words are for officers");
    let form = json_of(attorney.get(&format!("/v1/mandates/{id}/prefill")).await, 200).await;
    assert_eq!(form["fields"]["representative"]["capacity"]["source"], "officer");
    mail_to(&house, &attorney.email, subject::MANDATE_CONFIRMED).await;
    // What an officer has seen does not hang on whom the register names.
    json_of(apply_for_company(&attorney, &id, "public_tender").await, 201).await;
}

#[actix_web::test]
async fn a_power_of_attorney_with_a_term_is_of_no_use_after_its_last_day() {
    let clock = Clock::pinned("2026-11-24T10:00:00Z".parse().unwrap());
    let house = House::with().legal_persons().clock(&clock).start().await;
    let (attorney, id) = pending(&house).await;
    let officer = Officer::who_is(&house, OFFICER);
    json_of(claim(&officer, &id).await, 200).await;
    let term = |last_day: &str| {
        let mut body = confirmation();
        body["valid_until"] = json!(last_day);
        body
    };
    for (body, code) in [
        (term("2026-11-23"), "valid_until_past"),
        (
            json!({"decision": "refuse", "reason": "not_proved", "note": "x", "valid_until": "2026-11-30"}),
            "valid_until_unwanted",
        ),
        (term("30.11.2026"), "date_format"),
    ] {
        let problem = refused(decide(&officer, &id, body).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!("/valid_until"), &json!(code))
        );
    }
    json_of(decide(&officer, &id, term("2026-11-25")).await, 200).await;
    // A minute to midnight of the last day in Romania, and a minute after.
    clock.set("2026-11-25T21:59:00Z".parse().unwrap());
    let attorney = Citizen::logged_in(&house, &attorney.email).await;
    json_of(apply_for_company(&attorney, &id, "employment").await, 201).await;
    clock.set("2026-11-25T22:01:00Z".parse().unwrap());
    let problem =
        refused(apply_for_company(&attorney, &id, "employment").await, 409, "mandate_not_in_force").await;
    assert_eq!(problem["mandate_status"], "ended");
    let shown = json_of(attorney.get(&format!("/v1/mandates/{id}")).await, 200).await;
    assert_eq!((&shown["status"], &shown["ended_by"]), (&json!("ended"), &json!("term")));
    json_of(ask_mandate(&attorney, "firm-clean", "attorney").await, 202).await;
    let shown = json_of(attorney.get(&format!("/v1/mandates/{id}")).await, 200).await;
    assert_eq!((&shown["status"], &shown["ended_by"]), (&json!("ended"), &json!("term")));
}

#[actix_web::test]
async fn a_refused_mandate_says_why_and_can_be_asked_for_again() {
    let house = house().await;
    let (attorney, id) = pending(&house).await;
    let officer = Officer::who_is(&house, OFFICER);
    json_of(claim(&officer, &id).await, 200).await;
    let refusal = json!({"decision": "refuse", "reason": "not_covered", "note": "Procura a expirat."});
    assert_eq!(json_of(decide(&officer, &id, refusal).await, 200).await["status"], "refused");
    let path = format!("/v1/mandates/{id}");
    let shown = json_of(attorney.get(&path).await, 200).await;
    assert_eq!((&shown["status"], &shown["reason"]), (&json!("refused"), &json!("not_covered")));
    let problem =
        refused(attorney.post(&format!("{path}/end"), &json!({})).await, 409, "mandate_not_in_force");
    assert_eq!(problem.await["mandate_status"], "refused");
    refused(apply_for_company(&attorney, &id, "employment").await, 409, "mandate_not_in_force").await;
    json_of(ask_mandate(&attorney, "firm-clean", "attorney").await, 202).await;
}

#[actix_web::test]
async fn no_officer_decides_about_themselves_or_a_company_of_theirs() {
    let house = house().await;
    let (_attorney, id) = pending(&house).await;
    let himself = Officer::who_is(&house, ATTORNEY);
    let named = Officer::who_is(&house, REPRESENTATIVE);
    for officer in [&himself, &named] {
        refused(claim(officer, &id).await, 403, "own_application").await;
    }
    // A citizen who asks for a mandate of the same company, and is an officer by day.
    let colleague = Citizen::verified(&house, "clean").await;
    let asked = json_of(ask_mandate(&colleague, "firm-clean", "attorney").await, 202).await;
    let by_day = Officer::who_is(&house, "2880514121171");
    refused(claim(&by_day, &id).await, 403, "own_application").await;
    refused(claim(&by_day, asked["id"].as_str().unwrap()).await, 403, "own_application").await;
    // The register comes to name the officer after the claim.
    let officer = Officer::who_is(&house, OFFICER);
    json_of(claim(&officer, &id).await, 200).await;
    register_names(&house, "firm-clean", &[OFFICER]);
    refused(decide(&officer, &id, confirmation()).await, 403, "own_application").await;
    register_names(&house, "firm-clean", &[]);
    json_of(decide(&officer, &id, confirmation()).await, 200).await;
    for officer in [&himself, &by_day] {
        refused(end(officer, &id).await, 403, "own_application").await;
    }
}
