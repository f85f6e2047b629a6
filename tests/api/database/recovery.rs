//! A node whose database fails for a while: 503 once, and well again.

use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::time::{sleep, timeout};
use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::faults::LONG;
use crate::support::{Citizen, Database, House, PASSWORD, json_of, refused, until};

/// Ends every connection to the database but the one that does it.
fn end_all(database: &Database) {
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.execute(others);
}

#[actix_web::test]
async fn after_its_connections_died_a_node_recovers_at_the_second_attempt() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let write = || citizen.request(Method::PATCH, "/v1/accounts/me").json(&json!({"locale": "en"})).send();
    for round in 0..12 {
        // In one round out of two they have just been used, so that nobody suspects them.
        if round % 2 == 0 {
            sleep(Duration::from_millis(1100)).await;
        } else {
            json_of(citizen.get("/v1/applications").await, 200).await;
        }
        end_all(&house.database);
        let first = house.get("/health/ready").await.status();
        assert!(first == 200 || first == 503, "{first}");
        let first = write().await.unwrap().status();
        assert!(first == 200 || first == 503, "{first}");
        assert_eq!(write().await.unwrap().status(), 200, "never twice");
        for _ in 0..3 {
            json_of(citizen.get("/v1/applications").await, 200).await;
        }
        json_of(house.get("/health/ready").await, 200).await;
    }
}

#[actix_web::test]
async fn a_lock_on_the_certificates_holds_up_what_needs_them_and_nothing_else() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE certificates").unwrap();
    let check = json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-5", "cnp": "1800101221144"});
    let checks = join_all((0..12).map(|_| house.post("/v1/verify", &check)));
    let others = async {
        until("they wait for the lock", || house.database.waits_for_locks() > 0).await;
        json_of(house.get("/health/ready").await, 200).await;
        json_of(house.get("/health/live").await, 200).await;
    };
    let (checks, ()) = timeout(LONG, async { tokio::join!(checks, others) }).await.unwrap();
    for answer in checks {
        assert!(answer.headers().contains_key("retry-after"));
        refused(answer, 503, "database_unavailable").await;
    }
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
    holder.batch_execute("ROLLBACK").unwrap();
    assert_eq!(json_of(house.post("/v1/verify", &check).await, 200).await["outcome"], "no_match");
}

#[actix_web::test]
async fn an_attempt_that_could_not_be_answered_is_not_counted() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let log_in = json!({"email": citizen.email, "password": PASSWORD});
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE sessions").unwrap();
    for _ in 0..3 {
        let tries =
            timeout(LONG, join_all((0..4).map(|_| house.post("/v1/sessions", &log_in)))).await.unwrap();
        for answer in tries {
            refused(answer, 503, "database_unavailable").await;
        }
    }
    holder.batch_execute("ROLLBACK").unwrap();
    json_of(house.post("/v1/sessions", &log_in).await, 201).await;
    let wrong = json!({"email": citizen.email, "password": "alta parolă decât a mea"});
    for _ in 0..10 {
        refused(house.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
    }
    refused(house.post("/v1/sessions", &wrong).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn on_a_read_only_database_a_node_still_reads_and_is_not_ready() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    json_of(house.get("/health/ready").await, 200).await;
    let set = |value: &str| {
        let mut connection = house.database.connect();
        connection.batch_execute("SET default_transaction_read_only = off").unwrap();
        let statement = format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {value}', current_database()); END $$"
        );
        connection.batch_execute(&statement).unwrap();
    };
    set("on");
    end_all(&house.database);
    sleep(Duration::from_millis(1100)).await;
    let problem = refused(house.get("/health/ready").await, 503, "database_unavailable").await;
    assert_eq!(problem["checks"][1]["name"], "writes", "{problem}");
    assert_eq!(
        (&problem["checks"][0]["status"], &problem["checks"][1]["status"]),
        (&json!("pass"), &json!("fail"))
    );
    // What leaves no trace in the log of who saw what; the rest is not shown where that cannot be written.
    for address in ["/v1/verify/trust", "/v1/counters", "/v1/services", "/v1/statistics"] {
        let answer = citizen.get(address).await;
        assert_eq!(answer.status(), 200, "{address}");
    }
    let check = json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-5", "cnp": "1800101221144"});
    refused(house.post("/v1/verify", &check).await, 503, "database_unavailable").await;
    set("off");
    end_all(&house.database);
    sleep(Duration::from_millis(1100)).await;
    json_of(house.get("/health/ready").await, 200).await;
    assert_eq!(json_of(house.post("/v1/verify", &check).await, 200).await["outcome"], "no_match");
}

#[actix_web::test]
async fn a_role_that_may_change_rows_and_nothing_else_is_ready() {
    let database = Rc::new(Database::from_template());
    let house = House::with().on(&database).start().await;
    let ready = json_of(house.get("/health/ready").await, 200).await;
    assert_eq!(ready["checks"][0]["status"], "pass", "{ready}");
}
