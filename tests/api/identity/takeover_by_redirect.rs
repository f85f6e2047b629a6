//! Ways to take over an account by a log-in through a redirect, and that none of them works.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use serde_json::json;
use url::Url;

use crate::support::{
    Citizen, Handoff, House, PASSWORD, answer_of_ghiseul, json_of, location, mail_to, query, refused, subject,
};

/// The error that a front end is told.
async fn told(handoff: &Handoff, house: &House) -> String {
    let back = location(handoff.post(house).await);
    assert_eq!(query(&back, "code"), None, "{back}");
    query(&back, "error").unwrap()
}

#[actix_web::test]
async fn a_handoff_replayed_logs_nobody_in() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    handoff.code(&house).await;
    assert_eq!(told(&handoff, &house).await, "assertion_used");
    let same_jti = Handoff::of(&house, "clean-2", "replay").await;
    assert_eq!(told(&same_jti, &house).await, "assertion_used");
}

#[actix_web::test]
async fn of_two_concurrent_posts_of_a_handoff_one_logs_in() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    let (one, two) = futures_util::future::join(handoff.post(&house), handoff.post(&house)).await;
    let codes = [one, two].map(|answer| query(&location(answer), "code"));
    assert_eq!(codes.iter().flatten().count(), 1, "{codes:?}");
}

#[actix_web::test]
async fn a_handoff_too_old_logs_nobody_in() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    clock.set(clock.now() + TimeDelta::minutes(5));
    assert_eq!(told(&handoff, &house).await, "assertion_expired");
}

#[actix_web::test]
async fn no_flawed_assertion_logs_anybody_in() {
    let house = House::start().await;
    Handoff::of(&house, "clean-2", "success").await.code(&house).await;
    for (flaw, error) in [
        ("replay", "assertion_used"),
        ("expired", "assertion_expired"),
        ("too_long_lived", "assertion_refused"),
        ("future_iat", "assertion_refused"),
        ("future_nbf", "assertion_refused"),
        ("textual_nbf", "assertion_refused"),
        ("other_audience", "assertion_refused"),
        ("further_audience", "assertion_refused"),
        ("other_client", "assertion_refused"),
        ("other_issuer", "assertion_refused"),
        ("other_type", "assertion_refused"),
        ("no_jti", "assertion_refused"),
        ("no_acr", "assertion_refused"),
        ("lower_acr", "assertion_refused"),
        ("unsigned", "assertion_refused"),
        ("hmac", "assertion_refused"),
        ("hmac_public_key", "assertion_refused"),
        ("unknown_key", "assertion_refused"),
        ("foreign_signature", "assertion_refused"),
        ("no_cnp", "identity_incomplete"),
        ("contradicting_birth_date", "identity_incomplete"),
    ] {
        assert_eq!(told(&Handoff::of(&house, "clean", flaw).await, &house).await, error, "{flaw}");
    }
    for nonsense in ["x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30."] {
        let handoff = Handoff { assertion: nonsense.into(), ..Handoff::of(&house, "clean", "success").await };
        assert_eq!(told(&handoff, &house).await, "assertion_refused", "{nonsense}");
    }
}

#[actix_web::test]
async fn a_handoff_for_another_client_goes_nowhere() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    let other = Handoff { client_id: "somebody-else".into(), ..handoff };
    refused(other.post(&house).await, 422, "unknown_client").await;
}

#[actix_web::test]
async fn a_handoff_whose_return_url_only_begins_like_the_allowed_one_goes_nowhere() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    for url in [
        "http://localhost.evil.example/",
        "http://localhost:3000@evil.example/",
        "http://127.0.0.1.evil.example/",
        "https://evil.example/?http://localhost:3000/",
        "//localhost/",
        "javascript:alert(1)//http://localhost",
    ] {
        let other = Handoff { return_url: url.into(), ..handoff.clone() };
        refused(other.post(&house).await, 422, "return_url_not_registered").await;
    }
    handoff.code(&house).await;
}

#[actix_web::test]
async fn no_parameter_is_an_open_redirect() {
    let house = House::start().await;
    let evil = "https://evil.example/";
    let wish = json!({"method": "ghiseul", "return_url": evil});
    refused(house.post("/v1/sessions/redirect", &wish).await, 422, "return_url_not_registered").await;
    let citizen = Citizen::registered(&house).await;
    refused(citizen.post("/v1/identity-verifications", &wish).await, 422, "return_url_not_registered").await;
    let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
    let begun = json_of(house.post("/v1/sessions/redirect", &wish).await, 201).await;
    let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    let good = answer_of_ghiseul(&house, &redirect, "clean", "abandoned").await;
    for name in ["return_url", "redirect_uri", "next", "url"] {
        let mut callback = good.clone();
        callback.query_pairs_mut().append_pair(name, evil);
        let answer = house.http.get(callback).send().await.unwrap();
        assert!(!answer.headers().get("location").is_some_and(|to| to.to_str().unwrap().contains("evil")));
    }
    for name in ["error", "error_description", "code", "iss"] {
        let begun = json_of(house.post("/v1/sessions/redirect", &wish).await, 201).await;
        let state = query(&begun["redirect_url"].as_str().unwrap().parse().unwrap(), "state").unwrap();
        let mut callback = house.api.join("/v1/identity-verifications/ghiseul/callback").unwrap();
        callback.query_pairs_mut().append_pair("state", &state).append_pair(name, evil);
        let back = location(house.http.get(callback).send().await.unwrap());
        assert!(back.as_str().starts_with("http://localhost:3000/in?error=answer_refused"), "{name}: {back}");
    }
}

#[actix_web::test]
async fn a_page_of_another_site_logs_nobody_in_by_a_handoff() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    for origin in ["https://evil.example", "null", "http://localhost:3000", &format!("{}0", house.ghiseul)] {
        refused(handoff.post_from(&house, origin).await, 403, "foreign_origin").await;
    }
    location(handoff.post_from(&house, &house.ghiseul).await);
}

#[actix_web::test]
async fn a_code_works_once_and_a_second_use_ends_its_session() {
    let house = House::start().await;
    let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
    let tokens = json_of(house.post("/v1/sessions/exchange", &code).await, 201).await;
    let me =
        house.request(Method::GET, "/v1/accounts/me").bearer_auth(tokens["access_token"].as_str().unwrap());
    json_of(me.try_clone().unwrap().send().await.unwrap(), 200).await;
    refused(house.post("/v1/sessions/exchange", &code).await, 401, "invalid_code").await;
    refused(me.send().await.unwrap(), 401, "unauthenticated").await;
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    refused(house.post("/v1/sessions/refresh", &refresh).await, 401, "invalid_refresh_token").await;
    for _ in 0..5 {
        refused(house.post("/v1/sessions/exchange", &code).await, 401, "invalid_code").await;
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'session.reuse_detected'";
    assert_eq!(house.database.count(recorded), 1, "who shows it again and again makes no more rows");
}

#[actix_web::test]
async fn a_code_expires_after_a_minute_and_a_guessed_one_is_refused() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
    clock.set(clock.now() + TimeDelta::seconds(60));
    refused(house.post("/v1/sessions/exchange", &code).await, 401, "invalid_code").await;
    let guess = json!({"code": "czx_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"});
    refused(house.post("/v1/sessions/exchange", &guess).await, 401, "invalid_code").await;
}

#[actix_web::test]
async fn a_code_injected_into_another_browser_opens_no_session() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    let answer = handoff.post_from(&house, &house.ghiseul).await;
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let code = json!({"code": query(&location(answer), "code").unwrap()});
    let exchange = || house.request(Method::POST, "/v1/sessions/exchange").json(&code);
    refused(exchange().header(COOKIE, "").send().await.unwrap(), 403, "foreign_browser").await;
    let guessed = exchange().header(COOKIE, "cazier_login=czb_guessed").send().await.unwrap();
    refused(guessed, 403, "foreign_browser").await;
    let own = exchange().header(COOKIE, cookie.split(';').next().unwrap()).send().await.unwrap();
    json_of(own, 201).await;
}

#[actix_web::test]
async fn a_page_that_belongs_to_no_front_end_exchanges_no_code() {
    let house = House::start().await;
    let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
    let exchange = async |origin: &str| {
        let request = house.request(Method::POST, "/v1/sessions/exchange").header(ORIGIN, origin);
        request.json(&code).send().await.unwrap()
    };
    refused(exchange("https://elsewhere.example").await, 401, "invalid_code").await;
    json_of(exchange("http://localhost:3000").await, 201).await;
}

#[actix_web::test]
async fn a_log_in_begun_in_one_browser_ends_in_no_other() {
    let house = House::start().await;
    let wish = json!({"method": "ghiseul", "return_url": house.api.join("/sandbox/returned").unwrap()});
    let origin = house.api.origin().ascii_serialization();
    let begun = house.request(Method::POST, "/v1/sessions/redirect").header(ORIGIN, origin).json(&wish);
    let begun = begun.send().await.unwrap();
    let cookie = begun.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let redirect = json_of(begun, 201).await["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let other = house.http.get(callback.clone()).header(COOKIE, "").send().await.unwrap();
    refused(other, 403, "foreign_browser").await;
    let back = house.http.get(callback).header(COOKIE, &cookie).send().await.unwrap();
    let code = json!({"code": query(&location(back), "code").unwrap()});
    let other = house.request(Method::POST, "/v1/sessions/exchange").header(COOKIE, "").json(&code);
    refused(other.send().await.unwrap(), 403, "foreign_browser").await;
}

#[actix_web::test]
async fn a_session_that_was_there_before_is_not_fixed_by_an_exchange() {
    let house = House::start().await;
    let attacker = Citizen::registered(&house).await;
    let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
    let tokens = json_of(attacker.post("/v1/sessions/exchange", &code).await, 201).await;
    assert_ne!(
        (&tokens["access_token"], &tokens["refresh_token"]),
        (&json!(attacker.access), &json!(attacker.refresh))
    );
    let account = json_of(attacker.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["status"], "unverified", "the old tokens lead to the old account alone");
}

#[actix_web::test]
async fn lock_out_by_password_guesses_never_locks_the_owners_redirect_login() {
    let house = House::start().await;
    let owner = Citizen::verified(&house, "clean").await;
    let wrong = json!({"email": owner.email, "password": "wrong password"});
    for _ in 0..10 {
        refused(house.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
    }
    let right = json!({"email": owner.email, "password": PASSWORD});
    refused(house.post("/v1/sessions", &right).await, 429, "too_many_requests").await;
    let tokens = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let me =
        house.request(Method::GET, "/v1/accounts/me").bearer_auth(tokens["access_token"].as_str().unwrap());
    let account = json_of(me.send().await.unwrap(), 200).await;
    assert_eq!(account["email"], owner.email);
}

#[actix_web::test]
async fn the_state_of_one_provider_does_nothing_at_the_callback_of_another() {
    let second = |_: &Url, ghiseul: cazier::config::IdentityProvider| {
        let other = cazier::config::IdentityProvider { name: "roeid".into(), ..ghiseul.clone() };
        vec![ghiseul, other]
    };
    let house = House::with().providers(second).start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let mixed_up: Url = callback.as_str().replace("/ghiseul/", "/roeid/").parse().unwrap();
    refused(house.http.get(mixed_up).send().await.unwrap(), 400, "invalid_state").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    assert_eq!(query(&back, "status").as_deref(), Some("verified"), "it was not used up there");
}

#[actix_web::test]
async fn an_answer_that_does_not_name_its_provider_is_refused() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let mut nameless = callback.clone();
    nameless.query_pairs_mut().clear().extend_pairs(callback.query_pairs().filter(|(name, _)| name != "iss"));
    let back = location(house.http.get(nameless).send().await.unwrap());
    assert_eq!(query(&back, "reason").as_deref(), Some("answer_refused"));
}

#[actix_web::test]
async fn an_address_that_nobody_confirmed_links_to_no_account() {
    let house = House::start().await;
    let email = "clean@persoane.example";
    let token = Citizen::confirmation_token(&house, email).await;
    json_of(
        house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
        200,
    )
    .await;
    let owner = Citizen::logged_in(&house, email).await;
    let tokens = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let me = house.request(Method::GET, "/v1/accounts/me");
    let me = me.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    let handed_over = json_of(me, 200).await;
    let registered = json_of(owner.get("/v1/accounts/me").await, 200).await;
    assert_ne!(handed_over["id"], registered["id"]);
    assert_eq!(
        (&handed_over["email"], &registered["identity"]["status"]),
        (&json!(null), &json!("unverified"))
    );
    let mail = mail_to(&house, email, subject::ACCOUNT_EXISTS).await;
    assert!(!mail.contains("token="), "the owner is told, and nothing can be confirmed: {mail:?}");
}
