//! Streams as browsers open them: by a token in the address, with `Last-Event-ID`, and a connection that they close.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::stream::Reader;
use crate::support::{Citizen, House, json_of, refused, until_some};

/// An application that waits.
async fn waiting(citizen: &Citizen<'_>) -> String {
    json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned()
}

/// The address of its stream, with a new token.
async fn url_of(citizen: &Citizen<'_>, id: &str) -> String {
    let made = citizen.post(&format!("/v1/applications/{id}/stream-tokens"), &json!({})).await;
    let made = json_of(made, 201).await;
    let (token, url) = (made["stream_token"].as_str().unwrap(), made["url"].as_str().unwrap());
    assert_eq!((made["expires_in"].as_i64(), url.ends_with(token)), (Some(60), true), "{made}");
    url.to_owned()
}

/// What `EventSource` sends: no header but the id of the last event, once there is one.
async fn open(house: &House, url: &str, last: Option<&str>) -> Response {
    let request = house.request(Method::GET, url).header("accept", "text/event-stream");
    let request = last.iter().fold(request, |request, id| request.header("last-event-id", *id));
    request.send().await.unwrap()
}

async fn unauthenticated(answer: Response) {
    refused(answer, 401, "unauthenticated").await;
}

#[actix_web::test]
async fn a_token_opens_one_stream_once_and_its_events_resume_it_to_the_end() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = waiting(&citizen).await;
    let url = url_of(&citizen, &id).await;
    let mut reader = Reader::of(open(&house, &url, None).await);
    let (seen, application) = reader.next().await.unwrap();
    assert_eq!(application["status"], "awaiting_register");
    let (event, resume) = seen.split_once('.').expect("the id says what resumes the stream");

    unauthenticated(open(&house, &url, None).await).await;
    unauthenticated(open(&house, &url, Some(event)).await).await;
    unauthenticated(open(&house, &url, Some(&format!("{event}.{resume}x"))).await).await;
    let bare = format!("/v1/applications/{id}/stream");
    unauthenticated(open(&house, &bare, Some(&seen)).await).await;

    let mut resumed = Reader::of(open(&house, &url, Some(&seen)).await);
    assert!(reader.next().await.is_none(), "the broken one ends");
    json_of(citizen.post(&format!("/v1/applications/{id}/withdraw"), &json!({})).await, 200).await;
    let (last, application) = resumed.next().await.unwrap();
    assert_eq!((&application["status"], last.ends_with(resume)), (&json!("withdrawn"), true));
    assert!(resumed.next().await.is_none());
    assert_eq!(open(&house, &url, Some(&last)).await.status(), 204);
}

#[actix_web::test]
async fn a_token_is_of_one_application_in_one_session() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let (id, other) = (waiting(&citizen).await, citizen.apply("volunteering").await);
    let other = json_of(other, 202).await["id"].as_str().unwrap().to_owned();
    let url = url_of(&citizen, &id).await;
    unauthenticated(open(&house, &url.replace(&id, &other), None).await).await;
    let mut reader = Reader::of(open(&house, &url, None).await);
    let (seen, _) = reader.next().await.unwrap();
    unauthenticated(open(&house, &url.replace(&id, &other), Some(&seen)).await).await;
    let stranger = Citizen::verified(&house, "clean").await;
    let theirs = stranger.post(&format!("/v1/applications/{id}/stream-tokens"), &json!({})).await;
    refused(theirs, 404, "not_found").await;

    let unused = url_of(&citizen, &id).await;
    assert_eq!(citizen.request(Method::DELETE, "/v1/sessions/current").send().await.unwrap().status(), 204);
    assert!(reader.next().await.is_none(), "it ends with its session");
    unauthenticated(open(&house, &url, Some(&seen)).await).await;
    unauthenticated(open(&house, &unused, None).await).await;
    assert_eq!(house.database.count("SELECT count(*) FROM stream_tokens"), 0);
}

#[actix_web::test]
async fn a_token_and_its_stream_expire() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = waiting(&citizen).await;
    let late = url_of(&citizen, &id).await;
    let url = url_of(&citizen, &id).await;
    let (seen, _) = Reader::of(open(&house, &url, None).await).next().await.unwrap();
    clock.set(clock.now() + TimeDelta::seconds(61));
    unauthenticated(open(&house, &late, None).await).await;
    Reader::of(open(&house, &url, Some(&seen)).await);

    clock.set(clock.now() + TimeDelta::minutes(15));
    unauthenticated(open(&house, &url, Some(&seen)).await).await;
    let refresh = json!({"refresh_token": citizen.refresh});
    json_of(house.post("/v1/sessions/refresh", &refresh).await, 200).await;
    Reader::of(open(&house, &url, Some(&seen)).await);
    house.database.execute("UPDATE stream_tokens SET expires_at = now() - interval '1 day'");
    unauthenticated(open(&house, &url, Some(&seen)).await).await;
}

#[actix_web::test]
async fn of_many_who_open_with_one_token_one_gets_in() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = waiting(&citizen).await;
    for _ in 0..5 {
        let url = url_of(&citizen, &id).await;
        let answers = futures_util::future::join_all((0..10).map(|_| open(&house, &url, None))).await;
        let opened = answers.iter().filter(|answer| answer.status() == 200).count();
        assert_eq!(opened, 1);
        assert!(answers.iter().all(|answer| [200, 401, 429].contains(&answer.status().as_u16())));
    }
}

#[actix_web::test]
async fn a_session_has_ten_tokens_and_an_eleventh_ends_the_oldest() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = waiting(&citizen).await;
    let mut urls = Vec::new();
    for _ in 0..11 {
        urls.push(url_of(&citizen, &id).await);
        clock.set(clock.now() + TimeDelta::seconds(1));
    }
    unauthenticated(open(&house, &urls[0], None).await).await;
    Reader::of(open(&house, &urls[1], None).await);
    assert_eq!(house.database.count("SELECT count(*) FROM stream_tokens"), 10);
}

#[actix_web::test]
async fn a_place_is_free_as_soon_as_the_client_is_gone() {
    // These streams notice nothing by themselves, as long as any test lasts.
    let house = House::with().streams_wait().start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = waiting(&citizen).await;
    let path = format!("/v1/applications/{id}/stream");
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut reader = Reader::of(citizen.get(&path).await);
        reader.next().await.unwrap();
        readers.push(reader);
    }
    refused(citizen.get(&path).await, 429, "too_many_requests").await;
    readers.pop();
    let opened = until_some("the place is free", async || {
        Some(citizen.get(&path).await).filter(|answer| answer.status() == 200)
    });
    let (_, application): (String, Value) = Reader::of(opened.await).next().await.unwrap();
    assert_eq!(application["status"], "awaiting_register");
}
