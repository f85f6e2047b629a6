//! Rounds of deliveries: what they do when the database is in trouble, and how many messages they send at once.

use std::time::Duration;

use cazier::jobs::{Handler, Outcome};
use futures_util::future::join;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EVERYTHING, Receiver, add, due, house, messages, test};
use crate::oauth::Client;

/// What the worker's role needs to lease messages, and not to record attempts.
const LEASES: &str = "SELECT ON oauth_grants";

#[actix_web::test]
async fn an_attempt_under_way_is_recorded_though_nothing_more_can_be_leased() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    test(&client, &endpoint).await;
    receiver.holds(Duration::from_millis(2_500));
    let meanwhile = async {
        receiver.met(1).await;
        house.database.execute(&format!("REVOKE {LEASES} FROM cazier_worker"));
    };
    let (sent, ()) = join(deliveries.deliver_due(), meanwhile).await;
    assert!(sent.is_err(), "{sent:?}");
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["status"], &message["attempts"]), (&json!("delivered"), &json!(1)));
}

#[actix_web::test]
async fn a_message_that_we_cannot_sign_waits_and_loses_no_attempt() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    test(&client, &endpoint).await;
    // As for a worker that has not got the newest key yet.
    house.database.execute("UPDATE webhook_secrets SET secret = secret || '\\x00'");
    deliveries.deliver_due().await.unwrap();
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["attempts"], &message["last_attempt_at"]), (&json!(0), &Value::Null));
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "not at once again");
    house
        .database
        .execute("UPDATE webhook_secrets SET secret = substring(secret FROM 1 FOR octet_length(secret) - 1)");
    due(&house);
    assert_eq!(deliveries.deliver_due().await.unwrap(), 1, "nor held until a lease ends");
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["attempts"], receiver.connections()), (&json!(1), 1));
}

#[actix_web::test]
async fn after_a_round_that_failed_the_next_comes_in_its_time() {
    let (house, deliveries) = house().await;
    house.database.execute(&format!("REVOKE {LEASES} FROM cazier_worker"));
    deliveries.deliver_due().await.unwrap_err();
    // A retry would come after a pause that doubles, and no round of a next period before it.
    let outcome = deliveries.run(Uuid::now_v7(), Vec::new()).await;
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
}
