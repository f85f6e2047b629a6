//! A refresh token works once. Whoever lost the answer may ask again for some seconds; everybody else ends the session.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::jobs::housekeeping::clean;
use crate::support::{Citizen, House, json_of, refused};

/// Refreshes as this program.
async fn refresh(house: &House, agent: &str, token: &Value) -> Response {
    let request = house.request(Method::POST, "/v1/sessions/refresh").header("user-agent", agent);
    request.json(&json!({"refresh_token": token})).send().await.unwrap()
}

/// Somebody who has refreshed once: the token that was used, and the answer.
async fn refreshed(house: &House) -> (Value, Value) {
    let used = json!(Citizen::registered(house).await.refresh);
    let answer = json_of(refresh(house, BROWSER, &used).await, 200).await;
    (used, answer)
}

/// Whether the tokens of an answer work.
async fn works(house: &House, answer: &Value) -> bool {
    let request = house.request(Method::GET, "/v1/accounts/me");
    let request = request.bearer_auth(answer["access_token"].as_str().unwrap());
    request.send().await.unwrap().status() == 200
}

/// The session has ended, for whoever holds which of its tokens.
async fn has_ended(house: &House, answer: &Value) {
    assert!(!works(house, answer).await);
    let next = refresh(house, BROWSER, &answer["refresh_token"]).await;
    refused(next, 401, "invalid_refresh_token").await;
    let told = "SELECT count(*) FROM audit_events WHERE action = 'session.reuse_detected'";
    assert_eq!(house.database.count(told), 1);
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:157.0) Gecko/20100101 Firefox/157.0";

#[actix_web::test]
async fn a_lost_answer_is_given_again_to_the_same_program() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (used, answer) = refreshed(&house).await;
    clock.set(clock.now() + TimeDelta::milliseconds(9_900));
    for _ in 0..2 {
        assert_eq!(json_of(refresh(&house, BROWSER, &used).await, 200).await, answer);
    }
    assert!(works(&house, &answer).await);
    let told = "SELECT count(*) FROM audit_events WHERE action = 'session.refresh_repeated'";
    assert_eq!(house.database.count(told), 2);
    let next = json_of(refresh(&house, BROWSER, &answer["refresh_token"]).await, 200).await;
    assert!(works(&house, &next).await && !works(&house, &answer).await);
}

#[actix_web::test]
async fn a_flood_of_repetitions_makes_few_rows_that_say_how_many_there_were() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (used, answer) = refreshed(&house).await;
    let many = join_all((0..20).map(|_| refresh(&house, BROWSER, &used))).await;
    for repeated in many {
        assert_eq!(json_of(repeated, 200).await, answer);
    }
    let rows =
        "SELECT sum(times)::bigint AS count FROM audit_events WHERE action = 'session.refresh_repeated'";
    assert_eq!(house.database.count(rows), 1 + 2 + 4 + 8 + 16);
}

#[actix_web::test]
async fn concurrent_refreshes_get_the_same_tokens() {
    let house = House::start().await;
    let used = json!(Citizen::registered(&house).await.refresh);
    let answers = join_all((0..4).map(|_| refresh(&house, BROWSER, &used))).await;
    let answers = join_all(answers.into_iter().map(|answer| json_of(answer, 200))).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(works(&house, &answers[0]).await);
}

#[actix_web::test]
async fn a_second_use_from_another_program_ends_the_session() {
    let house = House::start().await;
    let (used, answer) = refreshed(&house).await;
    let newer = BROWSER.replace("157", "158");
    refused(refresh(&house, &newer, &used).await, 401, "invalid_refresh_token").await;
    has_ended(&house, &answer).await;
}

#[actix_web::test]
async fn a_second_use_after_some_seconds_ends_the_session() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (used, answer) = refreshed(&house).await;
    clock.set(clock.now() + TimeDelta::seconds(30));
    refused(refresh(&house, BROWSER, &used).await, 401, "invalid_refresh_token").await;
    has_ended(&house, &answer).await;
}

#[actix_web::test]
async fn a_second_use_after_the_next_refresh_ends_the_session() {
    let house = House::start().await;
    let (used, answer) = refreshed(&house).await;
    let next = json_of(refresh(&house, BROWSER, &answer["refresh_token"]).await, 200).await;
    refused(refresh(&house, BROWSER, &used).await, 401, "invalid_refresh_token").await;
    has_ended(&house, &next).await;
}

/// A node of the version before makes new tokens and leaves the answer of the last as it is.
#[actix_web::test]
async fn a_second_use_after_a_refresh_by_a_node_of_the_previous_version_ends_the_session() {
    let house = House::start().await;
    let (used, answer) = refreshed(&house).await;
    let rotated = "UPDATE sessions SET access_digest = int4send(1), refreshed_at = now()";
    house.database.execute(rotated);
    refused(refresh(&house, BROWSER, &used).await, 401, "invalid_refresh_token").await;
    has_ended(&house, &answer).await;
}

#[actix_web::test]
async fn the_answer_is_kept_encrypted_and_for_seconds() {
    let house = House::start().await;
    let (_, answer) = refreshed(&house).await;
    let kept = "SELECT count(*) FROM sessions WHERE refresh_answer IS NOT NULL";
    assert_eq!(house.database.count(kept), 1);
    for token in ["access_token", "refresh_token"] {
        let token = answer[token].as_str().unwrap();
        let plain = format!("{kept} AND position('{token}'::bytea IN refresh_answer) > 0");
        assert_eq!(house.database.count(&plain), 0);
    }
    let mut connection = house.database.connect();
    clean(&mut connection, Utc::now());
    assert_eq!(house.database.count(kept), 1);
    clean(&mut connection, Utc::now() + TimeDelta::seconds(30));
    assert_eq!(house.database.count(kept), 0);
    assert!(works(&house, &answer).await);
}
