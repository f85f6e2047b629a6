//! Webhooks, as a client's developers meet them: endpoints, messages, signatures, failures; and what hostile receivers try.

mod addresses;
mod failures;
mod hostile;
mod library;
mod managing;
mod receiver;
mod removal;
mod rights;
mod rounds;
mod telling;

use std::sync::Arc;

use cazier::db;
use cazier::db::roles::DbRole;
use cazier::server::assembly;
use cazier::time::Clock;
use cazier::webhooks::{Deliveries, Reach};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use self::receiver::Receiver;
use crate::oauth::Client;
use crate::support::{Citizen, House, json_of, keyring};

/// Everything that an endpoint can be told of.
const EVERYTHING: [&str; 4] = ["application.*", "certificate.*", "identity.*", "grant.*"];
/// Every scope that covers an event.
const SCOPES: &str = "openid identity applications:read certificates:read";

/// A house that delivers when the test says so.
async fn house() -> (House, Deliveries) {
    let house = House::start().await;
    house.rest().await;
    let deliveries = deliveries(&house);
    (house, deliveries)
}

/// Persons of a house that then delivers when the test says so: their mails are delivered before.
macro_rules! persons {
    ($house:ident, $deliveries:ident, $($person:ident = $name:literal),+) => {
        let $house = House::start().await;
        $(let $person = Citizen::verified(&$house, $name).await;)+
        $house.rest().await;
        let $deliveries = super::deliveries(&$house);
    };
}
use persons;

/// What delivers, as the worker's role.
fn deliveries(house: &House) -> Deliveries {
    deliveries_at(house, house.clock.clone())
}

/// The same at another time.
fn deliveries_at(house: &House, clock: Clock) -> Deliveries {
    let keyring = Arc::new(keyring());
    let url = house.database.url_as(DbRole::Worker);
    let db = db::connect(&url, 4, assembly::installation(&keyring, true));
    Deliveries::new(db, keyring, clock, Reach::Everywhere).unwrap()
}

/// A call of a client that shows its secret.
async fn call(client: &Client<'_>, method: Method, path: &str, body: Option<Value>) -> Response {
    let request = client.house.request(method, &format!("/v1/webhooks/endpoints{path}"));
    let request = request.basic_auth(&client.id, client.secret.as_ref());
    match body {
        Some(body) => request.json(&body).send().await.unwrap(),
        None => request.send().await.unwrap(),
    }
}

/// An endpoint that was added.
struct Added {
    id: String,
    secret: String,
}

async fn add(client: &Client<'_>, url: &str, events: &[&str]) -> Added {
    let answer = call(client, Method::POST, "", Some(json!({"url": url, "events": events}))).await;
    let created = json_of(answer, 201).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Added { id: text(&created["endpoint"]["id"]), secret: text(&created["secret"]) }
}

/// The messages to an endpoint, oldest first.
async fn messages(client: &Client<'_>, endpoint: &Added) -> Vec<Value> {
    let path = format!("/{}/messages?limit=100", endpoint.id);
    let mut page = json_of(call(client, Method::GET, &path, None).await, 200).await;
    let mut items = page["items"].as_array_mut().unwrap().split_off(0);
    items.reverse();
    items
}

async fn shown(client: &Client<'_>) -> Value {
    json_of(call(client, Method::GET, "", None).await, 200).await["items"][0].clone()
}

/// Asks for a test event.
async fn test(client: &Client<'_>, endpoint: &Added) -> Value {
    json_of(call(client, Method::POST, &format!("/{}/test", endpoint.id), None).await, 202).await
}

/// What waits is due now.
fn due(house: &House) {
    house.database.execute("UPDATE webhook_messages SET next_attempt_at = 'epoch'");
}

/// Lets the client do everything that covers an event.
async fn lets_in(citizen: &Citizen<'_>, client: &Client<'_>) {
    client.tokens(&citizen.email, SCOPES).await;
}
