//! A citizen's session ends some days after the log-in, whatever was done in it.

use std::rc::Rc;

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Citizen, Database, House, json_of, refused};

async fn refresh(house: &House, token: &str, status: u16) -> Value {
    json_of(house.post("/v1/sessions/refresh", &json!({"refresh_token": token})).await, status).await
}

async fn is_refused(house: &House, token: &str) {
    assert_eq!(refresh(house, token, 401).await["code"], "invalid_refresh_token");
}

#[actix_web::test]
async fn a_citizens_session_ends_after_its_days_however_often_it_is_refreshed() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().setting("CAZIER_SESSION_DAYS", "20").clock(&clock).start().await;
    let citizen = Citizen::registered(&house).await;
    let session = json_of(citizen.get("/v1/sessions").await, 200).await["items"][0].take();
    let time = |name: &str| session[name].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!(time("ends_at"), time("created_at") + TimeDelta::days(20));
    clock.set(clock.now() + TimeDelta::days(10));
    let tokens = refresh(&house, &citizen.refresh, 200).await;
    assert_eq!((&tokens["expires_in"], &tokens["refresh_expires_in"]), (&json!(900), &json!(864_000)));
    clock.set(clock.now() + TimeDelta::days(10) - TimeDelta::minutes(5));
    let tokens = refresh(&house, tokens["refresh_token"].as_str().unwrap(), 200).await;
    assert_eq!((&tokens["expires_in"], &tokens["refresh_expires_in"]), (&json!(300), &json!(300)));
    let citizen = Citizen::of_tokens(&house, &citizen.email, &tokens);
    clock.set(clock.now() + TimeDelta::minutes(5) - TimeDelta::seconds(1));
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
    clock.set(clock.now() + TimeDelta::seconds(1));
    refused(citizen.get("/v1/accounts/me").await, 401, "unauthenticated").await;
    is_refused(&house, &citizen.refresh).await;
}

#[actix_web::test]
async fn a_shorter_life_holds_for_open_sessions_too() {
    let (clock, database) = (Clock::pinned(Utc::now()), Rc::new(Database::from_template()));
    let house = House::with().on(&database).clock(&clock).start().await;
    let (citizen, other) = (Citizen::registered(&house).await, Citizen::registered(&house).await);
    clock.set(clock.now() + TimeDelta::days(5));
    let tokens = refresh(&house, &citizen.refresh, 200).await;
    let citizen = Citizen::of_tokens(&house, &citizen.email, &tokens);
    refresh(&house, &other.refresh, 200).await;
    refresh(&house, &other.refresh, 200).await;
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
    let stricter =
        House::with().on(&database).clock(&clock).setting("CAZIER_SESSION_DAYS", "5").start().await;
    let request = stricter.request(reqwest::Method::GET, "/v1/accounts/me").bearer_auth(&citizen.access);
    refused(request.send().await.unwrap(), 401, "unauthenticated").await;
    is_refused(&stricter, &citizen.refresh).await;
    is_refused(&stricter, &other.refresh).await;
    assert_eq!(database.count("SELECT count(*) FROM sessions"), 0, "both have ended");
}
