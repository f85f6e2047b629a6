//! A person logs out of a client: its session here ends (OpenID Connect RP-Initiated Logout 1.0).

use data_encoding::BASE64URL_NOPAD;
use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, Client};
use crate::support::{Citizen, House, json_of, location, refused};

const ENDS: &str = "/oauth/end-session";

async fn works(client: &Client<'_>, tokens: &Value) -> bool {
    let access = tokens["access_token"].as_str().unwrap();
    client.call(Method::GET, "/oauth/userinfo", access).await.status() == 200
}

fn id_token(tokens: &Value) -> &str {
    tokens["id_token"].as_str().unwrap()
}

async fn goes(browser: &Browser<'_>, parameters: &[(&str, &str)]) -> reqwest::Response {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    browser.goes(&format!("{ENDS}?{query}")).await
}

#[actix_web::test]
async fn whoever_logs_out_of_a_client_ends_that_session_and_no_other() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let (one, other) =
        (client.tokens(&citizen.email, "openid").await, client.tokens(&citizen.email, "openid").await);
    let browser = Browser::new(&house);
    let parameters = [
        ("id_token_hint", id_token(&one)),
        ("post_logout_redirect_uri", &client.redirect_uri),
        ("state", "of the client"),
    ];
    let back = location(goes(&browser, &parameters).await);
    assert_eq!(back.as_str(), "https://portal.city.example/done?state=of+the+client");
    assert!(!works(&client, &one).await && works(&client, &other).await);
    let refresh = client.refresh(one["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refresh.status(), 400);
    let plain = location(goes(&browser, &parameters[..2]).await);
    assert_eq!(plain.as_str(), "https://portal.city.example/done", "also when it has ended before");
    let log = json_of(citizen.get("/v1/accounts/me/access-log?limit=100").await, 200).await;
    let ended = log["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "session.ended");
    assert_eq!(ended.unwrap()["client"], "Portalul city");

    let form = [("id_token_hint", id_token(&other)), ("ui_locales", "en")];
    let page = browser.posts_with(ENDS, &form, &[("origin", "https://portal.city.example")]).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("You are logged out") && page.contains("Portalul city"), "{page}");
    assert!(!works(&client, &other).await);
    json_of(citizen.get("/v1/sessions").await, 200).await;
}

/// An ID token is changed to name somebody else's session, is signed by nobody, or comes from another client.
#[actix_web::test]
async fn nothing_ends_without_an_id_token_of_ours_that_names_it() {
    let house = House::start().await;
    let (citizen, client) = (Citizen::registered(&house).await, Client::web(&house).await);
    let other = Client::of(&house, "other", "web", "https://other.example/done").await;
    let tokens = client.tokens(&citizen.email, "openid").await;
    let (parts, browser) = (id_token(&tokens).split('.').collect::<Vec<_>>(), Browser::new(&house));
    let mut claims: Value =
        serde_json::from_slice(&BASE64URL_NOPAD.decode(parts[1].as_bytes()).unwrap()).unwrap();
    claims["aud"] = json!("other");
    let changed = BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
    let changed = format!("{}.{changed}.{}", parts[0], parts[2]);
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    let whole = id_token(&tokens);
    for parameters in [
        vec![],
        vec![("client_id", "city"), ("post_logout_redirect_uri", client.redirect_uri.as_str())],
        vec![("id_token_hint", changed.as_str())],
        vec![("id_token_hint", unsigned.as_str())],
        vec![("id_token_hint", whole), ("client_id", "other")],
        vec![("id_token_hint", whole), ("id_token_hint", whole)],
    ] {
        let answer = goes(&browser, &parameters).await;
        assert_eq!(answer.status(), 400, "{parameters:?}");
        assert!(answer.headers().get("location").is_none(), "{parameters:?}");
        assert!(works(&client, &tokens).await, "{parameters:?}");
    }
    for elsewhere in
        [other.redirect_uri.as_str(), "https://portal.city.example/done/", "https://evil.example"]
    {
        let answer =
            goes(&browser, &[("id_token_hint", whole), ("post_logout_redirect_uri", elsewhere)]).await;
        assert_eq!(answer.status(), 400, "{elsewhere}");
        assert!(answer.headers().get("location").is_none(), "{elsewhere}");
    }
    assert!(
        !works(&client, &tokens).await,
        "whoever logs out is logged out, wherever the client meant to go"
    );
}

#[actix_web::test]
async fn an_id_token_is_no_access_and_no_hint_of_who_logs_in() {
    let house = House::start().await;
    let (citizen, client) = (Citizen::registered(&house).await, Client::web(&house).await);
    let tokens = client.tokens(&citizen.email, "openid").await;
    refused(client.call(Method::GET, "/oauth/userinfo", id_token(&tokens)).await, 401, "unauthenticated")
        .await;
    let asked = client.asks("openid").with("id_token_hint", id_token(&tokens));
    let back = location(Browser::new(&house).opens(&asked).await);
    assert!(back.as_str().contains("error=invalid_request"), "{back}");
}

/// A client gives both tokens of a session back at once.
#[actix_web::test]
async fn of_two_ends_at_once_one_is_recorded() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    for round in 1..=5 {
        let tokens = client.tokens(&citizen.email, "openid profile").await;
        let give_back = async |name: &str| {
            let form = [("token", tokens[name].as_str().unwrap())];
            assert_eq!(client.form("/oauth/revoke", &form).await.status(), 200);
        };
        join(give_back("access_token"), give_back("refresh_token")).await;
        let recorded = "SELECT count(*) FROM audit_events WHERE action = 'session.ended'";
        assert_eq!(house.database.count(recorded), round);
    }
}
