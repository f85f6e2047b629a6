//! The help desk: with or without an account, encrypted, answered by officers, told to nobody else.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Citizen, House, json_of, mail_to, refused, subject};

const REQUESTS: &str = "/v1/support/requests";
const OWN: &str = "/v1/accounts/me/support-requests";
const MESSAGE: &str = "Bună ziua,\nnu pot depune cererea: „registrul nu răspunde”. CNP 1800101221144 👨‍👩‍👧";

fn call_for_help() -> Value {
    json!({"topic": "application", "message": MESSAGE, "request_id": "/requests/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"})
}

/// Somebody who works at a counter of the sandbox.
async fn officer(house: &House) -> Citizen<'_> {
    Citizen::staff(house, "ofiter.cluj@example.ro").await
}

fn id_of(received: &Value) -> String {
    received["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn the_desk_is_shown_in_the_callers_language() {
    let house = House::start().await;
    let desk = async |language: &str| {
        let request = house.request(Method::GET, "/v1/support").header("accept-language", language);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-language"], language);
        let varies = answer
            .headers()
            .get_all("vary")
            .iter()
            .any(|by| by.to_str().unwrap().contains("Accept-Language"));
        assert!(varies, "{:?}", answer.headers());
        json_of(answer, 200).await
    };
    let (romanian, english) = (desk("ro").await, desk("en").await);
    assert_eq!(romanian["phone"], "+40 21 303 7080");
    assert_eq!((&romanian["hours"], &english["hours"]), (&json!("L–V 8–16"), &json!("Mon–Fri 8–16")));
    assert!(romanian["web"].as_str().unwrap().ends_with("/support"), "{romanian}");
    assert_eq!(romanian["topics"].as_array().unwrap().len(), 6);
    assert_eq!(english["topics"][2], json!({"code": "application", "label": "An application"}));
}

#[actix_web::test]
async fn somebody_without_an_account_is_acknowledged_and_answered_by_mail() {
    let house = House::start().await;
    refused(house.post(REQUESTS, &call_for_help()).await, 422, "invalid_input").await;
    let mut body = call_for_help();
    body["email"] = json!("ion@example.ro");
    let request = house.request(Method::POST, REQUESTS).header("accept-language", "en").json(&body);
    let received = json_of(request.send().await.unwrap(), 202).await;
    assert_eq!(received["status"], "open");
    let reference = received["reference"].as_str().unwrap();
    let mail = mail_to(&house, "ion@example.ro", subject::REQUEST_RECEIVED_EN).await;
    assert!(mail.contains(reference) && mail.contains("/support"), "{mail:?}");
    assert!(!mail.contains("1800101221144") && !mail.contains("registrul"), "{mail:?}");

    let officer = officer(&house).await;
    let path = format!("{REQUESTS}/{}", id_of(&received));
    let case = json_of(officer.get(&path).await, 200).await;
    assert_eq!((&case["message"], &case["email"]), (&json!(MESSAGE), &json!("ion@example.ro")));
    assert_eq!((&case["locale"], &case["account_id"]), (&json!("en"), &Value::Null));
    assert_eq!(
        case["request_id"], "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f",
        "out of the `instance` of a problem"
    );
    let answer = json!({"text": "The register answers again.\r\nPlease apply once more."});
    let answered = json_of(officer.post(&format!("{path}/answer"), &answer).await, 201).await;
    assert_eq!(answered["status"], "answered");
    let mail = mail_to(&house, "ion@example.ro", subject::REQUEST_ANSWERED_EN).await;
    assert!(mail.contains("answers again.\nPlease") && mail.contains(reference), "{mail:?}");
    assert!(!mail.contains("1800101221144"), "{mail:?}");
}

#[actix_web::test]
async fn the_owner_of_an_account_sees_what_was_asked_and_answered_and_nobody_else_does() {
    let house = House::start().await;
    let (ana, other, officer) =
        (Citizen::registered(&house).await, Citizen::registered(&house).await, officer(&house).await);
    let answer = ana.post(REQUESTS, &call_for_help()).await;
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let received = json_of(answer, 202).await;
    assert_eq!(location, format!("{OWN}/{}", id_of(&received)));
    mail_to(&house, &ana.email, subject::REQUEST_RECEIVED).await;
    refused(other.get(&location).await, 404, "not_found").await;
    assert_eq!(json_of(other.get(OWN).await, 200).await["items"], json!([]));
    refused(ana.get(REQUESTS).await, 403, "role_required").await;

    let queue = async |status: &str| {
        let page = json_of(officer.get(&format!("{REQUESTS}?status={status}&limit=1")).await, 200).await;
        assert!(!page.to_string().contains("registrul") && !page.to_string().contains('@'), "{page}");
        page["items"].as_array().unwrap().iter().map(id_of).collect::<Vec<_>>()
    };
    assert_eq!((queue("open").await, queue("answered").await), (vec![id_of(&received)], vec![]));
    let path = format!("{REQUESTS}/{}", id_of(&received));
    for text in ["CNP-ul dvs. este 1800101221144", "Codul: ABCD-EFGH-JKMN-PQRS"] {
        refused(officer.post(&format!("{path}/answer"), &json!({"text": text})).await, 422, "invalid_input")
            .await;
    }
    let long = json!({"text": "a".repeat(4001)});
    refused(officer.post(&format!("{path}/answer"), &long).await, 422, "invalid_input").await;
    for text in ["Registrul răspunde din nou.", "Și mâine."] {
        json_of(officer.post(&format!("{path}/answer"), &json!({"text": text})).await, 201).await;
    }
    let seen = json_of(ana.get(&location).await, 200).await;
    assert_eq!((&seen["status"], &seen["message"]), (&json!("answered"), &json!(MESSAGE)));
    assert_eq!(seen["answers"][1]["text"], "Și mâine.");
    assert_eq!(json_of(ana.get(OWN).await, 200).await["items"], json!([seen]));

    let close = async || officer.request(Method::POST, &format!("{path}/close")).send().await.unwrap();
    assert_eq!(json_of(close().await, 200).await["status"], "closed");
    refused(close().await, 409, "support_request_closed").await;
    let late = officer.post(&format!("{path}/answer"), &json!({"text": "Încă ceva."})).await;
    refused(late, 409, "support_request_closed").await;
    assert_eq!(json_of(ana.get(&location).await, 200).await["answers"].as_array().unwrap().len(), 2);
    let nothing = format!("{REQUESTS}/{}", Uuid::now_v7());
    refused(officer.get(&nothing).await, 404, "not_found").await;
    refused(officer.post(&format!("{nothing}/answer"), &json!({"text": "x"})).await, 404, "not_found").await;
    assert_audited(&house, &id_of(&received));
}

#[derive(Debug, QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Who did what to a request is in the log, in order.
fn assert_audited(house: &House, id: &str) {
    let query = format!(
        "SELECT actor_role || ' ' || action AS line FROM audit_events WHERE subject_id = '{id}' ORDER BY id"
    );
    let lines: Vec<Line> = sql_query(query).load(&mut house.database.connect()).unwrap();
    let lines: Vec<_> = lines.iter().map(|line| line.line.replace("support_request.", "")).collect();
    let expected = [
        "citizen created",
        "officer answered",
        "officer answered",
        "citizen read",
        "officer closed",
        "citizen read",
    ];
    assert_eq!(lines, expected);
}

#[actix_web::test]
async fn a_request_is_encrypted_where_it_is_stored() {
    let house = House::start().await;
    let ana = Citizen::registered(&house).await;
    json_of(ana.post(REQUESTS, &call_for_help()).await, 202).await;
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = format!(
        "SELECT count(*) FROM support_requests r WHERE position('1800101221144'::bytea IN message) > 0
        OR position('{}'::bytea IN email) > 0 OR r::text LIKE '%registrul%'",
        ana.email
    );
    let found: Count = sql_query(query).get_result(&mut house.database.connect()).unwrap();
    assert_eq!(found.count, 0);
}

#[actix_web::test]
async fn a_request_sent_twice_is_one_and_a_mailbox_is_not_flooded() {
    let house = House::start().await;
    let ana = Citizen::registered(&house).await;
    let send = async || {
        let request =
            ana.request(Method::POST, REQUESTS).header("idempotency-key", "k").json(&call_for_help());
        json_of(request.send().await.unwrap(), 202).await
    };
    assert_eq!(send().await, send().await);
    let mut body = call_for_help();
    body["email"] = json!("ion@example.ro");
    for _ in 0..5 {
        json_of(house.post(REQUESTS, &body).await, 202).await;
    }
    let answer = house.post(REQUESTS, &body).await;
    assert!(answer.headers().contains_key("retry-after"));
    refused(answer, 429, "too_many_requests").await;
    for number in 1..20 {
        body["email"] = json!(format!("victim-{number}@example.ro"));
        json_of(ana.post(REQUESTS, &body).await, 202).await;
    }
    body["email"] = json!("victim-20@example.ro");
    refused(ana.post(REQUESTS, &body).await, 429, "too_many_requests").await;
    let other_case = json!({"topic": "other", "message": "x", "email": "ION@example.ro"});
    refused(house.post(REQUESTS, &other_case).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn an_invalid_request_is_refused_by_its_field() {
    let house = House::start().await;
    let with = |field: &str, value: Value| {
        let mut body = call_for_help();
        body["email"] = json!("ion@example.ro");
        body[field] = value;
        body
    };
    for (body, pointer, code) in [
        (with("message", json!(" \n\t")), "/message", "text_blank"),
        (with("message", json!("a\u{0}b")), "/message", "text_control_character"),
        (with("message", json!("a\u{202E}b")), "/message", "text_control_character"),
        (with("message", json!("ș".repeat(4001))), "/message", "text_too_long"),
        (with("topic", json!("complaint")), "/topic", "unknown_value"),
        (with("email", json!("ion")), "/email", "email_format"),
        (with("request_id", json!("1800101221144")), "/request_id", "request_id_format"),
        (with("reference", json!("SP-1")), "/reference", "unknown_field"),
        (call_for_help(), "/email", "email_needed"),
    ] {
        let problem = refused(house.post(REQUESTS, &body).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    json_of(house.post(REQUESTS, &with("message", json!("ș".repeat(4000)))).await, 202).await;
    let stale = house.request(Method::POST, REQUESTS).bearer_auth("cza_unknown").json(&call_for_help());
    refused(stale.send().await.unwrap(), 401, "unauthenticated").await;
}
