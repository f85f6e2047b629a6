//! Ways to take over somebody's account or identity, and that none of them works.

use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use serde_json::json;

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};

use crate::support::{
    Citizen, House, Officer, answer_of_ghiseul, at_counter, claim_of, json_of, location, query, refused,
};

#[actix_web::test]
async fn a_state_works_once() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    location(house.http.get(callback.clone()).send().await.unwrap());
    refused(house.http.get(callback).send().await.unwrap(), 400, "invalid_state").await;
}

#[actix_web::test]
async fn a_forged_or_missing_state_is_refused() {
    let house = House::start().await;
    for query in ["?code=x&state=forged", "?code=x", "?state=", ""] {
        let path = format!("/v1/identity-verifications/ghiseul/callback{query}");
        refused(house.get(&path).await, 400, "invalid_state").await;
    }
}

#[actix_web::test]
async fn a_code_of_one_session_does_nothing_under_the_state_of_another() {
    let house = House::start().await;
    let (victim, attacker) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    let (_, victims) = victim.begin_verification().await;
    let (_, attackers) = attacker.begin_verification().await;
    let stolen = query(&answer_of_ghiseul(&house, &victims, "clean", "success").await, "code").unwrap();
    let mut callback = house.api.join("/v1/identity-verifications/ghiseul/callback").unwrap();
    let state = query(&attackers, "state").unwrap();
    callback.query_pairs_mut().append_pair("code", &stolen).append_pair("state", &state);
    let back = location(house.http.get(callback).send().await.unwrap());
    assert_eq!(query(&back, "status").as_deref(), Some("failed"));
    let account = json_of(attacker.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["status"], "unverified");
}

#[actix_web::test]
async fn a_verification_begun_in_a_browser_ends_in_no_other() {
    let house = House::start().await;
    let attacker = Citizen::registered(&house).await;
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    let origin = house.api.origin().ascii_serialization();
    let begin = attacker.request(Method::POST, "/v1/identity-verifications").header(ORIGIN, origin);
    let begin = begin.header("idempotency-key", "lost-answer").json(&body);
    let repeated = begin.try_clone().unwrap();
    let begun = begin.send().await.unwrap();
    let cookie = begun.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let repeated = repeated.send().await.unwrap();
    assert_eq!(repeated.headers()[SET_COOKIE], cookie, "a repeated answer binds the same browser");
    let redirect = json_of(begun, 201).await["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let lured = house.http.get(callback.clone()).header(COOKIE, "").send().await.unwrap();
    refused(lured, 403, "foreign_browser").await;
    let other = house.http.get(callback.clone()).header(COOKIE, "cazier_browser=czb_guessed");
    refused(other.send().await.unwrap(), 403, "foreign_browser").await;
    let own = cookie.split(';').next().unwrap();
    let back = location(house.http.get(callback).header(COOKIE, own).send().await.unwrap());
    assert_eq!(query(&back, "status").as_deref(), Some("verified"));
}

#[actix_web::test]
async fn two_tabs_of_a_browser_do_not_disturb_each_other() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    let origin = house.api.origin().ascii_serialization();
    let begin = async |cookie: &str| {
        let request = citizen.request(Method::POST, "/v1/identity-verifications").header(ORIGIN, &origin);
        let begun = request.header(COOKIE, cookie).json(&body).send().await.unwrap();
        let cookie = begun.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        (cookie, json_of(begun, 201).await["redirect_url"].as_str().unwrap().parse().unwrap())
    };
    let (first, redirect) = begin("").await;
    let (second, _) = begin(&first).await;
    assert_eq!(second, first, "the browser keeps its secret");
    let (empty, _) = begin("cazier_browser=").await;
    assert!(empty.len() > "cazier_browser=czb_".len(), "an empty secret is none");
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let back = location(house.http.get(callback).header(COOKIE, second).send().await.unwrap());
    assert_eq!(query(&back, "status").as_deref(), Some("verified"));
}

#[actix_web::test]
async fn a_person_who_is_verified_elsewhere_stays_there() {
    let house = House::start().await;
    let owner = Citizen::verified(&house, "clean").await;
    let second = Citizen::registered(&house).await;
    let back = second.prove("clean", "success").await;
    assert_eq!(query(&back, "status").as_deref(), Some("rejected"));
    assert_eq!(query(&back, "reason").as_deref(), Some("person_already_verified"));
    let account = json_of(second.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["status"], "unverified");
    assert_eq!(json_of(owner.get("/v1/accounts/me").await, 200).await["identity"]["status"], "verified");
}

#[actix_web::test]
async fn forged_foreign_and_misplaced_tokens_open_nothing() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let mut last_changed = citizen.access.clone();
    let last = if last_changed.pop() == Some('A') { 'B' } else { 'A' };
    last_changed.push(last);
    let tokens =
        [last_changed, citizen.refresh.clone(), "x".repeat(5000), String::new(), "' OR 1=1 --".into()];
    for token in tokens {
        let request = house.request(Method::GET, "/v1/accounts/me").bearer_auth(token);
        refused(request.send().await.unwrap(), 401, "unauthenticated").await;
    }
    let basic = house.request(Method::GET, "/v1/accounts/me").basic_auth("a", Some("b"));
    refused(basic.send().await.unwrap(), 401, "unauthenticated").await;
    let twice = citizen.request(Method::GET, "/v1/accounts/me").bearer_auth(&citizen.access);
    refused(twice.send().await.unwrap(), 401, "unauthenticated").await;
}

#[actix_web::test]
async fn another_persons_rows_do_not_exist_for_the_caller() {
    let house = House::start().await;
    let owner = Citizen::verified(&house, "clean").await;
    let application = json_of(owner.apply("employment").await, 201).await;
    let (verification, _) = Citizen::registered(&house).await.begin_verification().await;
    let stranger = Citizen::verified(&house, "clean-2").await;
    let (application, certificate) = (&application["id"], &application["certificate"]["id"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    for path in [
        format!("/v1/applications/{}", text(application)),
        format!("/v1/certificates/{}", text(certificate)),
        format!("/v1/certificates/{}/payload", text(certificate)),
        format!("/v1/certificates/{}/signature", text(certificate)),
        format!("/v1/identity-verifications/{verification}"),
    ] {
        refused(stranger.get(&path).await, 404, "not_found").await;
    }
    let sessions = json_of(owner.get("/v1/sessions").await, 200).await;
    let session = text(&sessions["items"][0]["id"]);
    stranger.prove_presence().await;
    let end = stranger.request(Method::DELETE, &format!("/v1/sessions/{session}"));
    refused(end.send().await.unwrap(), 404, "not_found").await;
    for list in ["/v1/applications", "/v1/certificates"] {
        assert_eq!(json_of(stranger.get(list).await, 200).await["items"], json!([]));
    }
}

#[actix_web::test]
async fn a_verified_account_is_bound_to_nobody_else() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, first) = citizen.begin_verification().await;
    let (_, second) = citizen.begin_verification().await;
    let ends = [
        (first, "clean", "verified", None),
        (second, "clean-2", "rejected", Some("account_already_verified")),
    ];
    for (redirect, person, status, reason) in ends {
        let callback = answer_of_ghiseul(&house, &redirect, person, "success").await;
        let back = location(house.http.get(callback).send().await.unwrap());
        assert_eq!(query(&back, "status").as_deref(), Some(status));
        assert_eq!(query(&back, "reason").as_deref(), reason);
    }
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["person"]["cnp"], "2880514121171");
}

#[actix_web::test]
async fn a_token_alone_proves_nobody_for_an_account() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let owner = Citizen::registered(&house).await;
    clock.set(clock.now() + TimeDelta::minutes(5));
    let redirect = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    let counter = json!({"method": "counter", "claim": claim_of("clean")});
    for way in [&redirect, &counter] {
        refused(owner.post("/v1/identity-verifications", way).await, 403, "presence_required").await;
    }
    // The thief of a token does not know the password.
    owner.prove_presence().await;
    for way in [&redirect, &counter] {
        json_of(owner.post("/v1/identity-verifications", way).await, 201).await;
    }
}

#[actix_web::test]
async fn a_verification_ends_with_the_session_that_began_it() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, redirect) = citizen.begin_verification().await;
    citizen.request(Method::DELETE, "/v1/sessions/current").send().await.unwrap();
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    assert_eq!(query(&back, "reason").as_deref(), Some("session_ended"));
    let again = Citizen::logged_in(&house, &citizen.email).await;
    assert_eq!(json_of(again.get("/v1/accounts/me").await, 200).await["identity"]["status"], "unverified");
}

#[actix_web::test]
async fn a_verification_ends_with_the_last_day_of_its_session() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().setting("CAZIER_SESSION_DAYS", "1").clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    clock.set(clock.now() + TimeDelta::hours(24) - TimeDelta::minutes(5));
    let body = json!({"refresh_token": citizen.refresh});
    let tokens = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
    let late = Citizen::of_tokens(&house, &citizen.email, &tokens);
    late.prove_presence().await;
    let (_, redirect) = late.begin_verification().await;
    clock.set(clock.now() + TimeDelta::minutes(6));
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    assert_eq!(query(&back, "reason").as_deref(), Some("session_ended"), "{back}");
}

#[actix_web::test]
async fn a_log_in_does_not_tell_whether_an_address_has_an_account() {
    let house = House::start().await;
    let owner = Citizen::registered(&house).await;
    for email in [owner.email.as_str(), "free@example.ro"] {
        let attempt = json!({"email": email, "password": "parola celui curios"});
        json_of(house.post("/v1/accounts", &attempt).await, 202).await;
        refused(house.post("/v1/sessions", &attempt).await, 401, "invalid_credentials").await;
    }
}

#[actix_web::test]
async fn an_answer_of_another_issuer_is_refused() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, redirect) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let mut mixed_up = callback.clone();
    let others = callback.query_pairs().filter(|(name, _)| name != "iss");
    mixed_up.query_pairs_mut().clear().extend_pairs(others).append_pair("iss", "https://other.example");
    let back = location(house.http.get(mixed_up).send().await.unwrap());
    assert_eq!(query(&back, "reason").as_deref(), Some("answer_refused"));
}

#[actix_web::test]
async fn an_activation_code_cannot_be_guessed() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    refused(officer.open("ABC-DEF-GH0").await, 422, "invalid_input").await;
    for _ in 0..20 {
        refused(officer.open("000-000-000").await, 404, "not_found").await;
    }
    let stopped = officer.open(&code).await;
    assert!(stopped.headers().contains_key("retry-after"));
    refused(stopped, 429, "too_many_requests").await;
    json_of(Officer::at(&house, "B-P01").await.open(&code).await, 200).await;
}

#[actix_web::test]
async fn a_code_that_is_known_sets_no_count_of_misses_back() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    for _ in 0..25 {
        json_of(officer.open(&code).await, 200).await;
    }
    for miss in 0..20 {
        refused(officer.open("000-000-000").await, 404, "not_found").await;
        if miss < 19 {
            json_of(officer.open(&code).await, 200).await;
        }
    }
    refused(officer.open(&code).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn an_activation_code_works_once_and_not_after_its_time() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Officer::at(&house, "CJ-P01").await;
    json_of(officer.open(&code).await, 200).await;
    json_of(officer.certify(&id).await, 200).await;
    refused(officer.open(&code).await, 404, "not_found").await;
    refused(officer.certify(&id).await, 409, "already_decided").await;
    let late = Citizen::registered(&house).await;
    let (id, code) = late.claim(&claim_of("clean-2")).await;
    json_of(officer.open(&code).await, 200).await;
    clock.set(clock.now() + TimeDelta::days(30));
    let officer = Officer::at(&house, "CJ-P01").await;
    refused(officer.open(&code).await, 404, "not_found").await;
    refused(officer.certify(&id).await, 404, "not_found").await;
    let late = Citizen::logged_in(&house, &late.email).await;
    let seen = json_of(late.get(&format!("/v1/identity-verifications/{id}")).await, 200).await;
    assert_eq!(seen["status"], "expired");
}

#[actix_web::test]
async fn an_officer_of_another_office_neither_decides_nor_undoes() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    let (here, elsewhere) = (Officer::at(&house, "CJ-P01").await, Officer::at(&house, "B-P01").await);
    refused(elsewhere.certify(&id).await, 404, "not_found").await;
    json_of(here.open(&code).await, 200).await;
    refused(elsewhere.certify(&id).await, 404, "not_found").await;
    json_of(here.certify(&id).await, 200).await;
    refused(elsewhere.undo(&id).await, 404, "not_found").await;
    let theirs = json_of(elsewhere.get("/v1/counter/decisions").await, 200).await;
    assert_eq!(theirs["items"], json!([]));
}

#[actix_web::test]
async fn an_opened_verification_must_be_decided_while_the_person_is_there() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let (id, code) = citizen.claim(&claim_of("clean")).await;
    json_of(Officer::at(&house, "CJ-P01").await.open(&code).await, 200).await;
    clock.set(clock.now() + TimeDelta::hours(1));
    let officer = Officer::at(&house, "CJ-P01").await;
    refused(officer.certify(&id).await, 404, "not_found").await;
    json_of(officer.open(&code).await, 200).await;
    json_of(officer.certify(&id).await, 200).await;
}

#[actix_web::test]
async fn no_officer_certifies_oneself_and_no_office_before_its_time() {
    let house = House::start().await;
    let (own, other) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    let officer = Officer::at(&house, "CJ-P01").await;
    let id = officer.receive(&own, "clean-5").await;
    refused(officer.certify(&id).await, 403, "own_identity").await;
    let passports = Officer::at(&house, "CJ-PS1").await;
    let id = passports.receive(&other, "clean").await;
    refused(passports.certify(&id).await, 403, "office_does_not_certify").await;
    for citizen in [own, other] {
        let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
        assert_eq!(account["identity"]["status"], "unverified");
    }
}

#[actix_web::test]
async fn a_person_verified_elsewhere_is_moved_by_an_officers_explicit_word_alone() {
    let house = House::start().await;
    let owner = Citizen::verified(&house, "clean").await;
    let (attacker, officer, id) = at_counter(&house, "clean").await;
    refused(officer.certify(&id).await, 409, "person_verified_elsewhere").await;
    assert_eq!(json_of(owner.get("/v1/accounts/me").await, 200).await["identity"]["status"], "verified");
    assert_eq!(json_of(attacker.get("/v1/accounts/me").await, 200).await["identity"]["status"], "unverified");
}
