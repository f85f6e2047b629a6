//! Front ends that wait: a stream of events, or polling with a validator.

use std::time::Duration;

use actix_web::rt;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Citizen, House, Officer, PASSWORD, certified, check_event, json_of, refused, until};

async fn away(house: &House, seconds: u32) {
    let body = json!({"register": "criminal_records", "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

/// The events of a stream, as far as it goes.
pub(super) struct Reader {
    response: Response,
    text: String,
}

impl Reader {
    pub(super) fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, text: String::new() }
    }

    /// Id and data of the next event; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let parsed = field("data: ").map(|data| {
                    check_event("stream_application", event);
                    assert_eq!(field("event: "), Some("status"));
                    (field("id: ").unwrap().to_owned(), serde_json::from_str(data).unwrap())
                });
                self.text = rest.to_owned();
                if parsed.is_some() {
                    return parsed;
                }
                continue;
            }
            let chunk = actix_web::rt::time::timeout(Duration::from_secs(120), self.response.chunk());
            self.text += std::str::from_utf8(&chunk.await.unwrap().unwrap()?).unwrap();
        }
    }
}

#[actix_web::test]
async fn a_stream_tells_each_change_and_ends_with_the_application() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    away(&house, 600).await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/applications/{id}/stream");
    let mut reader = Reader::of(citizen.get(&path).await);
    let (first, application) = reader.next().await.unwrap();
    assert_eq!(application["status"], "awaiting_register");
    away(&house, 0).await;
    let (last, application) = reader.next().await.unwrap();
    assert_eq!((&application["status"], first != last), (&json!("issued"), true));
    assert_eq!(application["certificate"]["status"], "valid");
    assert!(reader.next().await.is_none(), "the stream ends");

    let again = |seen: &str| citizen.request(Method::GET, &path).header("last-event-id", seen).send();
    let mut reader = Reader::of(again(&first).await.unwrap());
    assert_eq!(reader.next().await.unwrap().0, last, "what was missed");
    assert!(reader.next().await.is_none());
    let nothing_more = again(&last).await.unwrap();
    assert_eq!(nothing_more.status(), 204, "`EventSource` stops for ever");
    assert_eq!(nothing_more.headers()["cache-control"], "no-store");
    let stranger = Citizen::verified(&house, "clean-2").await;
    refused(stranger.get(&path).await, 404, "not_found").await;
}

#[actix_web::test]
async fn three_streams_an_account_and_a_place_is_given_back() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/applications/{id}/stream");
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut reader = Reader::of(citizen.get(&path).await);
        assert_eq!(reader.next().await.unwrap().1["status"], "awaiting_register");
        readers.push(reader);
    }
    let refusal = citizen.get(&path).await;
    let wait: u64 = refusal.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((100..=300).contains(&wait), "the first stream ends in five minutes: {wait}");
    refused(refusal, 429, "too_many_requests").await;
    json_of(citizen.get("/v1/applications").await, 200).await;
    let withdraw = format!("/v1/applications/{id}/withdraw");
    json_of(citizen.post(&withdraw, &json!({})).await, 200).await;
    for mut reader in readers {
        assert_eq!(reader.next().await.unwrap().1["status"], "withdrawn");
        assert!(reader.next().await.is_none());
    }
    Reader::of(citizen.get(&path).await);
}

#[actix_web::test]
async fn a_polling_client_learns_that_nothing_has_changed() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/applications/{id}");
    let tag = citizen.get(&path).await.headers()["etag"].to_str().unwrap().to_owned();
    let poll =
        async || citizen.request(Method::GET, &path).header("if-none-match", &tag).send().await.unwrap();
    let same = poll().await;
    assert_eq!(same.status(), 304);
    assert_eq!(same.headers()["cache-control"], "no-store");
    json_of(citizen.post(&format!("{path}/withdraw"), &json!({})).await, 200).await;
    assert_eq!(json_of(poll().await, 200).await["status"], "withdrawn");
}

#[actix_web::test]
async fn an_answer_shows_status_and_events_of_one_moment() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    house.rest().await;
    // The application is read, and its events are not, when it is withdrawn.
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE application_events").unwrap();
    let answer = rt::spawn(citizen.request(Method::GET, &format!("/v1/applications/{id}")).send());
    until("it waits for the events", || house.database.waits_for_locks() == 1).await;
    let withdraw = format!(
        "UPDATE applications SET status = 'withdrawn', next_try_at = NULL;
         INSERT INTO application_events (id, application_id, status, actor, at)
             VALUES ('ffffffff-ffff-7fff-bfff-ffffffffffff', '{id}', 'withdrawn', 'applicant', now());
         COMMIT"
    );
    holder.batch_execute(&withdraw).unwrap();
    let shown = json_of(answer.await.unwrap().unwrap(), 200).await;
    let last = shown["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&shown["status"], &last["status"]), (&json!("withdrawn"), &json!("withdrawn")));
}

/// A stream that has told where the application stands, of a session of its own.
async fn followed<'a>(house: &'a House, citizen: &Citizen<'_>, id: &str) -> (Citizen<'a>, Reader) {
    let session = Citizen::logged_in(house, &citizen.email).await;
    let mut reader = Reader::of(session.get(&format!("/v1/applications/{id}/stream")).await);
    assert_eq!(reader.next().await.unwrap().1["status"], "awaiting_register");
    (session, reader)
}

/// The stream ends, without a word, although it does not look by itself.
async fn ends_at_once(mut reader: Reader) {
    assert!(reader.next().await.is_none(), "it is closed");
}

#[actix_web::test]
async fn the_end_of_a_session_closes_its_streams_on_every_node_at_once() {
    let house = House::with().streams_wait().start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let other_node = House::with().on(&house.database).start().await;
    for _ in 0..3 {
        let (session, reader) = followed(&house, &citizen, &id).await;
        let token = session.access.clone();
        let end = other_node.request(Method::DELETE, "/v1/sessions/current").bearer_auth(token);
        assert_eq!(end.send().await.unwrap().status(), 204);
        ends_at_once(reader).await;
    }
    let (session, reader) = followed(&house, &citizen, &id).await;
    let sessions = json_of(session.get("/v1/sessions").await, 200).await;
    let current = sessions["items"].as_array().unwrap().iter().find(|item| item["current"] == true).unwrap();
    citizen.prove_presence().await;
    let end = citizen.request(Method::DELETE, &format!("/v1/sessions/{}", current["id"].as_str().unwrap()));
    assert_eq!(end.send().await.unwrap().status(), 204);
    ends_at_once(reader).await;

    let (session, reader) = followed(&house, &citizen, &id).await;
    json_of(house.post("/v1/sessions/refresh", &json!({"refresh_token": session.refresh})).await, 200).await;
    let thief = house.request(Method::POST, "/v1/sessions/refresh").header("user-agent", "thief");
    let thief = thief.json(&json!({"refresh_token": session.refresh})).send().await.unwrap();
    refused(thief, 401, "invalid_refresh_token").await;
    ends_at_once(reader).await;

    let (_, reader) = followed(&house, &citizen, &id).await;
    let change = json!({"current_password": PASSWORD, "password": "another long password"});
    assert_eq!(citizen.post("/v1/accounts/me/password", &change).await.status(), 204);
    ends_at_once(reader).await;
}

#[actix_web::test]
async fn nothing_is_sent_to_an_impostor() {
    let house = House::with().streams_wait().start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    away(&house, 600).await;
    let (citizen, verification) = certified(&house, &desk, "clean").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let (_, reader) = followed(&house, &citizen, &id).await;
    json_of(desk.undo(&verification).await, 200).await;
    ends_at_once(reader).await;
}

#[actix_web::test]
async fn nothing_is_sent_to_a_viewer_who_has_logged_out() {
    let house = House::start().await;
    away(&house, 600).await;
    let citizen = Citizen::verified(&house, "clean").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let (_, mut reader) = followed(&house, &citizen, &id).await;
    // Behind the back of everything that tells of it: each look finds out by itself.
    let quietly =
        "SET session_replication_role = replica; DELETE FROM sessions; RESET session_replication_role";
    house.database.execute(quietly);
    away(&house, 0).await;
    assert!(reader.next().await.is_none(), "it tells no more");
}

#[actix_web::test]
async fn what_was_read_while_the_session_ended_is_not_sent() {
    let house = House::start().await;
    away(&house, 600).await;
    let citizen = Citizen::verified(&house, "clean").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let (_, mut reader) = followed(&house, &citizen, &id).await;
    let mut end = house.database.connect();
    end.batch_execute("SET session_replication_role = replica; BEGIN; SELECT FROM sessions FOR UPDATE")
        .unwrap();
    away(&house, 0).await;
    // The news are read, and the end is not committed.
    until("the stream waits", || house.database.waits_for_locks() > 0).await;
    end.batch_execute("DELETE FROM sessions; COMMIT").unwrap();
    assert!(reader.next().await.is_none(), "it tells no more");
}

#[actix_web::test]
async fn a_stream_ends_with_its_access_token() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    // Nothing but the stream itself ends: the time of the house stands still.
    let soon = clock.now() + TimeDelta::seconds(5);
    house.database.execute(&format!("UPDATE sessions SET access_expires_at = '{soon}'"));
    let mut reader = Reader::of(citizen.get(&format!("/v1/applications/{id}/stream")).await);
    assert_eq!(reader.next().await.unwrap().1["status"], "awaiting_register");
    // Long before a stream ends by itself, whose token lasts.
    let end = actix_web::rt::time::timeout(Duration::from_secs(120), reader.next());
    assert!(end.await.unwrap().is_none(), "it ends");
}
