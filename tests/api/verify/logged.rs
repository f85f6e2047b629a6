//! What is not in the tamper-evident log, or not as it was logged, does not verify.

use cazier::log::merkle::leaf_hash;
use cazier::log::proof::root_by_inclusion;
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;
use diesel::sql_types::Timestamptz;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use reqwest::Response;
use serde_json::{Value, json};

use crate::certificates::bound::{CLEAN_CNP, OFFICER, ask, ask_by_document};
use crate::log::{append, keys};
use crate::support::{Citizen, House, Officer, json_of, refused};

const OTHER_CNP: &str = "1800101221144";

/// A house that logs only when it is told to, with a certificate and its document.
async fn issued(clock: &Clock) -> (House, Value, Vec<u8>) {
    let house = House::with().clock(clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    house.rest().await;
    let certificate = citizen.certificate("employment").await;
    let document = citizen.get(certificate["links"]["document"].as_str().unwrap()).await;
    let document = document.bytes().await.unwrap().to_vec();
    (house, certificate, document)
}

async fn verify(house: &House, certificate: &Value) -> Response {
    ask(house, &certificate["registration_number"], "cnp", &json!(CLEAN_CNP)).await
}

/// Changes rows as a superuser whom no trigger stops.
fn change(house: &House, statements: &str) {
    house.database.execute(&format!("SET session_replication_role = replica; {statements}"));
}

fn decoded(value: &Value) -> Vec<u8> {
    BASE64.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

/// Writes audit events, so that the tree is larger.
fn more_events(count: usize) -> String {
    format!(
        "INSERT INTO audit_events (at, actor_role, action, request_id)
         SELECT now(), 'public', 'test.done', 'r' FROM generate_series(1, {count})"
    )
}

#[actix_web::test]
async fn the_verdict_carries_the_proof_that_the_certificate_is_logged() {
    let (house, certificate, _) = issued(&Clock::System).await;
    let answer = json_of(verify(&house, &certificate).await, 200).await;
    assert_eq!((&answer["outcome"], answer.get("log")), (&json!("valid"), None), "not logged yet");
    for more in 0..9 {
        append(&house.database);
        let answer = json_of(verify(&house, &certificate).await, 200).await;
        assert_eq!(answer["outcome"], "valid", "{more}");
        let log = &answer["log"];
        let checkpoint = keys().open(log["checkpoint"].as_str().unwrap()).unwrap();
        let (index, size) = (log["index"].as_u64().unwrap(), log["size"].as_u64().unwrap());
        let hashes = log["hashes"].as_array().unwrap().iter();
        let path: Vec<_> = hashes.map(|hash| decoded(hash).try_into().unwrap()).collect();
        let root = root_by_inclusion(&leaf_hash(&decoded(&log["entry"])), index, size, &path);
        assert_eq!((size, root), (checkpoint.head.size, Some(checkpoint.head.root)), "{more}");
        let path = format!("/v1/log/proof?index={index}&size={size}");
        let proof = json_of(house.get(&path).await, 200).await;
        assert_eq!(proof["hashes"], log["hashes"], "the same as the log gives");
        house.database.execute(&more_events(3));
    }
    let wrong =
        json_of(ask(&house, &certificate["registration_number"], "cnp", &json!(OTHER_CNP)).await, 200);
    assert_eq!(wrong.await.get("log"), None, "nothing for whoever does not know the holder");
}

#[actix_web::test]
async fn what_is_not_logged_within_its_hour_does_not_verify() {
    let start = Utc::now();
    let clock = Clock::pinned(start);
    let (house, certificate, document) = issued(&clock).await;
    clock.set(start + TimeDelta::minutes(59));
    assert_eq!(json_of(verify(&house, &certificate).await, 200).await["outcome"], "valid");
    clock.set(start + TimeDelta::minutes(61));
    let checks = "SELECT count(*) FROM certificate_checks";
    let before = house.database.count(checks);
    let problem = refused(verify(&house, &certificate).await, 503, "certificate_not_logged").await;
    assert_eq!(problem.get("outcome"), None);
    refused(ask_by_document(&house, &document).await, 503, "certificate_not_logged").await;
    assert_eq!(house.database.count(checks), before, "nothing was answered");
    let wrong = ask(&house, &certificate["registration_number"], "cnp", &json!(OTHER_CNP)).await;
    assert_eq!(
        json_of(wrong, 200).await["outcome"],
        "no_match",
        "whoever does not know the holder learns nothing"
    );
    append(&house.database);
    assert_eq!(json_of(verify(&house, &certificate).await, 200).await["outcome"], "valid");
    assert_eq!(json_of(ask_by_document(&house, &document).await, 200).await["outcome"], "valid");
}

#[derive(QueryableByName)]
struct Began {
    #[diesel(sql_type = Timestamptz)]
    began_at: DateTime<Utc>,
}

#[actix_web::test]
async fn what_was_issued_before_the_log_has_its_hour_from_then_on() {
    let clock = Clock::pinned(Utc::now() - TimeDelta::days(30));
    let (house, certificate, _) = issued(&clock).await;
    let began = sql_query("SELECT began_at FROM log_beginning");
    let began = began.get_result::<Began>(&mut house.database.connect()).unwrap().began_at;
    clock.set(began + TimeDelta::minutes(59));
    assert_eq!(json_of(verify(&house, &certificate).await, 200).await["outcome"], "valid");
    clock.set(began + TimeDelta::minutes(61));
    refused(verify(&house, &certificate).await, 503, "certificate_not_logged").await;
}

#[actix_web::test]
async fn what_is_not_as_it_was_logged_does_not_verify() {
    let (house, certificate, document) = issued(&Clock::System).await;
    house.database.execute(&more_events(300));
    append(&house.database);
    let kept = "CREATE TABLE kept_certificates AS SELECT * FROM certificates; CREATE TABLE kept_leaves AS SELECT * FROM log_leaves;
        CREATE TABLE kept_nodes AS SELECT * FROM log_nodes; CREATE TABLE kept_checkpoints AS SELECT * FROM log_checkpoints";
    house.database.execute(kept);
    let back = "DELETE FROM log_leaves; DELETE FROM log_nodes; DELETE FROM log_checkpoints; INSERT INTO log_leaves SELECT * FROM kept_leaves;
        INSERT INTO log_nodes SELECT * FROM kept_nodes; INSERT INTO log_checkpoints SELECT * FROM kept_checkpoints;
        UPDATE certificates c SET issued_at = k.issued_at FROM kept_certificates k WHERE k.id = c.id";
    for statements in [
        // No hash binds this column; whoever has the keys can change the others too.
        "UPDATE certificates SET issued_at = issued_at - interval '1 day'",
        "UPDATE log_leaves SET salt = sha256('x') WHERE certificate_id IS NOT NULL",
        "UPDATE log_leaves SET salt = NULL, erased_at = now() WHERE certificate_id IS NOT NULL",
        "UPDATE log_leaves SET rest = sha256('x') WHERE certificate_id IS NOT NULL",
        "UPDATE log_leaves SET commitment = sha256('x') WHERE certificate_id IS NOT NULL",
        "UPDATE log_leaves SET leaf_index = 1000 WHERE certificate_id IS NOT NULL",
        "UPDATE log_nodes SET hash = sha256(hash) WHERE position % 2 = 1",
        "DELETE FROM log_nodes",
        "UPDATE log_checkpoints SET note = replace(note, E'\\n\\n', E'x\\n\\n')",
        "UPDATE log_checkpoints SET size = size + 1 WHERE size = (SELECT max(size) FROM log_checkpoints)",
        "UPDATE log_checkpoints SET subtrees = substring(subtrees FROM 33)",
        "DELETE FROM log_checkpoints",
    ] {
        change(&house, statements);
        refused(verify(&house, &certificate).await, 503, "certificate_unreadable").await;
        refused(ask_by_document(&house, &document).await, 503, "certificate_unreadable").await;
        change(&house, back);
        assert_eq!(
            json_of(verify(&house, &certificate).await, 200).await["outcome"],
            "valid",
            "{statements}"
        );
    }
}

#[actix_web::test]
async fn a_certificate_that_was_restored_byte_for_byte_to_before_its_end_does_not_verify() {
    let (house, certificate, document) = issued(&Clock::System).await;
    append(&house.database);
    house.database.execute("CREATE TABLE kept AS SELECT * FROM certificates");
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
    json_of(officer.post(&path, &json!({"reason": "fraud"})).await, 200).await;
    append(&house.database);
    assert_eq!(json_of(verify(&house, &certificate).await, 200).await["outcome"], "revoked");
    change(
        &house,
        "UPDATE certificates c SET (ended_as, ended_at, end_reason, status_mac)
         = (SELECT k.ended_as, k.ended_at, k.end_reason, k.status_mac FROM kept k WHERE k.id = c.id)",
    );
    refused(verify(&house, &certificate).await, 503, "certificate_unreadable").await;
    refused(ask_by_document(&house, &document).await, 503, "certificate_unreadable").await;
}
