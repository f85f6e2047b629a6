//! Front ends that wait: a stream of events, or polling with a validator.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Citizen, House, json_of, refused};

async fn away(house: &House, seconds: u32) {
    let body = json!({"register": "criminal_records", "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

/// The events of a stream, as far as it goes.
struct Reader {
    response: Response,
    text: String,
}

impl Reader {
    fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, text: String::new() }
    }

    /// Id and data of the next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let parsed = field("data: ").map(|data| {
                    assert_eq!(field("event: "), Some("status"));
                    (field("id: ").unwrap().to_owned(), serde_json::from_str(data).unwrap())
                });
                self.text = rest.to_owned();
                if parsed.is_some() {
                    return parsed;
                }
                continue;
            }
            let chunk = actix_web::rt::time::timeout(Duration::from_secs(60), self.response.chunk());
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
    let mut reader = Reader::of(again(&last).await.unwrap());
    assert!(reader.next().await.is_none(), "nothing was missed");
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
    assert!(refusal.headers().contains_key("retry-after"));
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
async fn who_polls_is_told_that_nothing_has_changed() {
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
