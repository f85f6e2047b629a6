//! Who manages endpoints: the client that shows its secret, and its own alone.

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{RunQueryDsl, sql_query};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::{EVERYTHING, add, call, house, test};
use crate::oauth::Client;
use crate::support::{House, json_of, refused};

/// Every operation on an endpoint, with a body that would be accepted.
fn operations(endpoint: &str) -> Vec<(Method, String, Option<Value>)> {
    let nobodys = "01900000-0000-7000-8000-000000000000";
    vec![
        (Method::POST, format!("/{endpoint}/secrets"), Some(json!({}))),
        (Method::POST, format!("/{endpoint}/resume"), None),
        (Method::POST, format!("/{endpoint}/test"), None),
        (Method::GET, format!("/{endpoint}/messages"), None),
        (Method::POST, format!("/{endpoint}/messages/{nobodys}/replay"), None),
        (Method::POST, format!("/{endpoint}/replay"), Some(json!({"since": "2020-01-01T00:00:00Z"}))),
        (Method::DELETE, format!("/{endpoint}"), None),
    ]
}

#[actix_web::test]
async fn an_endpoint_is_its_client_s_and_nobody_else_s() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let town = Client::of(&house, "town", "web", "https://town.example/done").await;
    let endpoint = add(&client, "http://127.0.0.1:9/", &EVERYTHING).await;
    let message = test(&client, &endpoint).await;
    let counts = |house: &House| {
        house.database.count("SELECT count(*) FROM webhook_messages WHERE status = 'pending'")
    };
    for (method, path, body) in operations(&endpoint.id) {
        refused(call(&town, method, &path, body).await, 404, "not_found").await;
    }
    let foreign = format!("/{}/messages/{}/replay", endpoint.id, message["id"].as_str().unwrap());
    refused(call(&town, Method::POST, &foreign, None).await, 404, "not_found").await;
    assert_eq!(json_of(call(&town, Method::GET, "", None).await, 200).await["items"], json!([]));
    assert_eq!(counts(&house), 1);
    for (method, path, body) in operations(&endpoint.id) {
        let status = call(&client, method, &path, body).await.status().as_u16();
        assert!(status < 300 || path.contains("/messages/0190"), "{path}: {status}");
    }
    assert_eq!(json_of(call(&client, Method::GET, "", None).await, 200).await["items"], json!([]));
}

#[actix_web::test]
async fn a_client_proves_who_it_is_before_anything_is_read() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let native = Client::of(&house, "app", "native", "ro.city.app:/in").await;
    let town = Client::of(&house, "town", "web", "https://town.example/done").await;
    let endpoint = add(&client, "http://127.0.0.1:9/", &EVERYTHING).await;
    let mut all = operations(&endpoint.id);
    all.extend([
        (Method::POST, String::new(), Some(json!({"nonsense": 1}))),
        (Method::GET, String::new(), None),
    ]);
    let strangers = [
        ("city", "czl_guessed"),
        ("city", town.secret.as_deref().unwrap()),
        ("app", ""),
        ("hub", ""),
        ("nobody", "x"),
    ];
    assert_eq!(native.secret, None);
    for (method, path, body) in all {
        for (id, secret) in strangers {
            let impostor = Client {
                house: &house,
                id: id.to_owned(),
                secret: Some(secret.to_owned()),
                redirect_uri: String::new(),
            };
            let answer = call(&impostor, method.clone(), &path, body.clone()).await;
            assert_eq!(answer.headers()["www-authenticate"], "Basic realm=\"cazier\"");
            refused(answer, 401, "client_unauthenticated").await;
        }
    }
    assert_eq!(house.database.count("SELECT count(*) FROM webhook_endpoints"), 1);
}

#[actix_web::test]
async fn an_endpoint_has_a_fit_address_and_events_and_a_client_five() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let add_with = |body: Value| call(&client, Method::POST, "", Some(body));
    for (body, pointer, rule) in [
        (json!({"url": "ftp://city.example/", "events": ["grant.*"]}), "/url", "webhook_url_format"),
        (json!({"url": "https://u:p@city.example/", "events": ["grant.*"]}), "/url", "webhook_url_format"),
        (json!({"url": "http://169.254.169.254/", "events": ["grant.*"]}), "/url", "webhook_url_not_allowed"),
        (json!({"url": "https://[fe80::1]/", "events": ["grant.*"]}), "/url", "webhook_url_not_allowed"),
        (json!({"url": "https://city.example/", "events": []}), "/events", "webhook_events_missing"),
        (
            json!({"url": "https://city.example/", "events": ["grant.*", "grant.*"]}),
            "/events",
            "webhook_events_missing",
        ),
    ] {
        let problem = refused(add_with(body).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(rule))
        );
    }
    for _ in 0..5 {
        add(&client, "https://city.example/?key=secret", &["grant.*", "certificate.*"]).await;
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'webhook.added' AND detail = 'city: city.example: grant.* certificate.*'";
    assert_eq!(
        house.database.count(recorded),
        5,
        "where data goes, without what may be secret of the address"
    );
    let sixth = json!({"url": "https://city.example/", "events": ["grant.*"]});
    refused(add_with(sixth).await, 409, "webhook_endpoints_full").await;
}

#[actix_web::test]
async fn changes_tests_and_replays_of_a_client_are_counted() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let endpoint = add(&client, "http://127.0.0.1:9/", &EVERYTHING).await;
    for _ in 1..300 {
        test(&client, &endpoint).await;
    }
    house.database.execute("UPDATE webhook_endpoints SET status = 'paused'");
    let wish = json!({"url": "https://city.example/", "events": ["grant.*"]});
    for (method, path, body) in [
        (Method::POST, String::new(), Some(wish)),
        (Method::POST, format!("/{}/secrets", endpoint.id), Some(json!({}))),
        (Method::POST, format!("/{}/resume", endpoint.id), None),
        (Method::DELETE, format!("/{}", endpoint.id), None),
    ] {
        let answer = call(&client, method, &path, body).await;
        assert!(answer.headers().contains_key("retry-after"), "{path}");
        refused(answer, 429, "too_many_requests").await;
    }
    house.database.execute("UPDATE webhook_endpoints SET status = 'active'");
    let test_path = format!("/{}/test", endpoint.id);
    refused(call(&client, Method::POST, &test_path, None).await, 429, "too_many_requests").await;
    let changes = "SELECT count(*) FROM audit_events WHERE action LIKE 'webhook.%'";
    assert_eq!(house.database.count(changes), 1, "nothing else is recorded for good");
}

#[actix_web::test]
async fn an_endpoint_is_added_while_a_grant_is_given() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let mut granting = house.database.connect();
    AnsiTransactionManager::begin_transaction(&mut granting).unwrap();
    // As the foreign key of a new grant locks its client.
    sql_query("SELECT FROM clients FOR KEY SHARE").execute(&mut granting).unwrap();
    add(&client, "https://city.example/", &EVERYTHING).await;
}

/// Sends a creating request with a key.
async fn keyed(client: &Client<'_>, path: &str, body: &Value) -> Response {
    let request = client.house.request(Method::POST, &format!("/v1/webhooks/endpoints{path}"));
    let request = request.basic_auth(&client.id, client.secret.as_ref()).header("idempotency-key", "k-1");
    request.json(body).send().await.unwrap()
}

#[actix_web::test]
async fn a_request_that_is_sent_twice_with_a_key_adds_and_rotates_once() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let town = Client::of(&house, "town", "web", "https://town.example/done").await;
    let wish = json!({"url": "https://city.example/hook", "events": ["grant.*"]});
    let first = json_of(keyed(&client, "", &wish).await, 201).await;
    let again = keyed(&client, "", &wish).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(json_of(again, 201).await, first, "with the same secret");
    let other = json!({"url": "https://city.example/other", "events": ["grant.*"]});
    refused(keyed(&client, "", &other).await, 422, "idempotency_key_reused").await;
    let towns = json_of(keyed(&town, "", &wish).await, 201).await;
    assert_ne!(towns["endpoint"]["id"], first["endpoint"]["id"], "a key is its client's");
    assert_eq!(house.database.count("SELECT count(*) FROM webhook_endpoints"), 2);

    let path = format!("/{}/secrets", first["endpoint"]["id"].as_str().unwrap());
    let rotated = json_of(keyed(&client, &path, &json!({})).await, 201).await;
    assert_eq!(json_of(keyed(&client, &path, &json!({})).await, 201).await, rotated);
    refused(keyed(&town, &path, &json!({})).await, 404, "not_found").await;
    let of_first = "SELECT count(*) FROM webhook_secrets s JOIN webhook_endpoints e ON e.id = s.endpoint_id WHERE e.client_id = 'city'";
    assert_eq!(house.database.count(of_first), 2);
    let clear = "SELECT count(*) FROM idempotency_keys WHERE encode(response, 'escape') LIKE '%whsec%'";
    assert_eq!(house.database.count(clear), 0, "kept answers are encrypted");
}
