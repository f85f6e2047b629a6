//! The attacks of RFC 9700 (best practice for OAuth 2.0 security), each a test. By its sections:
//!
//! | Section | Attack | Test |
//! | --- | --- | --- |
//! | 4.1 | redirect URIs that look like registered ones | `redirect_uri_lookalikes_are_sent_nowhere` |
//! | 4.2 | codes and states in a `Referer` | `pages_are_framed_by_nobody_and_tell_no_referrer` |
//! | 4.3 | codes and tokens in a browser's history | `a_token_in_an_address_or_a_form_is_none`, `codes_and_requests_expire` |
//! | 4.4 | mix-up | `each_answer_names_its_issuer` |
//! | 4.5 | an injected code | `an_injected_code_has_another_verifier`, `another_challenge_takes_another_verifier` |
//! | 4.6 | an injected access token | `there_is_one_way_only`: none comes through a browser |
//! | 4.7 | requests forged by other sites | `a_consent_is_given_on_our_page_in_the_browser_that_began`, `nobody_is_logged_in_from_another_site` |
//! | 4.8 | PKCE left out or weakened | `pkce_cannot_be_left_out_or_weakened` |
//! | 4.9 | tokens that a resource server leaks | `what_one_client_got_is_worth_nothing_to_another`, and `scopes`: each operation names its scopes |
//! | 4.10 | stolen tokens | `a_code_that_is_used_again_ends_what_it_opened`; access tokens are bearer tokens of minutes |
//! | 4.11 | open redirectors | `no_error_makes_an_open_redirector` |
//! | 4.12 | a password that a 307 carries on | `pages_are_framed_by_nobody_and_tell_no_referrer` looks for 303 |
//! | 4.13 | headers that a proxy does not take away | `tests/api/http`, for every path |
//! | 4.14 | refresh tokens in two hands | `a_refresh_token_that_is_used_again_ends_the_family` |
//! | 4.15 | a client that passes for a person | `there_is_one_way_only`: no client gets a token without a person |
//! | 4.16 | clickjacking | `pages_are_framed_by_nobody_and_tell_no_referrer` |
//! | 4.17 | messages between windows | `there_is_one_way_only`: answers are redirects alone |

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::json;

use super::walk::{Asked, challenge_of};
use super::{Browser, CHALLENGE, Client, VERIFIER};
use crate::support::{Citizen, House, PASSWORD, json_of, location, query, refused};

const OTHER_VERIFIER: &str = "another-verifier-of-forty-three-characters-0123456789";

async fn error_of(answer: reqwest::Response, status: u16) -> String {
    json_of(answer, status).await["error"].as_str().unwrap().to_owned()
}

/// Section 4.1: whatever looks like a registered redirect URI.
#[actix_web::test]
async fn redirect_uri_lookalikes_are_sent_nowhere() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    for uri in [
        "https://portal.city.example/done/",
        "https://portal.city.example/done?next=https://evil.example",
        "https://portal.city.example/done#",
        "https://portal.city.example.evil.example/done",
        "https://portal.city.example@evil.example/done",
        "https://evil.example/https://portal.city.example/done",
        "https://portal.city.example/done/../../evil",
        "https://portal.city.example:8443/done",
        "http://portal.city.example/done",
        "HTTPS://portal.city.example/done",
        "https://portal.city.example\\@evil.example/done",
        "//evil.example/done",
        "javascript:alert(1)",
        "http://localhost/done",
        "",
    ] {
        let answer = Browser::new(&house).opens(&client.asks("openid").with("redirect_uri", uri)).await;
        assert_eq!(answer.status(), 400, "{uri}");
        assert!(answer.headers().get("location").is_none(), "{uri}");
        assert!(!answer.text().await.unwrap().contains("evil.example"), "{uri}");
    }
    let twice = client.asks("openid").and("redirect_uri", "https://evil.example/");
    assert_eq!(Browser::new(&house).opens(&twice).await.status(), 400);
}

/// Section 4.11: nobody is redirected to where an attacker likes, whatever else is wrong with the request.
#[actix_web::test]
async fn no_error_makes_an_open_redirector() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let wrong: [&dyn Fn(Asked) -> Asked; 4] = [
        &|asked| asked.with("client_id", "nobody"),
        &|asked| asked.with("response_type", "token").with("redirect_uri", "https://evil.example/"),
        &|asked| asked.with("scope", "").with("redirect_uri", "https://evil.example/"),
        &|asked| asked.with("client_id", "hub"),
    ];
    for change in wrong {
        let answer = Browser::new(&house).opens(&change(client.asks("openid"))).await;
        assert_eq!(answer.status(), 400);
        assert!(answer.headers().get("location").is_none());
    }
}

/// Section 4.5: a code that an attacker stole and puts into another flow of the same client.
#[actix_web::test]
async fn an_injected_code_has_another_verifier() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    assert_eq!(error_of(client.exchange(&code, OTHER_VERIFIER).await, 400).await, "invalid_grant");
    assert_eq!(error_of(client.exchange(&code, CHALLENGE).await, 400).await, "invalid_grant");
    json_of(client.exchange(&code, VERIFIER).await, 200).await;
}

/// Section 4.8.2: a request without PKCE, or with the method that shows the verifier.
#[actix_web::test]
async fn pkce_cannot_be_left_out_or_weakened() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    for asked in [
        client.asks("openid").without("code_challenge").without("code_challenge_method"),
        client.asks("openid").without("code_challenge_method"),
        client.asks("openid").with("code_challenge_method", "plain"),
        client.asks("openid").with("code_challenge", "short"),
        client.asks("openid").with("code_challenge", VERIFIER).with("code_challenge_method", "plain"),
    ] {
        let back = location(Browser::new(&house).opens(&asked).await);
        assert_eq!(query(&back, "error").as_deref(), Some("invalid_request"), "{back}");
        assert_eq!(query(&back, "state").as_deref(), Some("state-of-the-client"));
    }
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    let form =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &client.redirect_uri)];
    assert_eq!(error_of(client.form("/oauth/token", &form).await, 400).await, "invalid_grant");
}

/// Whoever logged in with a stolen password and waits for the owner to change it.
#[actix_web::test]
async fn a_log_in_on_the_page_ends_with_the_sessions_of_its_account() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let (waiting, granted) = (Browser::new(&house), Browser::new(&house));
    let request = waiting.request(&client.asks("openid")).await;
    assert_eq!(waiting.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    let back = granted.signs_in(&client.asks("openid"), &citizen.email).await;
    let change = json!({"current_password": PASSWORD, "password": "cinci pisici negre"});
    assert_eq!(citizen.post("/v1/accounts/me/password", &change).await.status(), 204);
    let late = waiting.decides(&request, "allow").await;
    assert!(late.headers().get("location").is_none(), "no code for a log-in that has ended");
    let code = query(&back, "code").unwrap();
    assert_eq!(error_of(client.exchange(&code, VERIFIER).await, 400).await, "invalid_grant");
}

/// RFC 6749, section 4.1.2: a code in two hands.
#[actix_web::test]
async fn a_code_that_is_used_again_ends_what_it_opened() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    let tokens = json_of(client.exchange(&code, VERIFIER).await, 200).await;
    assert_eq!(error_of(client.exchange(&code, VERIFIER).await, 400).await, "invalid_grant");
    for _ in 0..5 {
        assert_eq!(error_of(client.exchange(&code, VERIFIER).await, 400).await, "invalid_grant");
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'session.reuse_detected'";
    assert_eq!(house.database.count(recorded), 1, "who shows it again and again makes no more rows");
    let access = tokens["access_token"].as_str().unwrap();
    refused(client.call(Method::GET, "/oauth/userinfo", access).await, 401, "unauthenticated").await;
    let refresh = client.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(error_of(refresh, 400).await, "invalid_grant");
}

/// The second use may come without the verifier, from whoever stole the code alone.
#[actix_web::test]
async fn a_used_code_is_noticed_whatever_comes_with_it() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (web, app) =
        (Client::web(&house).await, Client::of(&house, "app", "native", "ro.city.app:/in").await);
    for (client, ends) in [(&web, true), (&app, false)] {
        let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
        let code = query(&back, "code").unwrap();
        let tokens = json_of(client.exchange(&code, VERIFIER).await, 200).await;
        assert_eq!(error_of(client.exchange(&code, OTHER_VERIFIER).await, 400).await, "invalid_grant");
        let access = tokens["access_token"].as_str().unwrap();
        let status = client.call(Method::GET, "/oauth/userinfo", access).await.status();
        // Anybody can name an app: without the verifier, that ends nobody's session.
        assert_eq!(status, if ends { 401 } else { 200 }, "{}", client.id);
    }
}

/// Section 4.14: a refresh token in two hands.
#[actix_web::test]
async fn a_refresh_token_that_is_used_again_ends_the_family() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let first = client.tokens(&citizen.email, "openid").await;
    let token = first["refresh_token"].as_str().unwrap();
    let second = json_of(client.refresh(token).await, 200).await;
    json_of(client.refresh(second["refresh_token"].as_str().unwrap()).await, 200).await;
    assert_eq!(error_of(client.refresh(token).await, 400).await, "invalid_grant");
    let last = client.refresh(second["refresh_token"].as_str().unwrap()).await;
    assert_eq!(error_of(last, 400).await, "invalid_grant");
}

/// Whoever stole a token of an app can say that it is the app; its rows do not repeat that.
#[actix_web::test]
async fn a_thief_is_not_recorded_as_the_client_whose_name_it_gives() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (web, app) =
        (Client::web(&house).await, Client::of(&house, "app", "native", "ro.city.app:/in").await);
    for client in [&web, &app] {
        let first = client.tokens(&citizen.email, "openid").await;
        let second = json_of(client.refresh(first["refresh_token"].as_str().unwrap()).await, 200).await;
        json_of(client.refresh(second["refresh_token"].as_str().unwrap()).await, 200).await;
        let stolen = client.refresh(first["refresh_token"].as_str().unwrap()).await;
        assert_eq!(error_of(stolen, 400).await, "invalid_grant");
    }
    let by = |whose: &str| {
        let reused = "SELECT count(*) FROM audit_events WHERE action = 'session.reuse_detected'";
        house.database.count(&format!("{reused} AND {whose}"))
    };
    assert_eq!((by("client_id = 'city'"), by("client_id IS NULL"), by("client_id = 'app'")), (1, 1, 0));
}

/// Sections 4.4 and 2.2: tokens and codes of one client in the hands of another.
#[actix_web::test]
async fn what_one_client_got_is_worth_nothing_to_another() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (client, other) =
        (Client::web(&house).await, Client::of(&house, "evil", "web", "https://evil.example/done").await);
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(error_of(other.form("/oauth/token", &form).await, 400).await, "invalid_grant");
    let tokens = json_of(client.exchange(&code, VERIFIER).await, 200).await;
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert_eq!(error_of(other.refresh(refresh).await, 400).await, "invalid_grant");
    other.form("/oauth/revoke", &[("token", refresh)]).await;
    let told = json_of(other.form("/oauth/introspect", &[("token", access)]).await, 200).await;
    assert_eq!(told, json!({"active": false}));
    let direct = house.post("/v1/sessions/refresh", &json!({"refresh_token": refresh})).await;
    refused(direct, 401, "invalid_refresh_token").await;
    json_of(client.refresh(refresh).await, 200).await;
}

/// A token of the owner's own log-in is no client's.
#[actix_web::test]
async fn a_client_cannot_refresh_the_session_of_the_owner() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    assert_eq!(error_of(client.refresh(&citizen.refresh).await, 400).await, "invalid_grant");
    client.form("/oauth/revoke", &[("token", &citizen.refresh)]).await;
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
}

/// Section 4.4 (mix-up): the answer says who gives it, so that a client of two servers can tell them apart (RFC 9207).
#[actix_web::test]
async fn each_answer_names_its_issuer() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let issuer = json_of(house.get("/.well-known/openid-configuration").await, 200).await["issuer"].clone();
    let wrong = location(Browser::new(&house).opens(&client.asks("openid").with("scope", "all")).await);
    let right = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    for back in [wrong, right] {
        assert_eq!(query(&back, "iss").map(serde_json::Value::from), Some(issuer.clone()), "{back}");
    }
}

/// Section 4.7: a page of another site, or another browser, decides in the person's place.
#[actix_web::test]
async fn a_consent_is_given_on_our_page_in_the_browser_that_began() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    browser.logs_in(&request, &citizen.email, PASSWORD).await;
    let seen = browser.sees(&request).unwrap();
    let form = [("request", request.as_str()), ("decision", "allow"), ("log_in", &seen)];
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null"), ("sec-fetch-site", "same-site")],
    ] {
        assert_eq!(browser.posts_with("/oauth/consent", &form, headers).await.status(), 403, "{headers:?}");
    }
    // Browsers do not send the cookie from another site's form.
    assert_eq!(Browser::new(&house).posts("/oauth/consent", &form).await.status(), 403);
    let other = Browser::new(&house);
    other.request(&client.asks("openid")).await;
    assert_eq!(other.posts("/oauth/consent", &form).await.status(), 403);
    location(browser.decides(&request, "allow").await);
}

/// An attacker's account in the person's browser: the log-in too must come from our page, in the browser that began.
#[actix_web::test]
async fn nobody_is_logged_in_from_another_site() {
    let house = House::start().await;
    let attacker = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let (person, elsewhere) = (Browser::new(&house), Browser::new(&house));
    let request = person.request(&client.asks("openid")).await;
    let form = [("request", request.as_str()), ("email", &attacker.email), ("password", PASSWORD)];
    assert_eq!(elsewhere.posts("/oauth/log-in", &form).await.status(), 403);
    let cross = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(person.posts_with("/oauth/log-in", &form, &cross).await.status(), 403);
}

/// Sections 4.16 and 4.2: pages that cannot be framed, and tell nobody where they were.
#[actix_web::test]
async fn pages_are_framed_by_nobody_and_tell_no_referrer() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let first = browser.opens(&client.asks("openid")).await;
    let headers = first.headers().clone();
    let request = super::walk::request_in(&first.text().await.unwrap());
    let consent = browser.logs_in(&request, &citizen.email, PASSWORD).await;
    let done = browser.decides(&request, "allow").await;
    for headers in [&headers, consent.headers(), done.headers()] {
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"), "{policy}");
    }
    assert_eq!(headers["x-frame-options"], "DENY");
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let policy = consent.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://portal.city.example;"), "{policy}");
    // 303, so that no browser posts the password on to the client (section 4.12).
    assert_eq!(done.status(), 303);
}

/// Section 2.5: a client that keeps a secret shows it, and once.
#[actix_web::test]
async fn a_client_proves_who_it_is() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    let with = |secret: Option<&str>| Client {
        house: &house,
        id: client.id.clone(),
        secret: secret.map(str::to_owned),
        redirect_uri: client.redirect_uri.clone(),
    };
    for secret in [None, Some("guessed"), Some("")] {
        assert_eq!(error_of(with(secret).exchange(&code, VERIFIER).await, 401).await, "invalid_client");
    }
    let secret = client.secret.clone().unwrap();
    let twice = [("grant_type", "refresh_token"), ("client_id", "city"), ("client_secret", &secret)];
    assert_eq!(error_of(client.form("/oauth/token", &twice).await, 400).await, "invalid_request");
    let cut = Client { id: "city&x".to_owned(), secret: Some(format!("{secret}&y")), ..with(None) };
    let basic = house.request(Method::POST, "/oauth/token").header(
        "authorization",
        format!(
            "Basic {}",
            data_encoding::BASE64.encode(format!("{}:{}", cut.id, cut.secret.unwrap()).as_bytes())
        ),
    );
    let basic = basic.form(&[("grant_type", "refresh_token")]).send().await.unwrap();
    assert_eq!(error_of(basic, 401).await, "invalid_client");
    let app = Client::of(&house, "app", "native", "ro.city.app:/in").await;
    let posed = Client { secret: Some(secret), ..app };
    assert_eq!(error_of(posed.refresh("x").await, 401).await, "invalid_client");
    json_of(client.exchange(&code, VERIFIER).await, 200).await;
}

/// Section 2.1.2, and the rest of what there is not: no implicit grant, no passwords of people, no request objects.
#[actix_web::test]
async fn there_is_one_way_only() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "form_post", "invalid_request"),
        ("response_mode", "web_message", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        ("request_uri", "https://evil.example/request", "request_uri_not_supported"),
        ("prompt", "none", "login_required"),
        ("id_token_hint", "e30.e30.", "invalid_request"),
        ("scope", "everything", "invalid_scope"),
        ("state", "\u{1}", "invalid_request"),
    ] {
        let back = location(Browser::new(&house).opens(&client.asks("openid").with(name, value)).await);
        assert_eq!(query(&back, "error").as_deref(), Some(error), "{name}={value}");
    }
    let person = [("username", &*citizen.email), ("password", PASSWORD), ("scope", "openid")];
    for grant in ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
    {
        let form = [&[("grant_type", grant)], &person[..]].concat();
        let refused = client.form("/oauth/token", &form).await;
        assert_eq!(error_of(refused, 400).await, "unsupported_grant_type", "{grant}");
    }
}

/// Section 4.3: addresses stay in histories and logs, so a token counts in the header alone (RFC 6750, section 2.3).
#[actix_web::test]
async fn a_token_in_an_address_or_a_form_is_none() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let tokens = client.tokens(&citizen.email, "openid profile").await;
    let access = tokens["access_token"].as_str().unwrap();
    for path in ["/oauth/userinfo", "/v1/applications"] {
        let address = format!("{path}?access_token={access}");
        let answer = house.request(Method::GET, &address).send().await.unwrap();
        refused(answer, 401, "unauthenticated").await;
    }
    let form = house.request(Method::POST, "/oauth/userinfo").form(&[("access_token", access)]);
    refused(form.send().await.unwrap(), 401, "unauthenticated").await;
    json_of(client.call(Method::POST, "/oauth/userinfo", access).await, 200).await;
}

/// Our page is no faster way to guess a password, or a code, than the API.
#[actix_web::test]
async fn guesses_on_the_page_are_counted_as_anywhere() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    for _ in 0..10 {
        assert_eq!(browser.logs_in(&request, &citizen.email, "a wrong password").await.status(), 422);
    }
    let stopped = browser.logs_in(&request, &citizen.email, "a wrong password").await;
    assert_eq!(stopped.status(), 429);
    assert!(stopped.headers().contains_key("retry-after"));
    let by_api = json!({"email": citizen.email, "password": "a wrong password"});
    refused(house.post("/v1/sessions", &by_api).await, 429, "too_many_requests").await;
}

/// A code is worth a minute, a request twenty.
#[actix_web::test]
async fn codes_and_requests_expire() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let back = browser.signs_in(&client.asks("openid"), &citizen.email).await;
    let request = browser.request(&client.asks("openid")).await;
    clock.set(clock.now() + TimeDelta::seconds(61));
    let late = client.exchange(&query(&back, "code").unwrap(), VERIFIER).await;
    assert_eq!(error_of(late, 400).await, "invalid_grant");
    clock.set(clock.now() + TimeDelta::minutes(20));
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 403);
}

/// No client acts for an officer.
#[actix_web::test]
async fn staff_grant_nothing() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    let email = "ofiter.cluj@example.ro";
    let code = crate::support::next_code(&house, email).await;
    let form = [
        ("request", request.as_str()),
        ("email", email),
        ("password", crate::support::STAFF_PASSWORD),
        ("code", &code),
    ];
    assert_eq!(browser.posts("/oauth/log-in", &form).await.status(), 403);
    assert_eq!(browser.decides(&request, "allow").await.status(), 403);
}

/// A challenge is of one verifier.
#[actix_web::test]
async fn another_challenge_takes_another_verifier() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let asked = client.asks("openid").with("code_challenge", &challenge_of(OTHER_VERIFIER));
    let back = Browser::new(&house).signs_in(&asked, &citizen.email).await;
    let code = query(&back, "code").unwrap();
    assert_eq!(error_of(client.exchange(&code, VERIFIER).await, 400).await, "invalid_grant");
    json_of(client.exchange(&code, OTHER_VERIFIER).await, 200).await;
}
