//! The library that receivers use (npm `standardwebhooks`), and the rotation of secrets.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use cazier::time::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::{EVERYTHING, Receiver, add, call, deliveries_at, house, test};
use crate::oauth::Client;
use crate::support::{json_of, node};

/// The receiver on Node.js.
struct Library {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    secrets: ChildStdin,
    url: String,
}

impl Library {
    fn start() -> Self {
        let mut command = node("webhook-receiver.mjs");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap();
        let secrets = child.stdin.take().unwrap();
        Self { child, lines, secrets, url: format!("http://127.0.0.1:{port}/") }
    }

    fn says(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    fn knows(&mut self, secret: &str) {
        writeln!(self.secrets, "{secret}").unwrap();
        assert_eq!(self.says(), json!({"listens": true}));
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[actix_web::test]
async fn a_library_that_we_did_not_write_verifies_our_signatures() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    let mut library = Library::start();
    let endpoint = add(&client, &library.url, &EVERYTHING).await;
    library.knows(&endpoint.secret);
    test(&client, &endpoint).await;
    deliveries.deliver_due().await.unwrap();
    let event = library.says()["verified"].clone();
    assert_eq!((&event["type"], &event["data"]["id"]), (&json!("webhook.test"), &json!(endpoint.id)));

    // During a rotation, whoever knows either secret verifies.
    let path = format!("/{}/secrets", endpoint.id);
    let rotated = json_of(call(&client, Method::POST, &path, Some(json!({}))).await, 201).await;
    for secret in [endpoint.secret.as_str(), rotated["secret"].as_str().unwrap()] {
        library.knows(secret);
        test(&client, &endpoint).await;
        deliveries.deliver_due().await.unwrap();
        assert_eq!(library.says()["verified"]["type"], "webhook.test");
    }
    let ended = call(&client, Method::POST, &path, Some(json!({"end_others": true}))).await;
    assert_eq!(ended.status(), 201);
    test(&client, &endpoint).await;
    deliveries.deliver_due().await.unwrap();
    assert_eq!(library.says(), json!({"refused": "No matching signature found"}));
}

#[actix_web::test]
async fn a_moved_clock_of_a_sandbox_is_not_in_the_signature() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let mut library = Library::start();
    let endpoint = add(&client, &library.url, &EVERYTHING).await;
    library.knows(&endpoint.secret);
    test(&client, &endpoint).await;
    let a_day_ahead = Clock::Ahead(Arc::new(AtomicI64::new(86_400_000_000)));
    deliveries_at(&house, a_day_ahead).deliver_due().await.unwrap();
    assert_eq!(library.says()["verified"]["type"], "webhook.test");
}

#[actix_web::test]
async fn the_secret_that_is_in_place_signs_though_answers_with_newer_ones_were_lost() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    let mut library = Library::start();
    let endpoint = add(&client, &library.url, &EVERYTHING).await;
    library.knows(&endpoint.secret);
    let path = format!("/{}/secrets", endpoint.id);
    for _lost in 0..3 {
        json_of(call(&client, Method::POST, &path, Some(json!({}))).await, 201).await;
    }
    test(&client, &endpoint).await;
    deliveries.deliver_due().await.unwrap();
    assert_eq!(library.says()["verified"]["type"], "webhook.test");
}

#[actix_web::test]
async fn an_earlier_secret_signs_for_a_day() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    let path = format!("/{}/secrets", endpoint.id);
    for _ in 0..3 {
        json_of(call(&client, Method::POST, &path, Some(json!({}))).await, 201).await;
    }
    let signatures = async || {
        test(&client, &endpoint).await;
        deliveries.deliver_due().await.unwrap();
        receiver.took()[0].headers["webhook-signature"].split(' ').count()
    };
    assert_eq!(signatures().await, 3, "the oldest, the one before, the present one");
    house.database.execute(
        "UPDATE webhook_secrets SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL",
    );
    assert_eq!(signatures().await, 1);
    let clear = "SELECT count(*) FROM webhook_secrets WHERE octet_length(secret) <= 32";
    assert_eq!(house.database.count(clear), 0, "they are encrypted");
}
