//! Two nodes on one database behave as one.

use cazier::db::migrate;
use serde_json::json;

use crate::support::{Citizen, Database, House, PASSWORD, application, json_of, refused};

#[actix_web::test]
async fn each_step_of_the_walk_can_be_taken_at_another_node() {
    let one = House::start().await;
    let other = House::with().on(&one.database).start().await;
    let token = Citizen::confirmation_token(&one, "ana@example.ro").await;
    json_of(
        other.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
        200,
    )
    .await;
    let here = Citizen::logged_in(&one, "ana@example.ro").await;
    let there = Citizen {
        house: &other,
        access: here.access.clone(),
        refresh: here.refresh.clone(),
        email: here.email.clone(),
    };
    json_of(there.get("/v1/accounts/me").await, 200).await;
    here.prove("clean", "success").await;
    let issued = json_of(there.apply("employment").await, 201).await;
    refused(here.apply("employment").await, 409, "already_applied_today").await;
    let certificate = &issued["certificate"];
    assert_eq!(
        json_of(here.get(&format!("/v1/certificates/{}", certificate["id"].as_str().unwrap())).await, 200)
            .await,
        *certificate
    );
    let body = json!({"registration_number": certificate["registration_number"], "cnp": "2880514121171"});
    assert_eq!(json_of(one.post("/v1/verify", &body).await, 200).await["outcome"], "valid");
    assert_eq!(json_of(other.post("/v1/verify", &body).await, 200).await["outcome"], "valid");
    json_of(other.post("/v1/sessions/refresh", &json!({"refresh_token": here.refresh})).await, 200).await;
    refused(here.get("/v1/accounts/me").await, 401, "unauthenticated").await;
}

#[actix_web::test]
async fn attempts_are_counted_and_keys_known_across_all_nodes() {
    let one = House::start().await;
    let other = House::with().on(&one.database).start().await;
    let here = Citizen::verified(&one, "clean").await;
    let there = Citizen {
        house: &other,
        access: here.access.clone(),
        refresh: here.refresh.clone(),
        email: here.email.clone(),
    };
    let apply = async |citizen: &Citizen<'_>| {
        let request =
            citizen.request(reqwest::Method::POST, "/v1/applications").header("idempotency-key", "k");
        json_of(request.json(&application("employment")).send().await.unwrap(), 201).await
    };
    assert_eq!(apply(&here).await, apply(&there).await);
    let wrong = json!({"email": here.email, "password": "wrong password"});
    for _ in 0..5 {
        refused(one.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
        refused(other.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
    }
    let right = json!({"email": here.email, "password": PASSWORD});
    refused(other.post("/v1/sessions", &right).await, 429, "too_many_requests").await;
}

#[test]
fn nodes_that_start_together_migrate_once() {
    let database = Database::empty();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let url = database.url();
            std::thread::spawn(move || migrate::run(&url).unwrap().len())
        })
        .collect();
    let ran: Vec<usize> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    assert_eq!(ran.iter().filter(|count| **count > 0).count(), 1, "{ran:?}");
}
