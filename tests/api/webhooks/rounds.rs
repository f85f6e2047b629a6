//! Rounds of deliveries: what they do when the database is in trouble, and how many messages they send at once.

use std::time::Duration;

use futures_util::future::join;
use serde_json::json;

use super::{EVERYTHING, Receiver, add, house, messages, test};
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
