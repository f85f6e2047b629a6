//! Lists that are filtered by status and by days.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use super::operations::{contract, operations};
use crate::oauth::Client;
use crate::support::{Citizen, House, Officer, json_of, refused};

/// How many items a list has.
async fn count(citizen: &Citizen<'_>, path: &str) -> usize {
    json_of(citizen.get(path).await, 200).await["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn lists_are_filtered_by_status_and_by_romanian_days() {
    let first: DateTime<Utc> = "2026-11-27T21:30:00Z".parse().unwrap();
    let clock = Clock::pinned(first);
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    json_of(citizen.apply("employment").await, 201).await;
    // The next day in Romania, and the same one in UTC.
    clock.set(first + TimeDelta::hours(1));
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    json_of(citizen.apply("employment").await, 201).await;
    let away = json!({"register": "criminal_records", "seconds": 600});
    json_of(house.post("/sandbox/outages", &away).await, 200).await;
    let waiting = json_of(citizen.apply("volunteering").await, 202).await;
    for (query, applications, certificates) in [
        ("", 3, 2),
        ("?from=2026-11-28", 2, 1),
        ("?to=2026-11-27", 1, 1),
        ("?from=2026-11-27&to=2026-11-27", 1, 1),
        ("?from=2026-11-29", 0, 0),
    ] {
        assert_eq!(count(&citizen, &format!("/v1/applications{query}")).await, applications, "{query}");
        assert_eq!(count(&citizen, &format!("/v1/certificates{query}")).await, certificates, "{query}");
    }
    assert_eq!(count(&citizen, "/v1/applications?status=issued").await, 2);
    assert_eq!(count(&citizen, "/v1/applications?status=awaiting_register&from=2026-11-28").await, 1);
    assert_eq!(count(&citizen, "/v1/applications?status=rejected").await, 0);
    let page = json_of(citizen.get("/v1/applications?status=issued&limit=1").await, 200).await;
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(count(&citizen, &format!("/v1/applications?status=issued&limit=1&cursor={next}")).await, 1);
    for (status, number) in [("valid", 2), ("expired", 0), ("revoked", 0), ("superseded", 0)] {
        assert_eq!(count(&citizen, &format!("/v1/certificates?status={status}")).await, number, "{status}");
    }
    let told = json_of(citizen.get("/v1/accounts/me/access-log?to=2026-11-27&limit=100").await, 200).await;
    let entries = told["items"].as_array().unwrap();
    let midnight: DateTime<Utc> = "2026-11-27T22:00:00Z".parse().unwrap();
    let is_of_first_day =
        |entry: &Value| entry["at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap() < midnight;
    assert!(!entries.is_empty() && entries.iter().all(is_of_first_day), "{told}");

    // It would be issued once the outage is over.
    let withdraw = format!("/v1/applications/{}/withdraw", waiting["id"].as_str().unwrap());
    json_of(citizen.post(&withdraw, &json!({})).await, 200).await;
    clock.set(first + TimeDelta::days(200));
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    assert_eq!(count(&citizen, "/v1/certificates?status=expired").await, 2);
    assert_eq!(count(&citizen, "/v1/certificates?status=valid").await, 0);
}

#[actix_web::test]
async fn the_queues_of_officers_are_filtered() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    json_of(citizen.apply("employment").await, 202).await;
    let asked = json!({"topic": "other", "message": "Nu pot depune cererea.", "email": "ana@example.ro"});
    json_of(house.post("/v1/support/requests", &asked).await, 202).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    let items =
        async |path: &str| json_of(officer.get(path).await, 200).await["items"].as_array().unwrap().len();
    for (query, number) in [("", 1), ("?from=2026-01-01", 1), ("?to=2026-01-01", 0)] {
        assert_eq!(items(&format!("/v1/support/requests{query}")).await, number, "{query}");
    }
    assert_eq!(items("/v1/support/requests?status=closed").await, 0);
    assert_eq!(items("/v1/review/mandates?from=2026-01-01").await, 0);
    assert_eq!(items("/v1/review/applications?status=issued").await, 0, "it waits for nobody");
    for query in ["", "?status=referred", "?from=2026-01-01&to=2199-01-01"] {
        let listed = items(&format!("/v1/review/applications{query}")).await;
        assert_eq!(listed, items("/v1/review/applications").await, "{query}");
    }
    assert_eq!(items("/v1/review/applications?to=2026-01-01").await, 0);
}

#[actix_web::test]
async fn a_filter_is_read_strictly_at_every_list_that_has_it() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    let client = Client::web(&house).await;
    let mut lists = 0;
    for operation in operations(&contract()) {
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let has = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
        if operation.method != Method::GET || !has("cursor") {
            continue;
        }
        let is_officers = operation.value["security"][0]["bearer"] == json!(["officer"]);
        let caller: &Citizen<'_> = if is_officers { &officer } else { &citizen };
        let broken = async |query: &str| {
            let path = format!("{}?{query}", operation.filled_path());
            let answer = if operation.is_of_clients() {
                let request = house.request(Method::GET, &path);
                request.basic_auth(&client.id, client.secret.as_ref()).send().await.unwrap()
            } else {
                caller.get(&path).await
            };
            let problem = refused(answer, 422, "invalid_input").await;
            (problem["errors"][0]["pointer"].clone(), problem["errors"][0]["code"].clone())
        };
        let days = broken("from=2026-02-02&to=2026-02-01").await;
        let day = broken("to=1.2.2026").await;
        let status = broken("status=none").await;
        if has("from") {
            assert_eq!(days, (json!("?to"), json!("period_order")), "{}", operation.path);
            assert_eq!(day, (json!("?to"), json!("date_format")), "{}", operation.path);
            lists += 1;
        }
        let unknown = if has("status") { "unknown_value" } else { "unknown_field" };
        assert_eq!(status, (json!("?status"), json!(unknown)), "{}", operation.path);
    }
    assert_eq!(lists, 8);
}
