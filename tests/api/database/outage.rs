//! When the database is away, nothing is answered that is not known.

use std::rc::Rc;

use cazier::db::primary;
use cazier::server::openapi;
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

use crate::jobs::housekeeping::clean;
use crate::support::{Citizen, Database, House, json_of, refused, url_of};

#[actix_web::test]
async fn cannot_check_now_is_neither_valid_nor_no_match() {
    let house =
        House::with().on(&Rc::new(Database::empty())).database_url(&url_of("no_such_database")).start().await;
    let body = json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-5", "cnp": "1800101221144"});
    let answer = house.post("/v1/verify", &body).await;
    assert!(answer.headers().contains_key("retry-after"));
    let problem = refused(answer, 503, "database_unavailable").await;
    assert_eq!(problem.get("outcome"), None);
    refused(house.get("/health/ready").await, 503, "database_unavailable").await;
    json_of(house.get("/health/live").await, 200).await;
    let login = json!({"email": "ana@example.ro", "password": "parola oarecare"});
    refused(house.post("/v1/sessions", &login).await, 503, "database_unavailable").await;
}

/// The operations of which the contract does not say that the database may be away.
#[actix_web::test]
async fn what_needs_no_database_is_answered_without_one() {
    let house =
        House::with().on(&Rc::new(Database::empty())).database_url(&url_of("no_such_database")).start().await;
    let contract: Value = serde_json::from_str(&openapi::contract_json()).unwrap();
    let says_so = |operation: &Value| {
        let unavailable = &operation["responses"]["503"];
        unavailable["$ref"] != "#/components/responses/NodeUnavailable"
    };
    let paths = contract["paths"].as_object().unwrap();
    let without = paths.iter().filter(|(_, item)| item.get("get").is_some_and(|get| !says_so(get)));
    let mut answered = 0;
    for (path, _) in without {
        let path = path
            .replace("{service}", "criminal-record-certificate")
            .replace("{code}", "database_unavailable");
        json_of(house.get(&path).await, 200).await;
        answered += 1;
    }
    assert_eq!(answered, 6);
    let all = paths.values().flat_map(|item| item.as_object().unwrap().values());
    assert_eq!(all.filter(|operation| !says_so(operation)).count(), 6, "only operations that read");
}

#[test]
fn each_connection_failure_has_its_own_sentence() {
    let url = url_of("postgres");
    let other_user = match url::Url::parse(&url) {
        Ok(mut given) if given.has_host() => {
            given.set_username("nobody_of_this_name").unwrap();
            given.into()
        }
        _ => url.replace("user=cazier", "user=nobody_of_this_name"),
    };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("postgres://ana@{}/cazier?connect_timeout=2", silent.local_addr().unwrap());
    for (url, expected) in [
        (url_of("no_such_database"), "has no such database"),
        (other_user, "does not let this user in"),
        (format!("postgres://ana@{free}/cazier"), "refuses connections"),
        ("postgres:///cazier?host=/nowhere&user=ana".to_owned(), "refuses connections"),
        (silent_url, "does not answer"),
        ("postgres://ana@no-such-host.invalid/cazier".to_owned(), "host of the database is not known"),
        ("nonsense".to_owned(), "cannot be read"),
        ("postgres://ana@127.0.0.1:port/cazier".to_owned(), "cannot be read"),
        (format!("postgres://ana@{free}/cazier?sslmode=require"), "asks for TLS"),
    ] {
        let Err(error) = primary::establish(&url) else { panic!("{expected}") };
        let sentence = error.to_string();
        assert!(sentence.contains(expected), "{expected}: {sentence}");
    }
}

#[actix_web::test]
async fn a_node_is_not_ready_before_its_database_is_migrated() {
    let house = House::with().on(&Rc::new(Database::empty())).start().await;
    refused(house.get("/health/ready").await, 503, "database_unavailable").await;
}

#[actix_web::test]
async fn connections_that_died_are_replaced() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    json_of(house.get("/health/ready").await, 200).await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sql_query(others).execute(&mut house.database.connect()).unwrap();
    for _ in 0..4 {
        json_of(citizen.get("/v1/applications").await, 200).await;
    }
}

#[actix_web::test]
async fn expired_rows_are_deleted_and_nothing_else() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    Citizen::confirmation_token(&house, "nobody@example.ro").await;
    let mut connection = house.database.connect();
    let now = chrono::Utc::now();
    assert_eq!(clean(&mut connection, now), 0);
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
    let cleaned = clean(&mut connection, now + chrono::TimeDelta::days(30));
    assert!(cleaned >= 3, "a registration, a session, counters: {cleaned}");
    refused(citizen.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    Citizen::logged_in(&house, &citizen.email).await;
}
