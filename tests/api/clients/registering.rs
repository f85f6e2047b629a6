//! Operators register clients, rotate their secrets and remove them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{operator, portal, register};
use crate::support::{Citizen, House, json_of, refused};

/// Whether a text is a secret of the client now.
async fn opens(house: &House, client: &str, secret: &Value) -> bool {
    let request = house.request(Method::POST, "/oauth/introspect").basic_auth(client, secret.as_str());
    let status = request.form(&[("token", "x")]).send().await.unwrap().status();
    assert!([200, 401].contains(&status.as_u16()), "{status}");
    status == 200
}

/// Which of these are secrets of the client now.
async fn which_open(house: &House, client: &str, secrets: &[&Value]) -> Vec<bool> {
    futures_util::future::join_all(secrets.iter().map(|secret| opens(house, client, secret))).await
}

async fn rotate(operator: &Citizen<'_>, body: &Value) -> Value {
    json_of(operator.post("/v1/clients/city/secrets", body).await, 201).await["secret"].clone()
}

async fn listed(operator: &Citizen<'_>) -> Value {
    json_of(operator.get("/v1/clients").await, 200).await["items"].clone()
}

#[actix_web::test]
async fn a_client_is_registered_listed_and_removed() {
    let house = House::start().await;
    let operator = operator(&house);
    let created = register(&operator, &portal("city", "portal.city.example")).await;
    assert_eq!(created["client"]["rate_class"], "standard");
    assert_eq!(created["client"]["environment"], "sandbox");
    assert_eq!(listed(&operator).await, json!([created["client"]]));
    let again = operator.post("/v1/clients", &portal("city", "other.example")).await;
    refused(again, 409, "client_exists").await;
    let remove = || operator.request(Method::DELETE, "/v1/clients/city").send();
    assert_eq!(remove().await.unwrap().status(), 204);
    refused(remove().await.unwrap(), 404, "not_found").await;
    assert_eq!(listed(&operator).await, json!([]));
    assert!(!opens(&house, "city", &created["secret"]).await);
}

#[actix_web::test]
async fn a_secret_is_shown_once_and_two_work_at_a_time() {
    let house = House::start().await;
    let operator = operator(&house);
    let first = register(&operator, &portal("city", "portal.city.example")).await["secret"].clone();
    assert!(opens(&house, "city", &first).await);
    let second = rotate(&operator, &json!({})).await;
    assert_eq!(which_open(&house, "city", &[&first, &second]).await, [true, true]);
    let third = rotate(&operator, &json!({})).await;
    assert_eq!(which_open(&house, "city", &[&first, &second, &third]).await, [false, true, true]);
    let shown = listed(&operator).await;
    assert_eq!(shown[0]["secrets_created_at"].as_array().unwrap().len(), 2);
    assert!(!shown.to_string().contains("czl_"), "{shown}");
    let last = rotate(&operator, &json!({"end_others": true})).await;
    assert_eq!(which_open(&house, "city", &[&second, &third, &last]).await, [false, false, true]);
    assert!(!opens(&house, "town", &last).await, "a secret is one client's");
    let unknown = operator.post("/v1/clients/..%2F/secrets", &json!({})).await;
    refused(unknown, 404, "not_found").await;
    refused(operator.post("/v1/clients/%00/secrets", &json!({})).await, 404, "not_found").await;
}

#[actix_web::test]
async fn pages_and_apps_keep_no_secret() {
    let house = House::start().await;
    let operator = operator(&house);
    for (id, kind, uri) in
        [("pages", "browser", "https://a.example/in"), ("app", "native", "ro.city.app:/in")]
    {
        let mut client = portal(id, "a.example");
        (client["kind"], client["redirect_uris"]) = (json!(kind), json!([uri]));
        assert_eq!(register(&operator, &client).await["secret"], Value::Null);
        let path = format!("/v1/clients/{id}/secrets");
        refused(operator.post(&path, &json!({})).await, 409, "client_is_public").await;
    }
}

#[actix_web::test]
async fn a_repeated_registration_is_answered_the_same() {
    let house = House::start().await;
    let operator = operator(&house);
    let send = || {
        let request =
            operator.request(Method::POST, "/v1/clients").header("idempotency-key", "once-and-once");
        request.json(&portal("city", "portal.city.example")).send()
    };
    let first = json_of(send().await.unwrap(), 201).await;
    assert_eq!(json_of(send().await.unwrap(), 201).await, first);
}

#[actix_web::test]
async fn only_a_front_end_of_the_service_itself_takes_links_of_mails_and_no_system_is_one() {
    let house = House::start().await;
    let operator = operator(&house);
    let mut others = portal("city", "portal.city.example");
    (others["first_party"], others["mail_link_base"]) = (json!(false), json!("https://mails.city.example"));
    let mut system = portal("registry", "registry.example");
    (system["kind"], system["redirect_uris"]) = (json!("system"), json!([]));
    for (client, pointer, rule) in [
        (others, "/mail_link_base", "mail_links_of_first_party"),
        (system, "/first_party", "first_party_of_kind"),
    ] {
        let problem = refused(operator.post("/v1/clients", &client).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(rule))
        );
    }
    assert_eq!(listed(&operator).await, json!([]));
}

#[actix_web::test]
async fn what_a_client_cannot_have_is_told_by_its_place() {
    let house = House::start().await;
    let operator = operator(&house);
    for (field, value, pointer, code) in [
        ("id", json!("hub"), "/id", "client_id_reserved"),
        ("id", json!("City"), "/id", "client_id_format"),
        ("logo_text", json!("CLUJ-N"), "/logo_text", "text_too_long"),
        ("origins", json!(["https://a.example/"]), "/origins/0", "origin_format"),
        ("origins", json!(["http://a.example"]), "/origins/0", "origin_format"),
        ("origins", json!(vec!["https://a.example"; 21]), "/origins", "too_many_addresses"),
        ("redirect_uris", json!([]), "/redirect_uris", "redirect_uri_missing"),
        ("redirect_uris", json!(vec!["https://a.example/"; 21]), "/redirect_uris", "too_many_addresses"),
        ("redirect_uris", json!(["https://a.example/#x"]), "/redirect_uris/0", "redirect_uri_format"),
        ("redirect_uris", json!(["ro.city.app:/in"]), "/redirect_uris", "redirect_uri_of_kind"),
        ("initiate_login_uri", json!("ro.city.app:/in"), "/initiate_login_uri", "https_needed"),
        ("mail_link_base", json!("https://a.example/mails"), "/mail_link_base", "origin_format"),
        ("scopes", json!([]), "/scopes", "scopes_missing"),
        ("scopes", json!(["everything"]), "/scopes/0", "unknown_value"),
    ] {
        let mut client = portal("city", "portal.city.example");
        client[field] = value;
        let problem = refused(operator.post("/v1/clients", &client).await, 422, "invalid_input").await;
        let broken = &problem["errors"][0];
        assert_eq!((&broken["pointer"], &broken["code"]), (&json!(pointer), &json!(code)), "{problem}");
    }
    let mut client = portal("city", "portal.city.example");
    (client["environment"], client["origins"]) = (json!("live"), json!(["http://localhost:3000"]));
    let problem = refused(operator.post("/v1/clients", &client).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "https_needed");
    assert_eq!(listed(&operator).await, json!([]));
}
