//! Group commit: what waits at the same moment is written together, and each caller is told its own outcome.

use std::time::Duration;

use actix_web::rt::time::sleep;
use chrono::Utc;
use diesel::connection::SimpleConnection;
use futures_util::future::{join, join_all};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Citizen, House, crowd, json_of, refused, until};

/// How many come at once: one that is written alone, and a group of eight.
const CALLERS: usize = 9;

/// Does `calls` while nobody can write to a table; lets them go on, when `meanwhile` is done and all of them wait.
async fn together<T>(
    house: &House,
    table: &str,
    calls: impl Future<Output = T>,
    meanwhile: impl Future,
) -> T {
    let mut holder = house.database.connect();
    holder.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN SHARE MODE")).unwrap();
    let release = async {
        until("the first waits", || house.database.waits_for_locks() > 0).await;
        // Less than the time for which a statement waits for a lock.
        sleep(Duration::from_secs(1)).await;
        meanwhile.await;
        holder.batch_execute("COMMIT").unwrap();
    };
    join(calls, release).await.0
}

/// How many transactions wrote the rows of a table.
fn transactions(house: &House, table: &str) -> i64 {
    house.database.count(&format!("SELECT count(DISTINCT xmin::text) FROM {table}"))
}

async fn certificates(house: &House, citizens: &[Citizen<'_>]) -> Vec<Value> {
    let mut certificates = Vec::new();
    for citizen in citizens {
        certificates.push(citizen.certificate("employment").await);
    }
    assert_eq!(transactions(house, "certificates"), i64::try_from(citizens.len()).unwrap(), "one by one");
    certificates
}

async fn verify(house: &House, certificate: &Value) -> Response {
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    house.post("/v1/verify", &json!({"registration_number": number, "control_code": code})).await
}

#[actix_web::test]
async fn checks_of_the_same_moment_are_logged_together_and_each_is_answered_for_itself() {
    let house = House::start().await;
    let certificates = certificates(&house, &crowd(&house, CALLERS, Utc::now())).await;
    let calls = join_all(certificates.iter().map(|certificate| verify(&house, certificate)));
    let answers = together(&house, "certificate_checks", calls, async {}).await;
    for (answer, certificate) in answers.into_iter().zip(&certificates) {
        let answer = json_of(answer, 200).await;
        assert_eq!(answer["outcome"], "valid");
        let number = &answer["certificate"]["registration_number"];
        assert_eq!(number, &certificate["registration_number"], "each gets its own answer");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM certificate_checks"), 9);
    assert!(transactions(&house, "certificate_checks") <= 4, "they were logged together");
}

#[actix_web::test]
async fn a_row_that_cannot_be_written_fails_alone() {
    let house = House::start().await;
    let certificates = certificates(&house, &crowd(&house, CALLERS, Utc::now())).await;
    let (last, others) = certificates.split_last().unwrap();
    house.database.execute(&format!(
        "CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
            IF NEW.certificate_id = (SELECT id FROM certificates WHERE registration_number = ''{}'')
            THEN RAISE EXCEPTION ''not this one''; END IF; RETURN NEW; END';
        CREATE TRIGGER refuse_one BEFORE INSERT ON certificate_checks FOR EACH ROW EXECUTE FUNCTION refuse_one()",
        last["registration_number"].as_str().unwrap()
    ));
    let calls = join(verify(&house, last), join_all(others.iter().map(|other| verify(&house, other))));
    let (refusal, answers) = together(&house, "certificate_checks", calls, async {}).await;
    refused(refusal, 500, "internal").await;
    for answer in answers {
        assert_eq!(json_of(answer, 200).await["outcome"], "valid");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM certificate_checks"), 8);
}

#[actix_web::test]
async fn certificates_of_the_same_moment_are_issued_together_but_for_whose_session_has_ended() {
    let house = House::start().await;
    let citizens = crowd(&house, CALLERS, Utc::now());
    let (last, others) = citizens.split_last().unwrap();
    let end = async { last.request(Method::DELETE, "/v1/sessions/current").send().await.unwrap() };
    let others_apply = join_all(others.iter().map(|citizen| citizen.apply("employment")));
    // It comes last, so that it is in the group, whose statement has not begun when the session ends.
    let last_applies = async {
        sleep(Duration::from_millis(300)).await;
        last.apply("employment").await
    };
    let (issued, ended) = together(&house, "applications", join(others_apply, last_applies), end).await;
    refused(ended, 401, "unauthenticated").await;
    for (answer, citizen) in issued.into_iter().zip(others) {
        let application = json_of(answer, 201).await;
        let own = citizen.get(&format!("/v1/applications/{}", application["id"].as_str().unwrap())).await;
        assert_eq!(json_of(own, 200).await["certificate"], application["certificate"], "each gets its own");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 8);
    assert!(transactions(&house, "certificates") <= 4, "they were issued together");
    assert_eq!(
        house.database.count("SELECT count(*) FROM audit_events WHERE action = 'certificate.issued'"),
        8
    );
}
