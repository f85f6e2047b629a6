//! What ordinary use runs into (a second click, a number that is taken) is an answer, and no error of the database.

use cazier::applications::issue_statement;
use cazier::time::Clock;
use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Citizen, Database, House, application, crowd, json_of, refused};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Whether the server has logged an error about any of these values.
fn is_logged(house: &House, values: &str) -> bool {
    let Some(log) = Database::server_log() else { return false };
    let values: Vec<Line> = sql_query(values).load(&mut house.database.connect()).unwrap();
    assert!(!values.is_empty());
    values.iter().any(|value| log.contains(&value.line))
}

#[actix_web::test]
async fn a_second_application_of_the_day_leaves_no_error_in_the_log_of_the_database() {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    let house = House::with().clock(&Clock::pinned(start)).start().await;
    let citizen = crowd(&house, 1, start).remove(0);
    let first = json_of(citizen.apply("employment").await, 201).await;
    for _ in 0..3 {
        let problem = refused(citizen.apply("employment").await, 409, "already_applied_today").await;
        assert_eq!(problem["application_id"], first["id"]);
    }
    let twice = join_all((0..4).map(|_| citizen.apply("studies"))).await;
    let issued = twice.iter().filter(|answer| answer.status() == 201).count();
    assert_eq!((issued, twice.iter().filter(|answer| answer.status() == 409).count()), (1, 3));
    with_one_key(&citizen).await;
    let away = json!({"register": "criminal_records", "seconds": 60});
    json_of(house.post("/sandbox/outages", &away).await, 200).await;
    json_of(citizen.apply("volunteering").await, 202).await;
    refused(citizen.apply("volunteering").await, 409, "already_applied_today").await;
    assert_eq!(house.database.count("SELECT count(*) FROM applications"), 4);
    let person = "SELECT DISTINCT encode(person_index, 'hex') AS line FROM applications";
    assert!(!is_logged(&house, person));
}

/// A click that is sent four times at once is one application.
async fn with_one_key(citizen: &Citizen<'_>) {
    let send = |_| {
        let request = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "clicks");
        request.json(&application("adoption")).send()
    };
    let mut ids = Vec::new();
    for answer in join_all((0..4).map(send)).await {
        ids.push(json_of(answer.unwrap(), 201).await["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Outcome {
    #[diesel(sql_type = Bool)]
    issued: bool,
    #[diesel(sql_type = Bool)]
    entitled: bool,
    #[diesel(sql_type = Bool)]
    taken: bool,
}

fn issue(house: &House, other: &[(&str, &str)]) -> Outcome {
    sql_query(issuing(other)).get_result(&mut house.database.connect()).unwrap()
}

/// The statement that issues, with the values of the only certificate there is but for those that are given.
fn issuing(other: &[(&str, &str)]) -> String {
    let value = |column: &str| match column {
        "application_id" | "submitted_event" | "issued_event" | "certificate_id" => {
            "gen_random_uuid()".to_owned()
        }
        "control_code_index" => "sha256(uuid_send(gen_random_uuid()))".to_owned(),
        "registration_number" => "'CJ-26-00000-00000'::text".to_owned(),
        "now" => "a.created_at".to_owned(),
        "actor_role" => "'citizen'::text".to_owned(),
        "request_id" => "'conflicts'::text".to_owned(),
        "client_id" => "NULL::text".to_owned(),
        "key_scope" | "key_digest" | "request_digest" | "response" | "mail" => "NULL::bytea".to_owned(),
        "response_id" | "mail_id" => "NULL::uuid".to_owned(),
        "response_status" => "NULL::smallint".to_owned(),
        "session_id" => "(SELECT id FROM sessions s WHERE s.account_id = a.account_id)".to_owned(),
        column if CERTIFICATE.contains(&column) => format!("c.{column}"),
        column => format!("a.{column}"),
    };
    let (columns, text) = issue_statement();
    let values = columns.split(',').map(str::trim).map(|column| {
        other
            .iter()
            .find(|(name, _)| *name == column)
            .map_or_else(|| value(column), |(_, value)| (*value).to_owned())
    });
    let values = values.collect::<Vec<_>>().join(", ");
    format!(
        "WITH input ({columns}) AS (SELECT {values} FROM applications a JOIN certificates c ON c.application_id = a.id) {text}"
    )
}

const CERTIFICATE: [&str; 11] = [
    "control_code",
    "finding",
    "issued_on",
    "valid_until",
    "payload",
    "cades",
    "jades",
    "signer_fingerprint",
    "facts_mac",
    "status_mac",
    "extract",
];

#[actix_web::test]
async fn the_statement_that_issues_says_what_stood_in_the_way_and_writes_nothing_then() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;
    let rows = "SELECT (SELECT count(*) FROM applications) + (SELECT count(*) FROM certificates) \
        + (SELECT count(*) FROM application_events) + (SELECT count(*) FROM audit_events WHERE request_id = 'conflicts') AS count";
    let before = house.database.count(rows);
    let outcome = |issued, entitled, taken| Outcome { issued, entitled, taken };
    assert_eq!(issue(&house, &[]), outcome(false, true, false), "applied today");
    let studies = ("reason", "'studies'::text");
    let number = ("registration_number", "c.registration_number");
    assert_eq!(issue(&house, &[studies, number]), outcome(false, true, true), "the number is taken");
    let another = ("owner_index", "sha256('another')");
    assert_eq!(issue(&house, &[studies, another]), outcome(false, false, false), "another's account");
    let ended = ("session_id", "gen_random_uuid()");
    assert_eq!(issue(&house, &[studies, ended]), outcome(false, false, false), "no session");
    let mandate = ("mandate_id", "gen_random_uuid()");
    assert_eq!(issue(&house, &[studies, mandate]), outcome(false, false, false), "no mandate");
    assert_eq!(house.database.count(rows), before);
    assert_eq!(issue(&house, &[studies]), outcome(true, true, false));
    assert_eq!(house.database.count(rows), before + 6);
}
