//! A client gets what was granted by the person whom the page named, and a refusal changes nothing.

use reqwest::Method;
use serde_json::json;

use super::walk::request_in;
use super::{Browser, Client, VERIFIER};
use crate::clients::{operator, register};
use crate::support::{Citizen, House, PASSWORD, json_of, location, query};

/// Two people at one computer, each with a page of the same request.
#[actix_web::test]
async fn a_consent_is_of_the_person_whom_the_page_named() {
    let house = House::start().await;
    let (ana, bogdan) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    let page = browser.logs_in(&request, &ana.email, PASSWORD).await.text().await.unwrap();
    assert!(page.contains(&ana.email) && request_in(&page) == request, "{page}");
    let of_ana = browser.sees(&request).unwrap();
    browser.logs_in(&request, &bogdan.email, PASSWORD).await;
    let form = [("request", request.as_str()), ("decision", "allow"), ("log_in", &of_ana)];
    assert_eq!(browser.posts("/oauth/consent", &form).await.status(), 403);
    let unseen = [("request", request.as_str()), ("decision", "allow")];
    assert_eq!(browser.posts("/oauth/consent", &unseen).await.status(), 403);
    let grants = json_of(ana.get("/v1/accounts/me/grants").await, 200).await;
    assert_eq!(grants["items"], json!([]));
    location(browser.decides(&request, "allow").await);
}

#[actix_web::test]
async fn a_refused_refresh_changes_nothing() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let tokens = client.tokens(&citizen.email, "openid profile").await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let refresh = async |scope: &str| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        client.form("/oauth/token", &form).await
    };
    let refused = json_of(refresh("openid certificates:read").await, 400).await;
    assert_eq!(refused["error"], "invalid_scope");
    let access = tokens["access_token"].as_str().unwrap();
    json_of(client.call(Method::GET, "/oauth/userinfo", access).await, 200).await;
    json_of(refresh("openid profile offline_access").await, 200).await;
}

/// OAuth 2.1 sends the redirect URI to the token endpoint no more.
#[actix_web::test]
async fn a_code_needs_no_redirect_uri_a_second_time_but_no_other_one() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    let form = [("grant_type", "authorization_code"), ("code", &*code), ("code_verifier", VERIFIER)];
    let other = [&form[..], &[("redirect_uri", "https://portal.city.example/other")]].concat();
    let refused = json_of(client.form("/oauth/token", &other).await, 400).await;
    assert_eq!(refused["error"], "invalid_grant");
    json_of(client.form("/oauth/token", &form).await, 200).await;
}

#[actix_web::test]
async fn a_client_asks_for_what_it_was_registered_with_and_no_more() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = json!({
        "id": "city", "name": "City", "contact": "it@city.example", "kind": "web",
        "redirect_uris": ["https://city.example/done"], "scopes": ["profile", "openid", "openid"],
        "logo_text": "ORAȘ",
    });
    let created = register(&operator(&house), &client).await;
    assert_eq!(created["client"]["scopes"], json!(["openid", "profile"]));
    let client = Client {
        house: &house,
        id: "city".to_owned(),
        secret: created["secret"].as_str().map(str::to_owned),
        redirect_uri: "https://city.example/done".to_owned(),
    };
    let page = Browser::new(&house).opens(&client.asks("openid")).await.text().await.unwrap();
    assert!(page.contains("ORAȘ"), "what stands in for a logo: {page}");
    let tokens = client.tokens(&citizen.email, "openid certificates:read").await;
    assert_eq!(tokens["scope"], "openid");
    let wanted = client.asks("certificates:read identity");
    let back = location(Browser::new(&house).opens(&wanted).await);
    assert_eq!(query(&back, "error").as_deref(), Some("invalid_scope"));
    let pushed = client.form("/oauth/par", &wanted.pairs().collect::<Vec<_>>()).await;
    assert_eq!(json_of(pushed, 400).await["error"], "invalid_scope");
    let town = json!({"id": "town", "name": "T", "contact": "it@town.example", "kind": "system"});
    let all = register(&operator(&house), &town).await["client"]["scopes"].as_array().unwrap().len();
    assert_eq!(all, 6, "by default, everything that people can grant");
}
