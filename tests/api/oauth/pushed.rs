//! A client sends its request itself, and the browser brings a reference (RFC 9126).

use cazier::db::schema::throttles;
use cazier::person::Index;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::walk::{Asked, request_in};
use super::{Browser, Client, VERIFIER};
use crate::clients::{operator, register};
use crate::support::{Citizen, House, PASSWORD, json_of, keyring, location, query};

const PUSHES: &str = "/oauth/par";

async fn pushes(client: &Client<'_>, asked: &Asked) -> reqwest::Response {
    client.form(PUSHES, &asked.pairs().collect::<Vec<_>>()).await
}

/// The reference to a request.
async fn reference(client: &Client<'_>, asked: &Asked) -> String {
    let answer = json_of(pushes(client, asked).await, 201).await;
    assert_eq!(answer["expires_in"], 300);
    answer["request_uri"].as_str().unwrap().to_owned()
}

/// What a browser comes with.
fn brought(client: &Client<'_>, reference: &str) -> Asked {
    let mut asked = client.asks("openid");
    for name in [
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    ] {
        asked = asked.without(name);
    }
    asked.with("request_uri", reference)
}

async fn error_of(answer: reqwest::Response, status: u16) -> String {
    assert_eq!(answer.status(), status);
    answer.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_request_is_what_was_pushed_and_not_what_the_browser_adds() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let asked = client.asks("openid").with("login_hint", "ana@example.ro").with("ui_locales", "en");
    let reference = reference(&client, &asked).await;
    assert!(reference.starts_with("urn:ietf:params:oauth:request_uri:czu_"), "{reference}");
    let browser = Browser::new(&house);
    let tampered = brought(&client, &reference)
        .with("scope", "openid identity certificates:read")
        .with("redirect_uri", "https://evil.example/")
        .with("state", "of another");
    let page = browser.opens(&tampered).await.text().await.unwrap();
    assert!(page.contains("value=\"ana@example.ro\"") && page.contains("Log in"), "{page}");
    let romanian = browser.opens(&brought(&client, &reference).with("ui_locales", "ro")).await;
    let romanian = romanian.text().await.unwrap();
    assert!(romanian.contains("Autentificați-vă"), "loaded again, in the other language: {romanian}");
    let request = request_in(&page);
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    let back = location(browser.decides(&request, "allow").await);
    assert!(back.as_str().starts_with("https://portal.city.example/done?"), "{back}");
    assert_eq!(query(&back, "state").as_deref(), Some("state-of-the-client"));
    let tokens = json_of(client.exchange(&query(&back, "code").unwrap(), VERIFIER).await, 200).await;
    assert_eq!(tokens["scope"], "openid");
}

#[actix_web::test]
async fn what_is_wrong_with_a_request_is_told_to_the_client_and_not_to_the_person() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let asked = || client.asks("openid");
    for (wrong, error) in [
        (asked().with("redirect_uri", "https://portal.city.example/done/"), "invalid_request"),
        (asked().without("redirect_uri"), "invalid_request"),
        (asked().with("code_challenge_method", "plain"), "invalid_request"),
        (asked().with("response_type", "token"), "unsupported_response_type"),
        (asked().with("scope", "everything"), "invalid_scope"),
        (asked().with("request_uri", "urn:ietf:params:oauth:request_uri:czu_x"), "invalid_request"),
        (asked().with("client_id", "other"), "invalid_request"),
        (asked().and("scope", "openid"), "invalid_request"),
    ] {
        assert_eq!(error_of(pushes(&client, &wrong).await, 400).await, error);
    }
    let impostor = Client {
        secret: Some("czl_wrong".to_owned()),
        house: &house,
        id: client.id.clone(),
        redirect_uri: client.redirect_uri.clone(),
    };
    assert_eq!(error_of(pushes(&impostor, &asked()).await, 401).await, "invalid_client");
    let system = Client::system(&house).await;
    assert_eq!(
        error_of(pushes(&system, &asked().with("client_id", "register")).await, 400).await,
        "unauthorized_client"
    );
    let rows: i64 = cazier::db::schema::oauth_pushed_requests::table
        .count()
        .get_result(&mut house.database.connect())
        .unwrap();
    assert_eq!(rows, 0, "nothing of them is kept");
}

#[actix_web::test]
async fn a_reference_is_its_clients_and_lasts_five_minutes() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let client = Client::web(&house).await;
    let other = Client::of(&house, "other", "web", "https://other.example/done").await;
    let reference = reference(&client, &client.asks("openid")).await;
    let is_shown = async |client: &Client<'_>, reference: &str| {
        let answer = Browser::new(&house).opens(&brought(client, reference)).await;
        assert!(answer.headers().get("location").is_none());
        answer.status() == 200
    };
    assert!(is_shown(&client, &reference).await);
    assert!(!is_shown(&other, &reference).await);
    assert!(!is_shown(&client, &format!("{reference}x")).await);
    clock.set(clock.now() + TimeDelta::seconds(301));
    assert!(!is_shown(&client, &reference).await);
    let foreign = brought(&client, "https://evil.example/request").with("redirect_uri", &client.redirect_uri);
    let back = location(Browser::new(&house).opens(&foreign.with("response_type", "code")).await);
    assert_eq!(query(&back, "error").as_deref(), Some("request_uri_not_supported"));
}

/// Those of all its people come from its servers: a portal of many may push ten times as many.
#[actix_web::test]
async fn a_client_pushes_as_many_requests_an_hour_as_its_class_says() {
    let house = House::start().await;
    for (id, class, limit) in [("city", "standard", 30_000), ("county", "high", 300_000)] {
        let uri = format!("https://{id}.example/done");
        let client = json!({
            "id": id, "name": id, "contact": "it@city.example", "kind": "web", "redirect_uris": [uri],
            "rate_class": class,
        });
        let created = register(&operator(&house), &client).await;
        let secret = created["secret"].as_str().map(str::to_owned);
        let client = Client { house: &house, id: id.to_owned(), secret, redirect_uri: uri };
        let row = (
            throttles::key.eq(keyring().index(Index::RATE_LIMIT_PUSHED_REQUESTS, id.as_bytes())),
            throttles::hits.eq(limit - 1),
            throttles::resets_at.eq(Utc::now() + TimeDelta::minutes(9)),
        );
        diesel::insert_into(throttles::table).values(row).execute(&mut house.database.connect()).unwrap();
        assert_eq!(pushes(&client, &client.asks("openid")).await.status(), 201, "{class}");
        let stopped = pushes(&client, &client.asks("openid")).await;
        assert!(stopped.headers().contains_key("retry-after"), "{class}");
        assert_eq!(error_of(stopped, 429).await, "temporarily_unavailable", "{class}");
    }
}

#[actix_web::test]
async fn neither_the_secret_nor_the_hint_is_readable_where_requests_are_kept() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let secret = client.secret.clone().unwrap();
    let asked = client.asks("openid").with("login_hint", "ana@example.ro");
    let form: Vec<(&str, &str)> = asked.pairs().chain([("client_secret", secret.as_str())]).collect();
    let answer = house.request(reqwest::Method::POST, PUSHES).form(&form).send().await.unwrap();
    let reference = json_of(answer, 201).await["request_uri"].as_str().unwrap().to_owned();
    let parameters: Vec<u8> = cazier::db::schema::oauth_pushed_requests::table
        .select(cazier::db::schema::oauth_pushed_requests::parameters)
        .first(&mut house.database.connect())
        .unwrap();
    let holds = |text: &str| parameters.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds("ana") && !holds(&secret));
    let page = Browser::new(&house).opens(&brought(&client, &reference)).await.text().await.unwrap();
    assert!(page.contains("ana@example.ro") && !page.contains(&secret), "{page}");
}
