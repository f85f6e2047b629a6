//! Rules of single values, each broken once where the contract lists it: the client compares every answer with that list.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Citizen, Handoff, House, refused};

const VERIFY: &str = "/v1/verify";
const SESSIONS: &str = "/v1/sessions";
const APPLICATIONS: &str = "/v1/applications";
const VERIFICATIONS: &str = "/v1/identity-verifications";
const OPEN: &str = "/v1/counter/verifications/open";
const ANSWER: &str = "/v1/support/requests/01890000-0000-7000-8000-000000000000/answer";
const STEP_UP: &str = "/v1/sessions/current/step-up";

/// Whether a problem names this rule at this place.
async fn names(who: &Citizen<'_>, path: &str, body: &Value, (place, code): (&str, &str)) {
    let problem = refused(who.post(path, body).await, 422, "invalid_input").await;
    let errors = problem["errors"].as_array().unwrap();
    let is_named = errors.iter().any(|error| error["pointer"] == place && error["code"] == code);
    assert!(is_named, "{path} {body} does not break {code} at {place}: {problem}");
}

#[actix_web::test]
async fn each_rule_of_an_identifier_or_code_is_named() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for (field, value, code) in [
        ("cnp", "180010122114", "cnp_length"),
        ("cnp", "180010122114x", "cnp_digits"),
        ("cnp", "0800101221144", "cnp_sex"),
        ("cnp", "1801301221144", "cnp_date"),
        ("cnp", "1800101220004", "cnp_sequence"),
        ("cnp", "1800101221145", "cnp_checksum"),
        ("cui", "1", "cui_length"),
        ("cui", "1234567x", "cui_digits"),
        ("cui", "012345674", "cui_leading_zero"),
        ("cui", "12345675", "cui_checksum"),
        ("control_code", "ABCD", "control_code_format"),
        ("name", "…", "printed_name"),
        ("registration_number", "CJ", "registration_number_format"),
        ("registration_number", "CJ-2026-7K3M-01ZD-3", "registration_number_check"),
    ] {
        let mut body = json!({"registration_number": "CJ"});
        body[field] = json!(value);
        names(&citizen, VERIFY, &body, (&format!("/{field}"), code)).await;
    }
    let log_in = |field: &str| json!({"email": "ana@example.ro", "password": "ceva", field: "x"});
    names(&citizen, SESSIONS, &log_in("totp"), ("/totp", "totp_format")).await;
    names(&citizen, SESSIONS, &log_in("recovery_code"), ("/recovery_code", "recovery_code_format")).await;
    for (phone, code) in [("0712345678", "phone_format"), ("+4071234567", "phone_romanian")] {
        let body = json!({"email": "ana@example.ro", "password": "trei cai albi pe deal", "phone": phone});
        names(&citizen, "/v1/accounts", &body, ("/phone", code)).await;
    }
}

#[actix_web::test]
async fn each_rule_of_a_request_is_named() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let application = json!({"service": "x", "reason": "x", "declaration": false});
    let claim = json!({"cnp": "1800101221144", "family_name": "Popescu", "given_name": "Ana"});
    let by_redirect = json!({"method": "ghiseul", "return_url": "http://localhost:3000/x", "claim": claim});
    let both = json!({"totp": "123456", "recovery_code": "ABCDE-FGH23"});
    for (path, body, place, code) in [
        (APPLICATIONS, &application, "/service", "unknown_service"),
        (APPLICATIONS, &application, "/reason", "unknown_reason"),
        (APPLICATIONS, &application, "/declaration", "declaration_missing"),
        (VERIFICATIONS, &json!({"method": "counter"}), "/claim", "claim_missing"),
        (VERIFICATIONS, &json!({"method": "ghiseul"}), "/return_url", "return_url_missing"),
        (VERIFICATIONS, &by_redirect, "/claim", "unwanted"),
        (STEP_UP, &both, "/recovery_code", "one_of_totp_recovery_code"),
        ("/v1/accounts/me/email-change", &json!({"email": citizen.email}), "/email", "same_address"),
    ] {
        names(&citizen, path, body, (place, code)).await;
    }
    let tokens = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let without_address = Citizen::of_tokens(&house, "", &tokens);
    let change = json!({"email": "ana@example.ro"});
    names(&without_address, "/v1/accounts/me/email-change", &change, ("/email", "first_address")).await;
    let account = json!({"email": "ana@example.ro", "password": "trei cai albi pe deal"});
    let keyed = citizen.request(Method::POST, "/v1/accounts").header("idempotency-key", "a b");
    let keyed = keyed.json(&account).send().await.unwrap();
    let problem = refused(keyed, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "idempotency_key_format");
}

#[actix_web::test]
async fn each_rule_of_a_parameter_is_named() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for (path, place, code) in [
        ("/v1/applications?limit=0", "?limit", "limit_range"),
        ("/v1/applications?cursor=x", "?cursor", "cursor_format"),
        ("/v1/counters?county=XX", "?county", "county_unknown"),
    ] {
        let problem = refused(citizen.get(path).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(place), &json!(code))
        );
    }
}

#[actix_web::test]
async fn each_rule_of_an_officers_text_is_named() {
    let house = House::start().await;
    let officer = Citizen::staff(&house, "ofiter.cluj@example.ro").await;
    for (path, body, place, code) in [
        (OPEN, json!({"activation_code": "7K3"}), "/activation_code", "activation_code_format"),
        (OPEN, json!({"activation_code": "000-000-001"}), "/activation_code", "activation_code_check"),
        (ANSWER, json!({"text": "CNP 1800101221144"}), "/text", "text_holds_cnp"),
        (ANSWER, json!({"text": "ABCD-EFGH-JKMN-PQRS"}), "/text", "text_holds_control_code"),
        (STEP_UP, json!({"recovery_code": "ABCDE-FGH23"}), "/recovery_code", "recovery_code_wrong"),
    ] {
        names(&officer, path, &body, (place, code)).await;
    }
}
