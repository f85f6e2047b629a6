//! A client's token does what its scopes say, on every operation of the contract, and nothing else.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::Client;
use crate::http::operations::{contract, operations};
use crate::support::{Citizen, House, PASSWORD, json_of, refused};

/// What each operation that a client's token can do needs; a new one needs a line here.
const NEEDED: &[(&str, &str)] = &[
    ("create_application", "applications:write"),
    ("create_correction", "applications:write"),
    ("create_stream_token", "applications:read"),
    ("get_account", "profile identity"),
    ("get_application", "applications:read"),
    ("get_certificate", "certificates:read"),
    ("get_certificate_container", "certificates:read"),
    ("get_certificate_document", "certificates:read"),
    ("get_certificate_payload", "certificates:read"),
    ("get_certificate_signature", "certificates:read"),
    ("get_mandate", "applications:read"),
    ("get_mandate_prefill", "applications:write"),
    ("get_prefill", "applications:write identity"),
    ("get_userinfo", "openid"),
    ("post_userinfo", "openid"),
    ("list_applications", "applications:read"),
    ("list_certificates", "certificates:read"),
    ("list_mandates", "applications:read"),
    ("stream_application", "applications:read"),
    ("withdraw_application", "applications:write"),
];

const SCOPES: [&str; 6] =
    ["openid", "profile", "identity", "applications:read", "applications:write", "certificates:read"];

/// The scopes in the contract's security of an operation.
fn told(security: &Value) -> Option<String> {
    let oauth = security.as_array()?.iter().find_map(|one| one.get("oauth"))?;
    let scopes: Vec<&str> = oauth.as_array()?.iter().map(|scope| scope.as_str().unwrap()).collect();
    Some(scopes.join(" "))
}

#[test]
fn the_contract_names_the_scopes_of_each_operation() {
    let contract = contract();
    let found: BTreeMap<String, String> = operations(&contract)
        .iter()
        .filter_map(|operation| Some((operation.id().to_owned(), told(&operation.value["security"])?)))
        .collect();
    let needed = NEEDED.iter().map(|(id, scopes)| ((*id).to_owned(), (*scopes).to_owned()));
    assert_eq!(found, needed.collect());
    let flow = &contract["components"]["securitySchemes"]["oauth"]["flows"]["authorizationCode"];
    let scopes: Vec<&String> = flow["scopes"].as_object().unwrap().keys().collect();
    assert_eq!(scopes.len(), SCOPES.len(), "{scopes:?}");
}

/// Whether an answer is the refusal of a scope.
async fn is_refused(answer: reqwest::Response) -> bool {
    if answer.status() != 403 {
        return false;
    }
    let challenge = answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    let problem: Value = answer.json().await.unwrap();
    let is_scope = problem["code"] == "insufficient_scope";
    assert!(!is_scope || challenge.unwrap().contains("error=\"insufficient_scope\""), "{problem}");
    is_scope
}

#[actix_web::test]
async fn every_operation_is_refused_to_a_token_without_its_scopes() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let client = Client::web(&house).await;
    let contract = contract();
    let mut tokens: Vec<(String, String)> = Vec::new();
    for scope in SCOPES {
        let others: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        for held in [scope.to_owned(), others.join(" ")] {
            let token =
                client.tokens(&citizen.email, &held).await["access_token"].as_str().unwrap().to_owned();
            tokens.push((held, token));
        }
    }
    let (mut refusals, mut passes) = (0, 0);
    for operation in operations(&contract) {
        // Those for clients that show their secret look at no token.
        let is_public = operation.value["security"] == json!([]) || operation.is_of_clients();
        let needed = told(&operation.value["security"]);
        for (held, token) in &tokens {
            let request =
                house.request(operation.method.clone(), &operation.filled_path()).bearer_auth(token);
            let has_body = operation.value.get("requestBody").is_some();
            let request = if has_body {
                request.header("content-type", "application/json").body("nonsense")
            } else {
                request
            };
            let refused = is_refused(request.send().await.unwrap()).await;
            let may = needed.as_ref().is_some_and(|needed| {
                needed.split(' ').all(|scope| held.split(' ').any(|held| held == scope))
            });
            assert_eq!(refused, !may && !is_public, "{} with {held}", operation.id());
            if refused { refusals += 1 } else { passes += 1 }
        }
    }
    assert!(refusals > 500 && passes > 100, "{refusals} {passes}");
}

#[actix_web::test]
async fn a_client_sees_no_more_of_a_person_than_its_scopes_tell() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let client = Client::web(&house).await;
    for (scope, has_email, has_cnp) in
        [("openid", false, false), ("openid profile", true, false), ("openid identity", false, true)]
    {
        let tokens = client.tokens(&citizen.email, scope).await;
        let access = tokens["access_token"].as_str().unwrap();
        let told = client.call(Method::GET, "/oauth/userinfo", access).await.json::<Value>().await.unwrap();
        assert_eq!((told.get("email").is_some(), told.get("cnp").is_some()), (has_email, has_cnp), "{told}");
        assert_eq!(tokens["scope"], scope);
    }
    let without = client.tokens(&citizen.email, "profile").await;
    assert!(without.get("id_token").is_none(), "{without}");
    let access = without["access_token"].as_str().unwrap();
    refused(client.call(Method::GET, "/oauth/userinfo", access).await, 403, "insufficient_scope").await;
}

#[actix_web::test]
async fn an_international_address_is_told_as_mail_programs_write_to_it() {
    let house = House::start().await;
    let token = Citizen::confirmation_token(&house, "ștefan@poșta.ro").await;
    json_of(
        house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
        200,
    )
    .await;
    let client = Client::web(&house).await;
    let tokens = client.tokens("ștefan@poșta.ro", "openid profile").await;
    let access = tokens["access_token"].as_str().unwrap();
    let told = json_of(client.call(Method::GET, "/oauth/userinfo", access).await, 200).await;
    assert_eq!(told["email"], "ștefan@xn--pota-rxb.ro");
}

#[actix_web::test]
async fn a_client_applies_for_a_person_and_downloads_the_certificate() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let client = Client::web(&house).await;
    let scope = "openid applications:write applications:read certificates:read";
    let tokens = client.tokens(&citizen.email, scope).await;
    let access = tokens["access_token"].as_str().unwrap();
    let wish = json!({"service": "criminal-record-certificate", "reason": "employment", "declaration": true});
    let applied =
        house.request(Method::POST, "/v1/applications").bearer_auth(access).json(&wish).send().await;
    let applied: Value = applied.unwrap().json().await.unwrap();
    let id = applied["certificate"]["id"].as_str().unwrap_or_else(|| panic!("{applied}"));
    let document = client.call(Method::GET, &format!("/v1/certificates/{id}/document"), access).await;
    assert_eq!(document.status(), 200);
}

#[actix_web::test]
async fn what_a_client_does_for_a_person_is_told_as_the_clients_also_after_the_end() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let own = citizen.certificate("studies").await["id"].clone();
    let client = Client::web(&house).await;
    let tokens = client.tokens(&citizen.email, "openid identity applications:write certificates:read").await;
    let access = tokens["access_token"].as_str().unwrap();
    let apply = house.request(Method::POST, "/v1/applications").bearer_auth(access);
    let applied = apply.json(&crate::support::application("employment")).send().await.unwrap();
    let issued = json_of(applied, 201).await["certificate"]["id"].clone();
    let read = format!("/v1/certificates/{}", own.as_str().unwrap());
    json_of(client.call(Method::GET, &read, access).await, 200).await;
    let account =
        json_of(client.call(Method::GET, "/oauth/userinfo", access).await, 200).await["sub"].clone();
    let seen = async |action: &str, id: &Value| {
        let log = json_of(citizen.get("/v1/accounts/me/access-log?limit=100").await, 200).await;
        let is_it = |entry: &&Value| entry["action"] == action && entry["id"] == *id;
        let entry = log["items"].as_array().unwrap().iter().find(is_it).unwrap().clone();
        (entry["by"].as_str().unwrap().to_owned(), entry["client"].as_str().map(str::to_owned))
    };
    let client_named = |name: &str| ("client".to_owned(), Some(name.to_owned()));
    for (action, id) in
        [("certificate.issued", &issued), ("certificate.read", &own), ("account.read", &account)]
    {
        assert_eq!(seen(action, id).await, client_named("Portalul city"), "{action}");
    }
    let grants = json_of(citizen.get("/v1/accounts/me/grants").await, 200).await;
    let grant = grants["items"][0]["id"].as_str().unwrap();
    let revoke = citizen.request(Method::DELETE, &format!("/v1/accounts/me/grants/{grant}"));
    assert_eq!(revoke.send().await.unwrap().status(), 204);
    assert_eq!(seen("certificate.read", &own).await, client_named("Portalul city"));
    let remove = crate::clients::operator(&house).request(Method::DELETE, "/v1/clients/city").send();
    assert_eq!(remove.await.unwrap().status(), 204);
    assert_eq!(seen("certificate.read", &own).await, client_named("city"), "its id: it has no name now");
    json_of(citizen.get(&read).await, 200).await;
    assert_eq!(seen("certificate.read", &own).await, ("you".to_owned(), None));
}

#[actix_web::test]
async fn an_application_shows_its_certificate_to_whom_certificates_were_granted() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let client = Client::web(&house).await;
    let body = crate::support::application("employment");
    let apply = async |token: &str| {
        let request = house.request(Method::POST, "/v1/applications").header("Idempotency-Key", "the-same");
        request.bearer_auth(token).json(&body).send().await.unwrap()
    };
    let token = async |scope: &str| {
        client.tokens(&citizen.email, scope).await["access_token"].as_str().unwrap().to_owned()
    };
    let (writes, reads) = (token("applications:write").await, token("applications:read").await);
    let sees = token("applications:read certificates:read").await;
    let applied = json_of(apply(&writes).await, 201).await;
    assert_eq!((&applied["status"], &applied["certificate"]), (&json!("issued"), &Value::Null));
    let paths =
        ["/v1/applications".to_owned(), format!("/v1/applications/{}", applied["id"].as_str().unwrap())];
    for path in paths {
        let shown = async |token: &str| {
            let told = json_of(client.call(Method::GET, &path, token).await, 200).await;
            told.get("items").map_or_else(|| told.clone(), |items| items[0].clone())["certificate"].clone()
        };
        assert_eq!(shown(&reads).await, Value::Null, "{path}");
        assert_eq!(shown(&sees).await["finding"], "no_record", "{path}");
    }
    // A key that the person used is no way to the answer that the person got.
    let request = citizen.request(Method::POST, "/v1/applications").header("Idempotency-Key", "the-person-s");
    let own = crate::support::application("studies");
    let own_answer = request.json(&own).send().await.unwrap();
    assert_eq!(json_of(own_answer, 201).await["certificate"]["finding"], "no_record");
    let request = house.request(Method::POST, "/v1/applications").header("Idempotency-Key", "the-person-s");
    let other = request.bearer_auth(&writes).json(&own).send().await.unwrap();
    refused(other, 409, "already_applied_today").await;
}
