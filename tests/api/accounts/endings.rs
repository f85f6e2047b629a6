//! Whatever ends a session ends it for good, also for a refresh or a log-in that is under way.

use cazier::accounts::appointment;
use cazier::person::Email;
use chrono::Utc;
use futures_util::future::{join, join_all};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::passwords::{NEW, reset_token};
use super::staff::OFFICER;
use crate::support::{Citizen, House, Officer, PASSWORD, certified, keyring};

const ROUNDS: usize = 10;

pub(super) async fn refresh(session: &Citizen<'_>) -> Response {
    session.house.post("/v1/sessions/refresh", &json!({"refresh_token": session.refresh})).await
}

/// Whether an access token works.
async fn works(house: &House, access: &str) -> bool {
    let answer = house.request(Method::GET, "/v1/accounts/me").bearer_auth(access).send().await.unwrap();
    assert!([200, 401].contains(&answer.status().as_u16()), "{}", answer.status());
    answer.status() == 200
}

/// Refreshes a session three times while it is ended; after both, nothing of it works.
async fn race(session: &Citizen<'_>, ending: impl Future<Output = Response>) {
    let (answers, ended) = join(join_all((0..3).map(|_| refresh(session))), ending).await;
    assert!(ended.status().is_success(), "the end: {}", ended.text().await.unwrap());
    is_over(session, answers).await;
}

pub(super) async fn is_over(session: &Citizen<'_>, answers: Vec<Response>) {
    assert!(!works(session.house, &session.access).await, "the first token works");
    for answer in answers {
        let (status, tokens) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert!([200, 401].contains(&status.as_u16()), "{tokens}");
        if status == 200 {
            let next = Citizen::of_tokens(session.house, &session.email, &tokens);
            assert!(!works(session.house, &next.access).await, "a refreshed token works");
            assert_eq!(refresh(&next).await.status(), 401, "a refreshed session goes on");
        }
    }
}

#[actix_web::test]
async fn a_log_out_ends_a_refresh_in_flight() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for _ in 0..ROUNDS {
        let session = Citizen::logged_in(&house, &citizen.email).await;
        let log_out = session.request(Method::DELETE, "/v1/sessions/current").send();
        let answers = join(join_all((0..3).map(|_| refresh(&session))), log_out).await;
        // A refresh that came first has taken the access token of the log-out away.
        match answers.1.unwrap().status().as_u16() {
            204 => is_over(&session, answers.0).await,
            status => assert_eq!(status, 401),
        }
    }
}

#[actix_web::test]
async fn the_end_of_another_session_ends_a_refresh_in_flight() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for _ in 0..ROUNDS {
        let other = Citizen::logged_in(&house, &citizen.email).await;
        let listed: Value = citizen.get("/v1/sessions").await.json().await.unwrap();
        let id = listed["items"][0]["id"].as_str().unwrap();
        citizen.prove_presence().await;
        let ending = citizen.request(Method::DELETE, &format!("/v1/sessions/{id}")).send();
        race(&other, async { ending.await.unwrap() }).await;
    }
}

#[actix_web::test]
async fn a_changed_password_ends_refreshes_and_log_ins_in_flight() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (mut old, mut new) = (PASSWORD, NEW);
    for _ in 0..ROUNDS {
        let log_in = async |password: &str| {
            house.post("/v1/sessions", &json!({"email": citizen.email, "password": password})).await
        };
        let other: Value = log_in(old).await.json().await.unwrap();
        let other = Citizen::of_tokens(&house, &citizen.email, &other);
        let change = json!({"current_password": old, "password": new});
        let change = citizen.post("/v1/accounts/me/password", &change);
        let (entered, ()) = join(log_in(old), race(&other, change)).await;
        if entered.status() == 201 {
            let tokens: Value = entered.json().await.unwrap();
            let access = tokens["access_token"].as_str().unwrap();
            assert!(!works(&house, access).await, "a log-in with the old password stays");
        }
        (old, new) = (new, old);
    }
}

#[actix_web::test]
async fn a_password_reset_ends_refreshes_in_flight() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let token = reset_token(&house, &citizen.email).await;
    let confirm = json!({"token": token, "password": NEW});
    race(&citizen, house.post("/v1/accounts/password-reset/confirm", &confirm)).await;
}

#[actix_web::test]
async fn two_sessions_that_end_each_other_do_not_both_live_nor_wait_for_each_other() {
    let house = House::start().await;
    let email = Citizen::registered(&house).await.email;
    for _ in 0..ROUNDS {
        let (one, two) = (Citizen::logged_in(&house, &email).await, Citizen::logged_in(&house, &email).await);
        one.prove_presence().await;
        two.prove_presence().await;
        let listed: Value = one.get("/v1/sessions").await.json().await.unwrap();
        let id = |current: bool| {
            let items = listed["items"].as_array().unwrap().iter().take(2);
            let found = items.clone().find(|item| item["current"] == current).unwrap();
            format!("/v1/sessions/{}", found["id"].as_str().unwrap())
        };
        let (first, second) = join(
            one.request(Method::DELETE, &id(false)).send(),
            two.request(Method::DELETE, &id(true)).send(),
        )
        .await;
        let mut statuses = [first.unwrap().status().as_u16(), second.unwrap().status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 401], "one ends the other, and has no session to be ended by");
        assert_ne!(works(&house, &one.access).await, works(&house, &two.access).await);
        house.database.execute("DELETE FROM sessions");
    }
}

#[actix_web::test]
async fn a_dismissal_ends_refreshes_in_flight() {
    let house = House::start().await;
    let officer = Citizen::staff(&house, OFFICER).await;
    let dismissal = async {
        let mut connection = house.database.connect();
        let email = Email::parse(OFFICER).unwrap();
        let dismissed = actix_web::web::block(move || {
            diesel::Connection::transaction(&mut connection, |c| {
                appointment::dismiss(c, &keyring(), &email, Utc::now())
            })
        });
        dismissed.await.unwrap().unwrap();
    };
    let (answers, ()) = join(join_all((0..3).map(|_| refresh(&officer))), dismissal).await;
    is_over(&officer, answers).await;
}

#[actix_web::test]
async fn an_undone_proof_ends_refreshes_in_flight() {
    let house = House::start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    for _ in 0..ROUNDS {
        let (citizen, verification) = certified(&house, &desk, "clean").await;
        race(&citizen, desk.undo(&verification)).await;
    }
}

#[actix_web::test]
async fn a_flood_of_requests_does_not_keep_its_session_open() {
    let house = House::start().await;
    let owner = Citizen::registered(&house).await;
    let thief = Citizen::logged_in(&house, &owner.email).await;
    let token = reset_token(&house, &owner.email).await;
    let flood = join_all((0..16).map(|_| async {
        while thief.request(Method::PATCH, "/v1/accounts/me").json(&json!({})).send().await.unwrap().status()
            == 200
        {}
    }));
    let confirm = json!({"token": token, "password": NEW});
    let (_, ended) = join(flood, house.post("/v1/accounts/password-reset/confirm", &confirm)).await;
    assert_eq!(ended.status(), 204);
    assert!(!works(&house, &thief.access).await);
}
