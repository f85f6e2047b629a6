//! The chain from a client's page to the Hub, on to Ghișeul, and back the same way.

use cazier::time::Clock;
use chrono::Utc;
use data_encoding::BASE64URL_NOPAD;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use url::Url;

use super::walk::request_in;
use super::{Browser, Client, VERIFIER};
use crate::clients::{operator, register};
use crate::support::{
    App, Citizen, Handoff, House, PASSWORD, answer_of_ghiseul, json_of, location, query, refused,
};

/// The link of the log-in page that leads through Ghișeul.
async fn leaves(browser: &Browser<'_>, client: &Client<'_>) -> (String, Url) {
    let page = browser.opens(&client.asks("openid identity")).await.text().await.unwrap();
    let request = request_in(&page);
    let link = format!("/oauth/log-in/ghiseul?request={request}");
    assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
    (request, location(browser.goes(&link).await))
}

/// The address of ours at which the browser ends.
async fn comes_back(browser: &Browser<'_>, redirect: &Url, person: &str, outcome: &str) -> Url {
    let callback = answer_of_ghiseul(browser.house, redirect, person, outcome).await;
    location(browser.goes(callback.as_str()).await)
}

async fn through(browser: &Browser<'_>, redirect: &Url, person: &str, outcome: &str) -> Response {
    let back = comes_back(browser, redirect, person, outcome).await;
    browser.goes(back.as_str()).await
}

async fn tokens(client: &Client<'_>, back: &Url) -> Value {
    json_of(client.exchange(&query(back, "code").unwrap(), VERIFIER).await, 200).await
}

fn claims(tokens: &Value) -> Value {
    let part = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

/// What the Hub calls a log-in through Ghișeul.
fn acr(house: &House) -> String {
    format!("{}/acr/ghiseul", house.api.as_str().trim_end_matches('/'))
}

#[actix_web::test]
async fn one_chain_of_redirects_leads_through_ghiseul_and_back_to_the_client() {
    let house = House::start().await;
    let known = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let known = Citizen::of_tokens(&house, "", &known);
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let (request, redirect) = leaves(&browser, &client).await;
    let consent = through(&browser, &redirect, "clean", "success").await;
    assert_eq!(consent.status(), 200);
    let page = consent.text().await.unwrap();
    assert!(page.contains("Munteanu") && request_in(&page) == request, "{page}");
    let back = location(browser.decides(&request, "allow").await);
    assert!(back.as_str().starts_with("https://portal.city.example/done?"), "{back}");
    assert_eq!(query(&back, "state").as_deref(), Some("state-of-the-client"));
    let tokens = tokens(&client, &back).await;
    let (claims, account) = (claims(&tokens), json_of(known.get("/v1/accounts/me").await, 200).await);
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!(acr(&house)), &json!(["ghiseul"])));
    assert_eq!(claims["sub"], account["id"], "one person has one account");
    let access = tokens["access_token"].as_str().unwrap();
    let told = json_of(client.call(Method::GET, "/oauth/userinfo", access).await, 200).await;
    assert_eq!((&told["identity_verified"], &told["family_name"]), (&json!(true), &json!("Munteanu")));
}

#[actix_web::test]
async fn a_person_without_an_account_gets_one_and_is_proved() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let (request, redirect) = leaves(&browser, &client).await;
    assert_eq!(through(&browser, &redirect, "clean-2", "success").await.status(), 200);
    let tokens = tokens(&client, &location(browser.decides(&request, "allow").await)).await;
    let access = tokens["access_token"].as_str().unwrap();
    let told = json_of(client.call(Method::GET, "/oauth/userinfo", access).await, 200).await;
    assert_eq!(told["identity_verified"], true);
}

#[actix_web::test]
async fn the_client_chooses_the_way() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let metadata = json_of(house.get("/.well-known/openid-configuration").await, 200).await;
    let values = metadata["acr_values_supported"].as_array().unwrap();
    assert!(values.contains(&json!(acr(&house))), "{values:?}");
    let through = format!("urn:unknown {}", acr(&house));
    for (name, value) in [("acr_values", through.as_str()), ("login_hint", "ghiseul")] {
        let answer = Browser::new(&house).opens(&client.asks("openid").with(name, value)).await;
        assert!(location(answer).as_str().starts_with(&house.ghiseul), "{name}");
    }
    let password = values[0].as_str().unwrap();
    let both = format!("{password} {}", acr(&house));
    for (name, value) in
        [("acr_values", both.as_str()), ("acr_values", "urn:unknown"), ("login_hint", "roeid")]
    {
        let answer = Browser::new(&house).opens(&client.asks("openid").with(name, value)).await;
        assert_eq!(answer.status(), 200, "{name}={value}");
    }
    let hint = client.asks("openid").with("login_hint", "ana@example.ro");
    let page = Browser::new(&house).opens(&hint).await.text().await.unwrap();
    assert!(page.contains("value=\"ana@example.ro\""), "{page}");
}

#[actix_web::test]
async fn a_log_in_by_password_is_told_as_one() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let claims = claims(&client.tokens(&citizen.email, "openid").await);
    let acr = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!(acr), &json!(["pwd"])));
}

#[actix_web::test]
async fn a_second_factor_is_asked_for_after_ghiseul_too() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let (request, redirect) = leaves(&browser, &client).await;
    let back = comes_back(&browser, &redirect, "clean", "success").await;
    let asked = browser.goes(back.as_str()).await.text().await.unwrap();
    assert!(asked.contains(r#"name="code""#) && !asked.contains("password"), "{asked}");
    assert_eq!(browser.decides(&request, "allow").await.status(), 403, "not logged in yet");
    let arrival = query(&back, "code").unwrap();
    let shows = |code: String| {
        let form = [("request", request.clone()), ("arrival", arrival.clone()), ("code", code)];
        let browser = &browser;
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.posts("/oauth/second-factor", &form).await
        }
    };
    for wrong in ["000000", "what", ""] {
        let answer = shows(wrong.to_owned()).await;
        assert!([200, 422].contains(&answer.status().as_u16()), "{wrong}");
        assert_eq!(browser.decides(&request, "allow").await.status(), 403, "{wrong}");
    }
    assert_eq!(shows(app.code(clock.now())).await.status(), 200);
    let claims = claims(&tokens(&client, &location(browser.decides(&request, "allow").await)).await);
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!(acr(&house)), &json!(["ghiseul", "otp", "mfa"])));
}

#[actix_web::test]
async fn a_failure_at_ghiseul_leads_back_to_the_page_with_its_reason() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let (request, redirect) = leaves(&browser, &client).await;
    let back = comes_back(&browser, &redirect, "clean", "card_refused").await;
    assert_eq!(query(&back, "error").as_deref(), Some("card_refused"));
    let page = browser.goes(back.as_str()).await.text().await.unwrap();
    assert!(page.contains("Banca nu a confirmat") && request_in(&page) == request, "{page}");
    assert_eq!(browser.decides(&request, "allow").await.status(), 403);
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    location(browser.decides(&request, "allow").await);
}

#[actix_web::test]
async fn a_page_that_is_loaded_again_goes_on_and_one_that_is_opened_elsewhere_does_not() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let (request, redirect) = leaves(&browser, &client).await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let elsewhere = Browser::new(&house);
    elsewhere.opens(&client.asks("openid")).await;
    refused(elsewhere.goes(callback.as_str()).await, 403, "foreign_browser").await;
    let back = location(browser.goes(callback.as_str()).await);
    assert_eq!(elsewhere.goes(back.as_str()).await.status(), 403);
    assert_eq!(browser.goes(back.as_str()).await.status(), 200);
    let again = browser.goes(back.as_str()).await;
    assert_eq!(request_in(&again.text().await.unwrap()), request);
    location(browser.decides(&request, "allow").await);
}

/// The code on our own page is worth nothing anywhere else, not even in the same browser.
#[actix_web::test]
async fn a_code_of_the_log_in_page_opens_nothing_else() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (client, other) =
        (Client::web(&house).await, Client::of(&house, "other", "web", "https://other.example/done").await);
    let browser = Browser::new(&house);
    let (request, redirect) = leaves(&browser, &client).await;
    let back = comes_back(&browser, &redirect, "clean", "success").await;
    let code = query(&back, "code").unwrap();
    for path in ["/v1/sessions/exchange", "/v1/accounts/second-factor-reset"] {
        let answer = house.request(Method::POST, path).header("cookie", browser.cookie());
        refused(answer.json(&json!({"code": code})).send().await.unwrap(), 401, "invalid_code").await;
    }
    let presence = citizen.request(Method::POST, "/v1/sessions/current/presence");
    let presence = presence.header("cookie", browser.cookie()).json(&json!({"code": code}));
    refused(presence.send().await.unwrap(), 401, "invalid_code").await;
    for asked in [client.asks("openid"), other.asks("openid")] {
        let another = browser.request(&asked).await;
        let moved = back.as_str().replace(&request, &another);
        assert_eq!(browser.goes(&moved).await.status(), 403);
        let hint = browser.opens(&asked.with("login_hint", &code)).await.text().await.unwrap();
        assert!(hint.contains(r#"name="password""#), "{hint}");
    }
    assert_eq!(browser.goes(back.as_str()).await.status(), 200);
}

/// A log-in that Ghișeul began, at the client that takes such.
async fn handed_over<'a>(house: &'a House, person: &str) -> (Client<'a>, Handoff) {
    let client = json!({
        "id": "city", "name": "Portalul city", "contact": "it@city.example", "kind": "browser",
        "redirect_uris": ["https://portal.city.example/done"],
        "initiate_login_uri": "https://portal.city.example/begin",
    });
    register(&operator(house), &client).await;
    let redirect_uri = "https://portal.city.example/done".to_owned();
    let client = Client { house, id: "city".to_owned(), secret: None, redirect_uri };
    let handoff = Handoff::to(house, (person, "success"), "city", "https://portal.city.example/begin").await;
    (client, handoff)
}

#[actix_web::test]
async fn a_log_in_that_begins_at_ghiseul_ends_in_the_same_protocol() {
    let house = House::start().await;
    let (client, handoff) = handed_over(&house, "clean").await;
    let browser = Browser::new(&house);
    let begins = location(browser.keeps(handoff.post(&house).await));
    assert!(begins.as_str().starts_with("https://portal.city.example/begin?"), "{begins}");
    let issuer = query(&begins, "iss").unwrap();
    assert_eq!(issuer, house.api.as_str().trim_end_matches('/'));
    let hint = query(&begins, "login_hint").unwrap();
    let asked = client.asks("openid").with("login_hint", &hint);
    let page = Browser::new(&house).opens(&asked).await.text().await.unwrap();
    assert!(page.contains(r#"name="password""#), "another browser logs in by itself: {page}");
    let exchanged = house.request(Method::POST, "/v1/sessions/exchange").header("cookie", browser.cookie());
    refused(exchanged.json(&json!({"code": hint})).send().await.unwrap(), 401, "invalid_code").await;
    let consent = browser.opens(&asked).await.text().await.unwrap();
    assert!(consent.contains("Munteanu"), "{consent}");
    let back = location(browser.decides(&request_in(&consent), "allow").await);
    assert_eq!(claims(&tokens(&client, &back).await)["amr"], json!(["ghiseul"]));
    let used = browser.opens(&asked).await.text().await.unwrap();
    assert!(used.contains(r#"name="password""#), "a hint works once: {used}");
}

/// At its redirect URI it would get the code of a session that does everything.
#[actix_web::test]
async fn a_handoff_goes_to_a_client_of_others_where_it_takes_log_ins_and_nowhere_else() {
    let house = House::start().await;
    handed_over(&house, "clean").await;
    let elsewhere =
        Handoff::to(&house, ("clean", "success"), "city", "https://portal.city.example/done").await;
    refused(elsewhere.post(&house).await, 422, "return_url_not_registered").await;
}

#[actix_web::test]
async fn a_handoff_asks_for_the_second_factor_and_one_that_fails_leads_through_ghiseul_again() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (app, _) = App::set_up(&citizen, &clock).await;
    let (client, handoff) = handed_over(&house, "clean").await;
    let browser = Browser::new(&house);
    let begins = location(browser.keeps(handoff.post(&house).await));
    let hint = query(&begins, "login_hint").unwrap();
    let asks = browser.opens(&client.asks("openid").with("login_hint", &hint)).await.text().await.unwrap();
    let (request, code) = (request_in(&asks), app.code(clock.now()));
    assert_eq!(browser.decides(&request, "allow").await.status(), 403);
    let form = [("request", request.as_str()), ("arrival", &hint), ("code", &code)];
    assert_eq!(browser.posts("/oauth/second-factor", &form).await.status(), 200);
    location(browser.decides(&request, "allow").await);
    let again = location(handoff.post(&house).await);
    assert_eq!(query(&again, "login_hint").as_deref(), Some("ghiseul"), "an assertion works once");
}
