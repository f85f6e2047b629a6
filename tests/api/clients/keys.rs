//! Clients that prove who they are by a signature: operators give them keys instead of secrets.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::{operator, portal, register};
use crate::support::{Citizen, House, json_of, refused};

/// The public key of RFC 7515, appendix A.3.
fn key() -> Value {
    json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "kid": "portal-1",
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut key = key();
    key[field] = value;
    key
}

async fn set(operator: &Citizen<'_>, client: &str, keys: Value) -> Response {
    let path = format!("/v1/clients/{client}/jwks");
    operator.request(Method::PUT, &path).json(&json!({"keys": keys})).send().await.unwrap()
}

#[actix_web::test]
async fn keys_are_set_shown_and_taken_away() {
    let house = House::start().await;
    let operator = operator(&house);
    register(&operator, &portal("city", "portal.city.example")).await;
    let named = json!({"keys": [key(), with("kid", json!("portal-2"))]});
    let sent = [with("alg", json!("ES256")), with("kid", json!("portal-2"))];
    assert_eq!(json_of(set(&operator, "city", json!(sent)).await, 200).await, named);
    let shown = async || json_of(operator.get("/v1/clients").await, 200).await["items"][0]["jwks"].clone();
    assert_eq!(shown().await, named, "in their order");
    assert_eq!(json_of(set(&operator, "city", json!([])).await, 200).await, json!({"keys": []}));
    assert_eq!(shown().await, json!({"keys": []}));
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'client.keys_set' AND detail = 'city'";
    assert_eq!(house.database.count(recorded), 2);
    refused(set(&operator, "town", json!([key()])).await, 404, "not_found").await;
    refused(set(&operator, "..%2F", json!([key()])).await, 404, "not_found").await;
}

#[actix_web::test]
async fn a_client_that_is_registered_with_keys_gets_no_secret() {
    let house = House::start().await;
    let operator = operator(&house);
    let mut client = portal("city", "portal.city.example");
    client["jwks"] = json!({"keys": [key()]});
    let created = register(&operator, &client).await;
    assert_eq!(created["secret"], Value::Null);
    assert_eq!(created["client"]["jwks"], client["jwks"]);
    assert_eq!(created["client"]["secrets_created_at"], json!([]));
    let removed = operator.request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    assert_eq!(removed.status(), 204);
    assert_eq!(house.database.count("SELECT count(*) FROM client_keys"), 0);
}

#[actix_web::test]
async fn pages_and_apps_have_no_keys() {
    let house = House::start().await;
    let operator = operator(&house);
    let mut app = portal("app", "a.example");
    (app["kind"], app["redirect_uris"]) = (json!("native"), json!(["ro.city.app:/in"]));
    register(&operator, &app).await;
    refused(set(&operator, "app", json!([key()])).await, 409, "client_is_public").await;
    (app["id"], app["jwks"]) = (json!("other"), json!({"keys": [key()]}));
    let problem = refused(operator.post("/v1/clients", &app).await, 422, "invalid_input").await;
    let broken = &problem["errors"][0];
    assert_eq!((&broken["pointer"], &broken["code"]), (&json!("/jwks"), &json!("keys_of_kind")));
}

#[actix_web::test]
async fn what_is_no_public_key_of_p256_is_told_by_its_place() {
    let house = House::start().await;
    let operator = operator(&house);
    register(&operator, &portal("city", "portal.city.example")).await;
    let x = key()["x"].clone();
    for (keys, pointer, code) in [
        (json!([key(), with("y", x)]), "/keys/1/x", "key_not_on_curve"),
        (json!([with("x", json!("AA"))]), "/keys/0/x", "coordinate_format"),
        (json!(vec![key(); 5]), "/keys", "too_many_keys"),
        (json!([with("kid", json!(" "))]), "/keys/0/kid", "text_blank"),
        (json!([with("kty", json!("RSA"))]), "/keys/0/kty", "unknown_value"),
        (json!([with("crv", json!("P-384"))]), "/keys/0/crv", "unknown_value"),
        (json!([with("use", json!("enc"))]), "/keys/0/use", "unknown_value"),
        (json!([with("alg", json!("none"))]), "/keys/0/alg", "unknown_value"),
        (json!([with("d", json!("a private key"))]), "/keys/0/d", "unknown_field"),
    ] {
        let problem = refused(set(&operator, "city", keys.clone()).await, 422, "invalid_input").await;
        let broken = &problem["errors"][0];
        assert_eq!((&broken["pointer"], &broken["code"]), (&json!(pointer), &json!(code)), "{problem}");
        assert!(!problem.to_string().contains("private key"), "{problem}");
        let mut client = portal("town", "town.example");
        client["jwks"] = json!({"keys": keys});
        let problem = refused(operator.post("/v1/clients", &client).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], format!("/jwks{pointer}"), "{problem}");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM client_keys"), 0);
}
