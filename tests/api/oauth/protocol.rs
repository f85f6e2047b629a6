//! The way from the request of a client to its tokens, and their end.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use reqwest::Method;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};

use super::walk::request_in;
use super::{Browser, Client, VERIFIER};
use crate::support::{
    App, Citizen, House, PASSWORD, json_of, location, mail_to, mails_to, query, refused, subject,
};

const ALL: &str = "openid profile identity applications:read applications:write certificates:read";

#[actix_web::test]
async fn a_client_signs_a_person_in_and_works_until_it_gives_its_tokens_back() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let client = Client::web(&house).await;
    let back = Browser::new(&house).signs_in(&client.asks(ALL), &citizen.email).await;
    assert!(back.as_str().starts_with("https://portal.city.example/done?"), "{back}");
    assert_eq!(query(&back, "state").as_deref(), Some("state-of-the-client"));
    assert_eq!(query(&back, "iss").as_deref(), Some(house.api.as_str().trim_end_matches('/')));
    let tokens = json_of(client.exchange(&query(&back, "code").unwrap(), VERIFIER).await, 200).await;
    assert_eq!((&tokens["token_type"], &tokens["scope"]), (&json!("Bearer"), &json!(ALL)));
    let access = tokens["access_token"].as_str().unwrap();
    let told = json_of(client.call(Method::GET, "/oauth/userinfo", access).await, 200).await;
    assert_eq!((&told["email"], &told["identity_verified"]), (&json!(citizen.email), &json!(true)));
    assert!(told["cnp"].is_string() && told["sub"].is_string(), "{told}");
    let refreshed = json_of(client.refresh(tokens["refresh_token"].as_str().unwrap()).await, 200).await;
    refused(client.call(Method::GET, "/v1/certificates", access).await, 401, "unauthenticated").await;
    let access = refreshed["access_token"].as_str().unwrap();
    json_of(client.call(Method::GET, "/v1/certificates", access).await, 200).await;
    let active = json_of(client.form("/oauth/introspect", &[("token", access)]).await, 200).await;
    assert_eq!((&active["active"], &active["sub"]), (&json!(true), &told["sub"]));
    let token = refreshed["refresh_token"].as_str().unwrap();
    assert_eq!(client.form("/oauth/revoke", &[("token", token)]).await.status(), 200);
    refused(client.call(Method::GET, "/v1/certificates", access).await, 401, "unauthenticated").await;
    assert_eq!(
        json_of(client.form("/oauth/introspect", &[("token", access)]).await, 200).await,
        json!({"active": false})
    );
    assert_eq!(client.form("/oauth/revoke", &[("token", token)]).await.status(), 200, "also a second time");
}

#[actix_web::test]
async fn an_id_token_says_who_logged_in_when_and_for_whom() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let tokens = client.tokens(&citizen.email, "openid").await;
    let parts: Vec<&str> = tokens["id_token"].as_str().unwrap().split('.').collect();
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
    let read = |part: &str| serde_json::from_slice::<Value>(&decode(part)).unwrap();
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let keys = json_of(house.get("/oauth/jwks").await, 200).await;
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let point = [vec![4], decode(key["x"].as_str().unwrap()), decode(key["y"].as_str().unwrap())].concat();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    public.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &decode(parts[2])).unwrap();
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!((&claims["sub"], &claims["aud"]), (&account["id"], &json!("city")));
    assert_eq!((&claims["nonce"], &header["alg"]), (&json!("nonce-of-the-client"), &json!("ES256")));
    assert_eq!(claims["iss"], house.api.as_str().trim_end_matches('/'));
    let (now, auth_time) = (Utc::now().timestamp(), claims["auth_time"].as_i64().unwrap());
    assert!((now - auth_time).abs() < 60 && claims["exp"].as_i64().unwrap() > now, "{claims}");
    assert!(claims.get("email").is_none() && claims.get("cnp").is_none(), "{claims}");
}

#[actix_web::test]
async fn metadata_names_what_there_is() {
    let house = House::start().await;
    let metadata = json_of(house.get("/.well-known/openid-configuration").await, 200).await;
    let oauth = json_of(house.get("/.well-known/oauth-authorization-server").await, 200).await;
    assert_eq!(metadata, oauth);
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], json!(true));
    assert!(metadata["scopes_supported"].as_array().unwrap().contains(&json!("applications:write")));
}

#[actix_web::test]
async fn a_person_sees_and_revokes_what_was_granted() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let tokens = client.tokens(&citizen.email, "openid").await;
    client.tokens(&citizen.email, "openid certificates:read").await;
    let mail = mail_to(&house, &citizen.email, "Ați dat acces la contul dumneavoastră").await;
    assert!(mail.contains("Portalul city"), "{}", mail.text);
    let grants = json_of(citizen.get("/v1/accounts/me/grants").await, 200).await;
    let grant = &grants["items"][0];
    assert_eq!(grants["items"].as_array().unwrap().len(), 1);
    assert_eq!(grant["scopes"], json!(["openid", "certificates:read"]));
    assert_eq!(grant["client_name"], "Portalul city");
    let sessions = json_of(citizen.get("/v1/sessions").await, 200).await;
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "a client's session is its grant's");
    let path = format!("/v1/accounts/me/grants/{}", grant["id"].as_str().unwrap());
    let revoke = || citizen.request(Method::DELETE, &path).send();
    assert_eq!(revoke().await.unwrap().status(), 204);
    refused(revoke().await.unwrap(), 404, "not_found").await;
    let access = tokens["access_token"].as_str().unwrap();
    refused(client.call(Method::GET, "/oauth/userinfo", access).await, 401, "unauthenticated").await;
    let refresh = client.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(json_of(refresh, 400).await["error"], "invalid_grant");
}

/// Mails of the person with this subject.
async fn told(house: &House, email: &str, subject: &str) -> Vec<String> {
    let mails = mails_to(house, email).await.into_iter();
    mails.filter(|mail| mail.subject == subject).map(|mail| mail.text.clone()).collect()
}

#[actix_web::test]
async fn a_person_hears_of_each_scope_that_is_added_and_of_each_program_that_logs_in() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let granted = "Ați dat acces la contul dumneavoastră";
    for (scope, mails) in [("openid", 1), ("openid", 1), ("openid profile", 2), ("profile", 2)] {
        client.tokens(&citizen.email, scope).await;
        let told = told(&house, &citizen.email, granted).await;
        assert_eq!(told.len(), mails, "{scope}: {told:?}");
    }
    let newest = &told(&house, &citizen.email, granted).await;
    assert!(newest.iter().any(|mail| mail.contains("adresa de e-mail, numărul")), "{newest:?}");
    assert!(
        newest.iter().all(|mail| mail.contains("adresa de e-mail, numărul") != mail.contains("să știe că"))
    );
    assert_eq!(told(&house, &citizen.email, subject::NEW_LOG_IN).await.len(), 0);
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    let form = [("request", request.as_str()), ("email", &citizen.email), ("password", PASSWORD)];
    let headers = [("origin", "null"), ("sec-fetch-site", "same-origin"), ("user-agent", "Of a thief/1.0")];
    assert_eq!(browser.posts_with("/oauth/log-in", &form, &headers).await.status(), 200);
    assert_eq!(told(&house, &citizen.email, subject::NEW_LOG_IN).await.len(), 1);
}

#[actix_web::test]
async fn links_with_tokens_never_lead_to_a_client_that_was_granted_something() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let mut portal = crate::clients::portal("city", "portal.city.example");
    portal["mail_link_base"] = json!("https://mails.city.example");
    portal["redirect_uris"] = json!(["https://portal.city.example/done"]);
    let created = crate::clients::register(&crate::clients::operator(&house), &portal).await;
    let client = Client {
        house: &house,
        id: "city".to_owned(),
        secret: created["secret"].as_str().map(str::to_owned),
        redirect_uri: "https://portal.city.example/done".to_owned(),
    };
    client.tokens(&citizen.email, "openid").await;
    house.post("/v1/accounts/password-reset", &json!({"email": citizen.email})).await;
    let reset = mail_to(&house, &citizen.email, subject::PASSWORD_RESET).await;
    assert!(!reset.contains("mails.city.example"), "{}", reset.text);
}

#[actix_web::test]
async fn a_consent_that_is_sent_twice_leads_back_with_a_code_that_works() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    let code = |back: url::Url| query(&back, "code").unwrap();
    let dropped = code(location(browser.decides(&request, "allow").await));
    let followed = code(location(browser.decides(&request, "allow").await));
    assert_eq!(browser.decides(&request, "deny").await.status(), 403, "who agreed has agreed");
    assert_eq!(client.exchange(&dropped, VERIFIER).await.status(), 400);
    json_of(client.exchange(&followed, VERIFIER).await, 200).await;
    assert_eq!(browser.decides(&request, "allow").await.status(), 403, "the client has its tokens");
}

#[actix_web::test]
async fn two_clicks_at_once_lead_back_with_one_code_that_works() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    for _ in 0..5 {
        let browser = Browser::new(&house);
        let request = browser.request(&client.asks("openid")).await;
        assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
        let clicks = (browser.decides(&request, "allow"), browser.decides(&request, "allow"));
        let (one, other) = futures_util::future::join(clicks.0, clicks.1).await;
        let codes = [one, other].map(|back| query(&location(back), "code").unwrap());
        let mut works = 0;
        for code in codes {
            works += usize::from(client.exchange(&code, VERIFIER).await.status() == 200);
        }
        assert_eq!(works, 1);
    }
    let reused = "SELECT count(*) FROM audit_events WHERE action = 'session.reuse_detected'";
    assert_eq!(house.database.count(reused), 0, "nobody used a code twice");
}

#[actix_web::test]
async fn a_consent_is_not_sent_again_after_its_request() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    clock.set(clock.now() + TimeDelta::seconds(1_170));
    location(browser.decides(&request, "allow").await);
    clock.set(clock.now() + TimeDelta::seconds(29));
    location(browser.decides(&request, "allow").await);
    clock.set(clock.now() + TimeDelta::seconds(29));
    assert_eq!(browser.decides(&request, "allow").await.status(), 403, "20 minutes are over");
}

#[actix_web::test]
async fn removing_a_client_ends_its_tokens_and_its_requests() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let tokens = client.tokens(&citizen.email, "openid").await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    let operator = crate::clients::operator(&house);
    operator.request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    let access = tokens["access_token"].as_str().unwrap();
    refused(client.call(Method::GET, "/oauth/userinfo", access).await, 401, "unauthenticated").await;
    assert_eq!(browser.logs_in(&request, &citizen.email, crate::support::PASSWORD).await.status(), 403);
    assert_eq!(browser.opens(&client.asks("openid")).await.status(), 400);
}

#[actix_web::test]
async fn an_account_with_a_second_factor_shows_it_on_the_page() {
    let house = House::with().clock(&Clock::pinned(Utc::now())).start().await;
    let citizen = Citizen::registered(&house).await;
    let (app, _) = App::set_up(&citizen, &house.clock).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    let asked =
        browser.logs_in(&request, &citizen.email, crate::support::PASSWORD).await.text().await.unwrap();
    assert!(asked.contains(r#"name="code""#), "{asked}");
    assert_eq!(browser.decides(&request, "allow").await.status(), 403, "not logged in yet");
    let form = |code: &str| {
        let code = code.to_owned();
        let (browser, request, email) = (&browser, request.clone(), citizen.email.clone());
        async move {
            let form = [
                ("request", request.as_str()),
                ("email", email.as_str()),
                ("password", crate::support::PASSWORD),
                ("code", code.as_str()),
            ];
            browser.posts("/oauth/log-in", &form).await
        }
    };
    assert_eq!(form("000000").await.status(), 422);
    let consent = form(&app.code(house.clock.now())).await;
    assert_eq!(consent.status(), 200);
    assert_eq!(request_in(&consent.text().await.unwrap()), request);
    location(browser.decides(&request, "allow").await);
}

#[actix_web::test]
async fn an_app_without_a_secret_signs_in_at_the_port_that_it_listens_at() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let mut app = Client::of(&house, "app", "native", "http://127.0.0.1/in").await;
    app.redirect_uri = "http://127.0.0.1:51004/in".to_owned();
    let tokens = app.tokens(&citizen.email, "openid profile").await;
    json_of(app.refresh(tokens["refresh_token"].as_str().unwrap()).await, 200).await;
    let private = Client::of(&house, "phone", "native", "ro.city.app:/in").await;
    let back = Browser::new(&house).signs_in(&private.asks("openid"), &citizen.email).await;
    assert!(back.as_str().starts_with("ro.city.app:/in?code="), "{back}");
}

#[actix_web::test]
async fn a_request_may_come_by_form() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let asked = client.asks("openid").with("state", "a b&c=ă");
    let cross = [("origin", "https://portal.city.example"), ("sec-fetch-site", "cross-site")];
    let asked: Vec<(&str, &str)> = asked.pairs().collect();
    let answer = browser.posts_with("/oauth/authorize", &asked, &cross).await;
    assert_eq!(answer.status(), 303);
    let link = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(link.starts_with("/oauth/authorize?") && link.contains("state=a+b%26c%3D%C4%83"), "{link}");
    let back = location(browser.goes(&link).await);
    assert_eq!(query(&back, "error").as_deref(), Some("invalid_request"), "not ASCII: {back}");
    let link = link.replace("%C4%83", "d");
    request_in(&browser.goes(&link).await.text().await.unwrap());
    let twice = [("client_id", "city"), ("client_id", "other")];
    assert_eq!(browser.posts_with("/oauth/authorize", &twice, &cross).await.status(), 400);
    let long = "x".repeat(1_900);
    let long = [("a", long.as_str()), ("b", &long), ("c", &long), ("d", &long)];
    assert_eq!(browser.posts_with("/oauth/authorize", &long, &cross).await.status(), 400);
}

#[actix_web::test]
async fn a_person_who_refuses_goes_back_and_nothing_is_granted() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    browser.logs_in(&request, &citizen.email, crate::support::PASSWORD).await;
    let back = location(browser.decides(&request, "deny").await);
    assert_eq!(query(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(query(&back, "state").as_deref(), Some("state-of-the-client"));
    assert!(query(&back, "iss").is_some() && query(&back, "code").is_none(), "{back}");
    let grants = json_of(citizen.get("/v1/accounts/me/grants").await, 200).await;
    assert_eq!(grants["items"], json!([]));
    assert_eq!(browser.decides(&request, "allow").await.status(), 403);
}
