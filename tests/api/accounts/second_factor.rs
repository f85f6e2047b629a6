//! The second factor: set up, asked for, lost.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{App, Citizen, Handoff, House, PASSWORD, json_of, mail_to, refused, subject};

async fn begin(citizen: &Citizen<'_>, password: &str) -> reqwest::Response {
    citizen.post("/v1/accounts/me/totp", &json!({"current_password": password})).await
}

/// A citizen with a second factor that was set up just now, and the recovery codes.
async fn enrolled<'a>(house: &'a House, clock: &Clock) -> (Citizen<'a>, App, Vec<String>) {
    let citizen = Citizen::registered(house).await;
    let (app, codes) = App::set_up(&citizen, clock).await;
    (citizen, app, codes)
}

async fn log_in(house: &House, email: &str, factor: Value) -> reqwest::Response {
    let mut body = json!({"email": email, "password": PASSWORD});
    body.as_object_mut().unwrap().extend(factor.as_object().unwrap().clone());
    house.post("/v1/sessions", &body).await
}

#[actix_web::test]
async fn a_token_alone_sets_up_no_second_factor() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    refused(citizen.post("/v1/accounts/me/totp", &json!({})).await, 403, "presence_required").await;
    let problem = refused(begin(&citizen, "not the password").await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "/current_password");
    assert_eq!(problem["errors"][0]["code"], "current_password_wrong");
    let status = json_of(citizen.get("/v1/accounts/me/totp").await, 200).await;
    assert_eq!(status["status"], "not_set_up");
}

#[actix_web::test]
async fn an_account_without_a_password_sets_up_a_second_factor_after_a_fresh_log_in() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let tokens = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let citizen = Citizen::of_tokens(&house, "", &tokens);
    let begin = async || citizen.post("/v1/accounts/me/totp", &json!({})).await;
    json_of(begin().await, 201).await;
    clock.set(clock.now() + TimeDelta::minutes(5));
    let body = json!({"refresh_token": citizen.refresh});
    let tokens = json_of(house.post("/v1/sessions/refresh", &body).await, 200).await;
    let later = Citizen::of_tokens(&house, "", &tokens);
    let stolen = json!({"email": "thief@example.ro"});
    let name = async |token: &Citizen<'_>| {
        token.request(Method::PATCH, "/v1/accounts/me").json(&stolen).send().await.unwrap()
    };
    refused(name(&citizen).await, 401, "unauthenticated").await;
    refused(name(&later).await, 403, "presence_required").await;
    refused(later.post("/v1/accounts/me/totp", &json!({})).await, 403, "presence_required").await;
}

#[actix_web::test]
async fn a_set_up_that_was_begun_long_ago_is_not_confirmed() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let app = App::scan(&citizen).await;
    clock.set(clock.now() + TimeDelta::minutes(15));
    let session = Citizen::logged_in(&house, &citizen.email).await;
    let code = json!({"totp": app.code(clock.now())});
    let late = session.post("/v1/accounts/me/totp/confirm", &code).await;
    refused(late, 409, "second_factor_not_begun").await;
}

#[actix_web::test]
async fn a_password_that_no_mail_can_reset_locks_nobody_out() {
    let house = House::start().await;
    let tokens = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let citizen = Citizen::of_tokens(&house, "", &tokens);
    let chosen = json!({"password": "a password to forget"});
    assert_eq!(citizen.post("/v1/accounts/me/password", &chosen).await.status(), 204);
    let named = citizen.request(Method::PATCH, "/v1/accounts/me").json(&json!({"email": "ana@example.ro"}));
    json_of(named.send().await.unwrap(), 200).await;
    assert_eq!(begin(&citizen, "not the password").await.status(), 422, "a password that is given counts");
}

#[actix_web::test]
async fn each_log_in_requires_an_existing_second_factor() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, _) = enrolled(&house, &clock).await;
    assert!(
        mail_to(&house, &citizen.email, subject::SECOND_FACTOR_ACTIVE)
            .await
            .contains("cere la fiecare autentificare"),
        "the owner is told"
    );
    let status = json_of(citizen.get("/v1/accounts/me/totp").await, 200).await;
    assert_eq!((&status["status"], &status["recovery_codes_left"]), (&json!("active"), &json!(10)));
    let email = citizen.email.as_str();
    refused(log_in(&house, email, json!({})).await, 401, "second_factor_required").await;
    refused(log_in(&house, email, json!({"totp": "000000"})).await, 401, "invalid_second_factor").await;
    let both = json!({"totp": "000000", "recovery_code": "ABCDE-FGH23"});
    refused(log_in(&house, email, both).await, 422, "invalid_input").await;
    let tokens = json_of(log_in(&house, email, json!({"totp": app.code(clock.now())})).await, 201).await;
    let here = Citizen::of_tokens(&house, email, &tokens);
    let sessions = json_of(here.get("/v1/sessions").await, 200).await;
    assert!(sessions["items"][0]["second_factor_at"].is_string());
    let wrong_password = json!({"email": email, "password": "wrong password", "totp": app.code(clock.now())});
    refused(house.post("/v1/sessions", &wrong_password).await, 401, "invalid_credentials").await;
}

#[actix_web::test]
async fn a_code_replayed_in_its_window_is_refused() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, _) = enrolled(&house, &clock).await;
    let code = json!({"totp": app.code(clock.now())});
    json_of(log_in(&house, &citizen.email, code.clone()).await, 201).await;
    refused(log_in(&house, &citizen.email, code.clone()).await, 401, "invalid_second_factor").await;
    clock.set(clock.now() + TimeDelta::seconds(30));
    refused(log_in(&house, &citizen.email, code.clone()).await, 401, "invalid_second_factor").await;
    let earlier = json!({"totp": app.code(clock.now() - TimeDelta::seconds(30))});
    refused(log_in(&house, &citizen.email, earlier).await, 401, "invalid_second_factor").await;
    json_of(log_in(&house, &citizen.email, json!({"totp": app.code(clock.now())})).await, 201).await;
}

#[actix_web::test]
async fn of_two_concurrent_uses_of_a_code_one_succeeds() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, _) = enrolled(&house, &clock).await;
    let code = json!({"totp": app.code(clock.now())});
    let answers =
        futures_util::future::join_all((0..4).map(|_| log_in(&house, &citizen.email, code.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 201).count(), 1);
}

#[actix_web::test]
async fn a_log_in_that_fails_at_its_end_uses_up_no_code() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, codes) = enrolled(&house, &clock).await;
    for factor in [json!({"totp": app.code(clock.now())}), json!({"recovery_code": codes[0]})] {
        house.database.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
            CREATE TRIGGER fails BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION fail()",
        );
        refused(log_in(&house, &citizen.email, factor.clone()).await, 500, "internal").await;
        house.database.execute("DROP FUNCTION fail CASCADE");
        json_of(log_in(&house, &citizen.email, factor.clone()).await, 201).await;
        refused(log_in(&house, &citizen.email, factor).await, 401, "invalid_second_factor").await;
    }
}

#[actix_web::test]
async fn codes_cannot_be_guessed() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, _) = enrolled(&house, &clock).await;
    for _ in 0..10 {
        refused(
            log_in(&house, &citizen.email, json!({"totp": "000000"})).await,
            401,
            "invalid_second_factor",
        )
        .await;
    }
    let right = json!({"totp": app.code(clock.now())});
    refused(log_in(&house, &citizen.email, right).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn whoever_guesses_codes_does_not_stop_recovery_codes() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, codes) = enrolled(&house, &clock).await;
    let step_up = async |code: Value| citizen.post("/v1/sessions/current/step-up", &code).await;
    for _ in 0..10 {
        log_in(&house, &citizen.email, json!({"totp": "000000"})).await;
        refused(step_up(json!({"totp": "000000"})).await, 422, "invalid_input").await;
    }
    let right = json!({"totp": app.code(clock.now())});
    refused(log_in(&house, &citizen.email, right.clone()).await, 429, "too_many_requests").await;
    refused(step_up(right).await, 429, "too_many_requests").await;
    json_of(step_up(json!({"recovery_code": codes[0]})).await, 200).await;
}

#[actix_web::test]
async fn whoever_guesses_codes_at_log_in_does_not_stop_an_open_session() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, _) = enrolled(&house, &clock).await;
    for _ in 0..10 {
        log_in(&house, &citizen.email, json!({"totp": "000000"})).await;
    }
    let code = json!({"totp": app.code(clock.now())});
    json_of(citizen.post("/v1/sessions/current/step-up", &code).await, 200).await;
}

#[actix_web::test]
async fn a_recovery_code_opens_the_account_once() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, _, codes) = enrolled(&house, &clock).await;
    let typed = json!({"recovery_code": codes[3].to_lowercase().replace('-', " ")});
    json_of(log_in(&house, &citizen.email, typed.clone()).await, 201).await;
    refused(log_in(&house, &citizen.email, typed).await, 401, "invalid_second_factor").await;
    let status = json_of(citizen.get("/v1/accounts/me/totp").await, 200).await;
    assert_eq!(status["recovery_codes_left"], 9);
    citizen.prove_presence().await;
    let fresh = json_of(citizen.post("/v1/accounts/me/totp/recovery-codes", &json!({})).await, 200).await;
    let old = json!({"recovery_code": codes[4]});
    refused(log_in(&house, &citizen.email, old).await, 401, "invalid_second_factor").await;
    let new = json!({"recovery_code": fresh["recovery_codes"][0]});
    json_of(log_in(&house, &citizen.email, new).await, 201).await;
}

#[actix_web::test]
async fn nothing_is_asked_for_before_the_first_code_and_then_other_sessions_end() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let other = Citizen::logged_in(&house, &citizen.email).await;
    let confirm =
        async |code: String| citizen.post("/v1/accounts/me/totp/confirm", &json!({"totp": code})).await;
    refused(confirm("123456".into()).await, 409, "second_factor_not_begun").await;
    let abandoned = App::scan(&citizen).await;
    Citizen::logged_in(&house, &citizen.email).await;
    let app = App::scan(&citizen).await;
    let problem = refused(confirm(abandoned.code(clock.now())).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "totp_wrong");
    json_of(confirm(app.code(clock.now())).await, 200).await;
    refused(other.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    refused(begin(&citizen, PASSWORD).await, 409, "second_factor_exists").await;
}

#[actix_web::test]
async fn removing_the_second_factor_requires_it() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, app, _) = enrolled(&house, &clock).await;
    let remove = async || citizen.request(Method::DELETE, "/v1/accounts/me/totp").send().await.unwrap();
    clock.set(clock.now() + TimeDelta::minutes(11));
    refused(remove().await, 403, "step_up_required").await;
    let step_up =
        async |totp: String| citizen.post("/v1/sessions/current/step-up", &json!({"totp": totp})).await;
    refused(step_up("000000".into()).await, 422, "invalid_input").await;
    let stepped_up = json_of(step_up(app.code(clock.now())).await, 200).await;
    let until: DateTime<Utc> = stepped_up["stepped_up_until"].as_str().unwrap().parse().unwrap();
    assert_eq!(until - clock.now(), TimeDelta::minutes(10));
    refused(remove().await, 403, "presence_required").await;
    citizen.prove_presence().await;
    assert_eq!(remove().await.status(), 204);
    refused(remove().await, 404, "not_found").await;
    json_of(log_in(&house, &citizen.email, json!({})).await, 201).await;
}

#[actix_web::test]
async fn a_password_reset_takes_no_second_factor_away() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (citizen, ..) = enrolled(&house, &clock).await;
    json_of(house.post("/v1/accounts/password-reset", &json!({"email": citizen.email})).await, 202).await;
    let token = mail_to(&house, &citizen.email, subject::PASSWORD_RESET).await.token();
    let body = json!({"token": token, "password": PASSWORD});
    assert_eq!(house.post("/v1/accounts/password-reset/confirm", &body).await.status(), 204);
    refused(log_in(&house, &citizen.email, json!({})).await, 401, "second_factor_required").await;
}
