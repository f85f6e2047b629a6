//! The sandbox's clock, which testers move: everything that looks at the time follows.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Citizen, Database, House, PASSWORD, Process, json_of, refused, until_some};

/// A day, whenever summer time ends.
const A_DAY: i64 = 25 * 3600;

async fn forward(house: &House, seconds: i64) -> DateTime<Utc> {
    let moved = house.post("/sandbox/clock", &json!({"forward_seconds": seconds})).await;
    time(&json_of(moved, 200).await)
}

fn time(clock: &Value) -> DateTime<Utc> {
    clock["now"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn the_next_day_comes_when_a_tester_wants_it() {
    let house = House::with().clock(&Clock::movable()).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let first = citizen.certificate("employment").await;
    refused(citizen.apply("employment").await, 409, "already_applied_today").await;
    let lapses = Citizen::confirmation_token(&house, "ana@example.ro").await;

    let before = Utc::now();
    let moved = forward(&house, A_DAY).await;
    assert!(moved - before >= TimeDelta::seconds(A_DAY), "{moved}");
    let shown = json_of(house.get("/sandbox/clock").await, 200).await;
    assert!(time(&shown) >= moved && shown["ahead_seconds"].as_i64().unwrap() >= A_DAY, "{shown}");

    refused(citizen.apply("employment").await, 401, "unauthenticated").await;
    let confirm = json!({"token": lapses, "password": PASSWORD});
    refused(house.post("/v1/accounts/confirm-email", &confirm).await, 422, "invalid_confirmation_token")
        .await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    let next = citizen.certificate("employment").await;
    assert!(next["issued_on"].as_str().unwrap() > first["issued_on"].as_str().unwrap(), "{next}");
    assert!(
        next["issued_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap()
            >= moved - TimeDelta::seconds(1)
    );
}

#[actix_web::test]
async fn every_node_of_the_sandbox_has_the_same_time() {
    let house = House::with().clock(&Clock::movable()).start().await;
    let moved = forward(&house, A_DAY).await;
    let other = House::with().on(&house.database).clock(&Clock::movable()).start().await;
    assert!(
        time(&json_of(other.get("/sandbox/clock").await, 200).await) >= moved,
        "a node that starts later"
    );
    let mut connection = house.database.connect();
    assert!(cazier::sandbox::clock::now(&mut connection).unwrap() >= moved, "a command");
}

#[actix_web::test]
async fn another_running_process_follows_the_clock() {
    let database = Database::from_template();
    let (_moving, [moving, _]) = Process::serve(&database, &[]);
    let (_following, [following, _]) = Process::serve(&database, &[]);
    let http = reqwest::Client::new();
    let shown = async |api: &str| {
        let clock = http.get(format!("{api}/sandbox/clock")).send().await.unwrap();
        clock.json::<Value>().await.unwrap()["ahead_seconds"].as_i64().unwrap()
    };
    assert_eq!((shown(&moving).await, shown(&following).await), (0, 0));
    let body = json!({"forward_seconds": A_DAY});
    let moved = http.post(format!("{moving}/sandbox/clock")).json(&body).send().await.unwrap();
    assert_eq!(moved.status(), 200);
    until_some("the other process has the time", async || (shown(&following).await >= A_DAY).then_some(()))
        .await;
}

#[actix_web::test]
async fn the_clock_never_goes_back_nor_too_far() {
    let house = House::with().clock(&Clock::movable()).start().await;
    for seconds in [0, 6 * 366 * 86_400] {
        let answer = house.post("/sandbox/clock", &json!({"forward_seconds": seconds})).await;
        let problem = json_of(answer, 422).await;
        assert_eq!(problem["errors"][0]["code"], "clock_not_ahead", "{problem}");
    }
    let back = house.post("/sandbox/clock", &json!({"forward_seconds": -1})).await;
    assert_eq!(json_of(back, 422).await["errors"][0]["pointer"], "/forward_seconds");
}
