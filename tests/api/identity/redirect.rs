//! Proof of identity through the simulated Ghișeul.

use std::time::Duration;

use cazier::config::IdentityProvider;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use serde_json::json;

use crate::support::{
    Citizen, House, answer_of_ghiseul, json_of, location, mail_to, query, refused, subject,
};

#[actix_web::test]
async fn the_account_shows_its_proved_person() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    assert!(back.as_str().starts_with("http://localhost:3000/done?"));
    assert_eq!(query(&back, "verification_id").as_deref(), Some(id.as_str()));
    assert_eq!(query(&back, "status").as_deref(), Some("verified"));
    let verification = json_of(citizen.get(&format!("/v1/identity-verifications/{id}")).await, 200).await;
    assert_eq!(verification["status"], "verified");
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    let identity = &account["identity"];
    assert_eq!((&identity["status"], &identity["method"]), (&json!("verified"), &json!("ghiseul")));
    assert_eq!(identity["person"]["cnp"], "2880514121171");
    assert_eq!(identity["person"]["birth_date"], "1988-05-14");
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    refused(citizen.post("/v1/identity-verifications", &body).await, 409, "already_verified").await;
}

#[actix_web::test]
async fn the_failed_step_is_reported_and_a_retry_works() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for (outcome, reason) in [
        ("abandoned", "abandoned"),
        ("card_refused", "card_refused"),
        ("three_d_secure_failed", "three_d_secure_failed"),
        ("replay", "answer_refused"),
        ("expired", "answer_refused"),
    ] {
        let back = citizen.prove("clean", outcome).await;
        assert_eq!(query(&back, "status").as_deref(), Some("failed"), "{outcome}");
        assert_eq!(query(&back, "reason").as_deref(), Some(reason), "{outcome}");
    }
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["status"], "unverified");
    let back = citizen.prove("clean", "success").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"));
    let told = mail_to(&house, &citizen.email, subject::IDENTITY_VERIFIED).await;
    assert!(told.contains("verificată prin Ghișeul") && told.contains("schimbați parola"), "{told:?}");
}

#[actix_web::test]
async fn nobody_who_comes_back_too_late_is_verified() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    clock.set(clock.now() + TimeDelta::minutes(20));
    refused(house.http.get(callback).send().await.unwrap(), 400, "invalid_state").await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    let verification = json_of(citizen.get(&format!("/v1/identity-verifications/{id}")).await, 200).await;
    assert_eq!(verification["status"], "expired");
}

#[actix_web::test]
async fn only_registered_addresses_are_returned_to() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for url in [
        "https://evil.example/",
        "http://localhost.evil.example/",
        "//localhost/",
        "javascript:alert(1)",
        "x",
    ] {
        let body = json!({"method": "ghiseul", "return_url": url});
        let refusal = citizen.post("/v1/identity-verifications", &body).await;
        refused(refusal, 422, "return_url_not_registered").await;
    }
    // A rule of its own, which the contract names: each answer is compared with it.
    let body = json!({"method": "ghiseul", "return_url": "http://localhost/\0"});
    for refusal in [
        citizen.post("/v1/identity-verifications", &body).await,
        house.post("/v1/sessions/redirect", &body).await,
    ] {
        let problem = refused(refusal, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], "text_control_character", "{problem}");
    }
}

#[actix_web::test]
async fn no_flawed_id_token_proves_anybody() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for (flaw, reason) in [
        ("replay", "answer_refused"),
        ("expired", "answer_refused"),
        ("future_iat", "answer_refused"),
        ("future_nbf", "answer_refused"),
        ("textual_nbf", "answer_refused"),
        ("other_issuer", "answer_refused"),
        ("other_audience", "answer_refused"),
        ("further_audience", "answer_refused"),
        ("other_azp", "answer_refused"),
        ("no_acr", "answer_refused"),
        ("lower_acr", "answer_refused"),
        ("unsigned", "answer_refused"),
        ("hmac", "answer_refused"),
        ("hmac_public_key", "answer_refused"),
        ("unknown_key", "answer_refused"),
        ("foreign_signature", "answer_refused"),
        ("no_cnp", "identity_incomplete"),
        ("contradicting_birth_date", "identity_incomplete"),
    ] {
        let back = citizen.prove("clean", flaw).await;
        assert_eq!(query(&back, "status").as_deref(), Some("failed"), "{flaw}");
        assert_eq!(query(&back, "reason").as_deref(), Some(reason), "{flaw}");
        let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
        assert_eq!(account["identity"]["status"], "unverified", "{flaw}");
    }
}

#[actix_web::test]
async fn keys_of_the_provider_may_rotate() {
    let house = House::start().await;
    for (person, outcome) in [("clean", "success"), ("with-entries", "rotated_key")] {
        let back = Citizen::registered(&house).await.prove(person, outcome).await;
        assert_eq!(query(&back, "status").as_deref(), Some("verified"), "{outcome}");
    }
}

/// A house that waits for Ghișeul no longer than three seconds.
async fn impatient_house() -> House {
    let impatient = |ghiseul| IdentityProvider { timeout: Duration::from_secs(3), ..ghiseul };
    House::with().providers(|_, ghiseul| vec![impatient(ghiseul)]).start().await
}

#[actix_web::test]
async fn a_slow_or_absent_provider_fails_the_attempt_clearly_and_a_retry_works() {
    let house = impatient_house().await;
    let citizen = Citizen::registered(&house).await;
    for outcome in ["slow", "away", "server_error"] {
        let back = citizen.prove("clean", outcome).await;
        assert_eq!(query(&back, "status").as_deref(), Some("failed"), "{outcome}");
        assert_eq!(query(&back, "reason").as_deref(), Some("provider_unavailable"), "{outcome}");
    }
    let back = citizen.prove("clean", "success").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"));
}

#[actix_web::test]
async fn nobody_waits_for_a_provider_that_has_been_silent_for_a_while() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", silent.local_addr().unwrap());
    let to_silence = |ghiseul| IdentityProvider { issuer, timeout: Duration::from_secs(1), ..ghiseul };
    let house = House::with().providers(|_, ghiseul| vec![to_silence(ghiseul)]).start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    for _ in 0..5 {
        let answer = citizen.post("/v1/identity-verifications", &body).await;
        assert!(answer.headers().contains_key("retry-after"));
        refused(answer, 503, "provider_unavailable").await;
    }
    silent.set_nonblocking(true).unwrap();
    let calls = || std::iter::from_fn(|| silent.accept().ok()).count();
    assert_eq!(calls(), 5);
    refused(citizen.post("/v1/identity-verifications", &body).await, 503, "provider_unavailable").await;
    assert_eq!(calls(), 0, "it was not asked");
}
