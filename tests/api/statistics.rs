//! Public figures: counted once a day, never so small that they point at a person, the same however often they are
//! counted.

use cazier::db::schema::{job_schedules, jobs};
use cazier::statistics::{count_days, recount};
use cazier::time::Clock;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::{PgConnection, select, sql_query};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Citizen, Database, House, Process, apply_for_company, json_of, mandate, refused, until, until_some,
};

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn execute(connection: &mut PgConnection, statement: &str) {
    sql_query(statement).execute(connection).unwrap();
}

fn accounts(connection: &mut PgConnection, count: usize, created_at: &str) {
    execute(
        connection,
        &format!(
            "INSERT INTO accounts (id, email_index, email, locale, created_at)
            SELECT gen_random_uuid(), decode(md5('{created_at}' || n), 'hex'), '', 'ro', '{created_at}'
            FROM generate_series(1, {count}) n"
        ),
    );
}

fn events(connection: &mut PgConnection, count: usize, status: &str, at: &str) {
    execute(
        connection,
        &format!(
            "INSERT INTO application_events (id, application_id, status, actor, at)
            SELECT gen_random_uuid(), a.id, '{status}', 'service', '{at}'
            FROM (SELECT id FROM applications LIMIT 1) a, generate_series(1, {count})"
        ),
    );
}

fn checks(connection: &mut PgConnection, count: usize, at: &str) {
    execute(
        connection,
        &format!(
            "INSERT INTO certificate_checks (id, certificate_id, method, outcome, at)
            SELECT gen_random_uuid(), c.id, 'cnp', 'valid', '{at}'
            FROM (SELECT id FROM certificates LIMIT 1) c, generate_series(1, {count})"
        ),
    );
}

/// Waits until the worker has done the counting job of its first period: it counts nothing more of its own accord.
async fn first_job_done(house: &House) {
    let mut connection = house.database.connect();
    until("the worker has counted", || {
        let scheduled = exists(job_schedules::table.filter(job_schedules::kind.eq("statistics")));
        let queued = exists(jobs::table.filter(jobs::kind.eq("statistics")));
        select(scheduled.and(not(queued))).get_result(&mut connection).unwrap()
    })
    .await;
}

async fn figures(house: &House) -> Value {
    json_of(house.get("/v1/statistics").await, 200).await
}

#[actix_web::test]
async fn each_day_that_is_over_is_counted_once_and_small_counts_are_not_shown() {
    let house = House::with().clock(&Clock::pinned(at("2026-11-20T10:00:00Z"))).start().await;
    let nothing = figures(&house).await;
    assert_eq!((&nothing["through"], &nothing["days"]), (&Value::Null, &json!([])));
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;

    let mut connection = house.database.connect();
    let c = &mut connection;
    // Half past eleven in the evening in Romania, and half past midnight.
    accounts(c, 12, "2026-11-20T21:30:00Z");
    accounts(c, 15, "2026-11-20T22:30:00Z");
    events(c, 11, "issued", "2026-11-20T21:59:59.999999Z");
    events(c, 9, "referred", "2026-11-20T12:00:00Z");
    events(c, 10, "withdrawn", "2026-11-20T22:00:00Z");
    checks(c, 30, "2026-11-21T12:00:00Z");

    assert_eq!(count_days(c, at("2026-11-20T22:59:59Z")).unwrap(), 0, "the day is not settled");
    assert_eq!(count_days(c, at("2026-11-21T22:30:00Z")).unwrap(), 1);
    assert_eq!(count_days(c, at("2026-11-21T23:00:00Z")).unwrap(), 1);
    assert_eq!(count_days(c, at("2026-11-21T23:00:00Z")).unwrap(), 0);

    let seen = figures(&house).await;
    assert_eq!((&seen["through"], &seen["threshold"]), (&json!("2026-11-21"), &json!(10)));
    let first = json!({
        "day": "2026-11-20",
        "accounts_created": 13,
        "identities_verified": {"counter": 0, "ghiseul": null},
        "applications": {"issued": 12, "referred": null},
        "certificates_issued": null,
        "certificates_issued_to_legal_persons": null,
        "verifications": 0,
    });
    let second = json!({
        "day": "2026-11-21",
        "accounts_created": 15,
        "identities_verified": {"counter": 0, "ghiseul": 0},
        "applications": {"issued": 0, "referred": 0, "withdrawn": 10},
        "certificates_issued": 0,
        "certificates_issued_to_legal_persons": 0,
        "verifications": 30,
    });
    assert_eq!(seen["days"], json!([second, first]));
    let totals = json!({
        "accounts_created": 28,
        "identities_verified": {"counter": 0, "ghiseul": 0},
        "applications": {"issued": 12, "referred": 0, "withdrawn": 10},
        "certificates_issued": 0,
        "certificates_issued_to_legal_persons": 0,
        "verifications": 30,
    });
    assert_eq!(seen["totals"], totals);

    accounts(c, 5, "2026-11-20T12:00:00Z");
    assert_eq!(count_days(c, at("2026-11-21T23:30:00Z")).unwrap(), 0);
    assert_eq!(figures(&house).await, seen, "a day that was counted does not change, nor do totals grow");
}

#[actix_web::test]
async fn certificates_of_legal_persons_are_counted_apart_unless_they_are_few_or_tell_the_others() {
    let house = House::with().legal_persons().clock(&Clock::pinned(at("2026-11-20T10:00:00Z"))).start().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let firm = mandate(&izabella, "firm-clean").await;
    let reasons = json_of(house.get("/v1/services/criminal-record-certificate/reasons").await, 200).await;
    let reasons: Vec<&str> =
        reasons["items"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect();
    let mut connection = house.database.connect();
    let seen = async |c: &mut PgConnection| {
        recount(c, "2026-11-20".parse().unwrap(), at("2026-11-21T10:00:00Z")).unwrap();
        let seen = figures(&house).await;
        seen["days"][0]["certificates_issued_to_legal_persons"].clone()
    };
    for reason in &reasons[..9] {
        json_of(apply_for_company(&izabella, &firm, reason).await, 201).await;
    }
    assert_eq!(seen(&mut connection).await, json!(null), "nine are few");
    json_of(apply_for_company(&izabella, &firm, reasons[9]).await, 201).await;
    assert_eq!(seen(&mut connection).await, json!(10));
    izabella.certificate("employment").await;
    assert_eq!(seen(&mut connection).await, json!(null), "it would tell of the one natural person");
}

#[actix_web::test]
async fn figures_are_the_same_however_often_they_are_counted() {
    let house = House::with().clock(&Clock::pinned(at("2026-11-20T10:00:00Z"))).start().await;
    first_job_done(&house).await;
    let mut connection = house.database.connect();
    for (count, instant) in
        [(12, "2026-11-10T12:00:00Z"), (3, "2026-11-12T12:00:00Z"), (40, "2026-11-14T12:00:00Z")]
    {
        accounts(&mut connection, count, instant);
    }
    let now = at("2026-11-20T10:00:00Z");
    assert_eq!(count_days(&mut connection, now).unwrap(), 10, "days without anything are days");
    let answer = house.get("/v1/statistics").await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=600");
    let tag = answer.headers()["etag"].clone();
    let seen = json_of(answer, 200).await;
    assert_eq!(seen["totals"]["accounts_created"], 52);
    for from in ["2026-11-10", "2026-11-13", "2020-01-01"] {
        recount(&mut connection, from.parse().unwrap(), now).unwrap();
        let again =
            house.request(Method::GET, "/v1/statistics").header("if-none-match", &tag).send().await.unwrap();
        assert_eq!(again.status(), 304, "{from}");
        assert_eq!(again.text().await.unwrap(), "");
    }
}

#[actix_web::test]
async fn nodes_that_count_at_once_lose_no_day_and_no_total() {
    let house = House::with().clock(&Clock::pinned(at("2026-11-20T10:00:00Z"))).start().await;
    first_job_done(&house).await;
    let mut connection = house.database.connect();
    accounts(&mut connection, 40, "2026-11-01T12:00:00Z");
    accounts(&mut connection, 12, "2026-11-18T12:00:00Z");
    let now = at("2026-11-20T10:00:00Z");
    assert_eq!(count_days(&mut connection, now).unwrap(), 19);
    let seen = figures(&house).await;
    assert_eq!(seen["totals"]["accounts_created"], 52);
    std::thread::scope(|scope| {
        for node in 0..4 {
            let mut connection = house.database.connect();
            scope.spawn(move || {
                for round in 0..10 {
                    let from = NaiveDate::from_ymd_opt(2026, 11, 1 + (node + round) % 4 * 5).unwrap();
                    recount(&mut connection, from, now).unwrap();
                }
            });
        }
    });
    assert_eq!(figures(&house).await, seen);
}

#[actix_web::test]
async fn the_worker_counts_by_itself() {
    let clock = Clock::pinned(at("2026-11-20T10:00:00Z"));
    let house = House::with().clock(&clock).start().await;
    accounts(&mut house.database.connect(), 10, "2026-11-20T09:00:00Z");
    clock.set(at("2026-11-20T23:10:00Z"));
    let counted = async || (figures(&house).await["through"] == "2026-11-20").then_some(());
    until_some("the day is counted", counted).await;
}

#[actix_web::test]
async fn a_fault_of_the_job_is_told_in_one_line_with_what_was_being_done() {
    let database = Database::from_template();
    let some_days_ago = (Utc::now() - TimeDelta::days(3)).to_rfc3339();
    accounts(&mut database.connect(), 1, &some_days_ago);
    database.execute("ALTER TABLE certificate_checks RENAME TO elsewhere");
    let worker = Process::worker(&database, "smtp://127.0.0.1:9", &[]);
    let line =
        "statistics: counting a day: database, Unknown: relation \"certificate_checks\" does not exist";
    until(line, || worker.log().contains(line)).await;
    worker.terminate();
}

#[actix_web::test]
async fn days_can_be_chosen_within_reason() {
    let house = House::with().clock(&Clock::pinned(at("2026-11-20T10:00:00Z"))).start().await;
    let mut connection = house.database.connect();
    accounts(&mut connection, 20, "2026-11-10T12:00:00Z");
    count_days(&mut connection, at("2026-11-20T10:00:00Z")).unwrap();
    let days = async |query: &str| {
        let seen = json_of(house.get(&format!("/v1/statistics?{query}")).await, 200).await;
        assert_eq!(seen["totals"]["accounts_created"], 20, "totals are of all days");
        let days: Vec<String> = seen["days"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| day["day"].as_str().unwrap().to_owned())
            .collect();
        days
    };
    assert_eq!(days("from=2026-11-18").await, ["2026-11-19", "2026-11-18"]);
    assert_eq!(days("from=2026-11-10&to=2026-11-10").await, ["2026-11-10"]);
    assert_eq!(days("to=2026-11-11").await, ["2026-11-11", "2026-11-10"]);
    assert!(days("from=2030-01-01&to=2030-12-31").await.is_empty());
    assert!(days("to=2199-12-31").await.is_empty());
    for query in [
        "from=2026-11-12&to=2026-11-11",
        "from=2025-01-01&to=2026-01-02",
        "from=1999-12-31&to=2000-01-01",
        "from=1850-01-01&to=1850-01-02",
        "from=2026-11-21",
    ] {
        let problem =
            refused(house.get(&format!("/v1/statistics?{query}")).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], "?from", "{query}");
    }
    for query in ["from=yesterday", "from=2026-02-30", "from=2026-11-10&from=2026-11-11", "since=2026-11-10"]
    {
        refused(house.get(&format!("/v1/statistics?{query}")).await, 422, "invalid_input").await;
    }
}
