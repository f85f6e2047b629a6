//! Rounds of deliveries: what they do when the database is in trouble, and how many messages they send at once.

use std::pin::pin;
use std::time::Duration;

use actix_web::rt::time::sleep;
use cazier::jobs::{Handler, Outcome};
use cazier::webhooks::Deliveries;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use futures_util::future::{Either, join, select};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EVERYTHING, Receiver, add, house, messages, test};
use crate::oauth::Client;
use crate::support::Database;

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

/// Between the lease and the attempt: nothing is asked of the endpoint any more, and nothing leaves unsigned.
#[actix_web::test]
async fn a_leased_message_is_not_sent_to_an_endpoint_that_was_stopped_or_removed() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    for stop in [
        "UPDATE webhook_endpoints SET status = 'disabled'",
        "UPDATE webhook_endpoints SET status = 'disabled', removed_at = now(); DELETE FROM webhook_secrets",
    ] {
        let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
        test(&client, &endpoint).await;
        let mut stopping = house.database.connect();
        AnsiTransactionManager::begin_transaction(&mut stopping).unwrap();
        stopping.batch_execute("LOCK TABLE webhook_secrets").unwrap();
        let meanwhile = async {
            sleep(Duration::from_millis(700)).await;
            assert_eq!(
                house.database.count("SELECT count(*) FROM webhook_messages WHERE lease_id IS NOT NULL"),
                1
            );
            stopping.batch_execute(stop).unwrap();
            AnsiTransactionManager::commit_transaction(&mut stopping).unwrap();
        };
        let (sent, ()) = join(deliveries.deliver_due(), meanwhile).await;
        sent.unwrap();
        assert_eq!(receiver.connections(), 0, "{stop}");
        house.database.execute("DELETE FROM webhook_messages");
    }
}

#[actix_web::test]
async fn a_message_that_we_cannot_sign_waits_and_loses_no_attempt() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    test(&client, &endpoint).await;
    // As for a worker that has not got the newest key yet.
    house.database.execute("UPDATE webhook_secrets SET secret = secret || '\\x00'");
    house.database.execute("UPDATE webhook_messages SET occurred_at = now() - interval '1 hour'");
    deliveries.deliver_due().await.unwrap();
    let due_since = deliveries.waiting().await.unwrap().oldest_due.unwrap();
    assert!(
        (house.clock.now() - due_since).num_minutes() >= 59,
        "whoever watches sees that it waits: {due_since}"
    );
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["attempts"], &message["last_attempt_at"]), (&json!(0), &Value::Null));
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "not at once again");
    house
        .database
        .execute("UPDATE webhook_secrets SET secret = substring(secret FROM 1 FOR octet_length(secret) - 1)");
    house.database.execute("UPDATE webhook_messages SET leased_until = now()");
    assert_eq!(deliveries.deliver_due().await.unwrap(), 1, "when its lease has ended");
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

/// How many connect at once in a round in which nobody is answered.
async fn connect_at_once(deliveries: &Deliveries, receivers: &[&Receiver]) -> Vec<usize> {
    let counting = async {
        sleep(Duration::from_millis(2_500)).await;
        receivers.iter().map(|receiver| receiver.connections()).collect()
    };
    match select(pin!(deliveries.deliver_due()), pin!(counting)).await {
        Either::Left((ended, _)) => panic!("nobody was answered: {ended:?}"),
        Either::Right((connections, _)) => connections,
    }
}

#[actix_web::test]
async fn few_messages_are_sent_at_once_to_one_endpoint_and_one_to_an_endpoint_that_fails() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    let (well, failing) = (Receiver::start().await, Receiver::start().await);
    for receiver in [&well, &failing] {
        receiver.holds(Duration::from_secs(60));
        let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
        for _ in 0..6 {
            test(&client, &endpoint).await;
        }
    }
    house.database.execute(&format!(
        "UPDATE webhook_endpoints SET failing_since = now() WHERE url = '{}'",
        failing.url
    ));
    assert_eq!(connect_at_once(&deliveries, &[&well, &failing]).await, [4, 1]);
}

#[actix_web::test]
async fn the_slow_endpoints_of_one_client_hold_up_no_other() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    let town = Client::of(&house, "town", "web", "https://town.example/done").await;
    let (slow, other) = (Receiver::start().await, Receiver::start().await);
    for (client, receiver, endpoints) in [(&client, &slow, 4), (&town, &other, 1)] {
        receiver.holds(Duration::from_secs(60));
        for _ in 0..endpoints {
            let endpoint = add(client, &receiver.url, &EVERYTHING).await;
            for _ in 0..6 {
                test(client, &endpoint).await;
            }
        }
    }
    assert_eq!(connect_at_once(&deliveries, &[&slow, &other]).await, [8, 4]);
}

#[actix_web::test]
async fn messages_go_in_the_order_in_which_they_became_due() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    for _ in 0..12 {
        test(&client, &endpoint).await;
    }
    // One was tried an hour ago, and is to be tried again before the others happened.
    let retried = messages(&client, &endpoint).await.remove(0);
    house.database.execute(&format!(
        "UPDATE webhook_messages SET attempts = 1, next_attempt_at = occurred_at - interval '1 minute',
            occurred_at = occurred_at - interval '1 hour' WHERE id = '{}'",
        retried["id"].as_str().unwrap()
    ));
    deliveries.deliver_due().await.unwrap();
    let ids: Vec<String> = receiver.took().iter().map(|one| one.headers["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), 12);
    let first: Vec<&str> = ids.iter().take(4).map(String::as_str).collect();
    assert!(first.contains(&retried["webhook_id"].as_str().unwrap()), "{ids:?}");
}

#[test]
fn the_log_and_what_is_due_are_read_by_an_index_of_their_own() {
    let database = Database::from_template();
    for (query, index) in [
        (
            "SELECT id FROM webhook_messages WHERE endpoint_id = '01900000-0000-7000-8000-0000000000c1' AND status = 'failed' ORDER BY id DESC LIMIT 20",
            "webhook_messages_failed_idx",
        ),
        (
            "SELECT id FROM webhook_messages WHERE endpoint_id = '01900000-0000-7000-8000-0000000000c1' AND status = 'pending'
                AND greatest(next_attempt_at, occurred_at) <= now() ORDER BY greatest(next_attempt_at, occurred_at) LIMIT 4",
            "webhook_messages_due_idx",
        ),
    ] {
        let sorted = format!("EXPLAIN {query}");
        let mut connection = database.connect();
        sql_query("SET enable_seqscan = off").execute(&mut connection).unwrap();
        let plan: Vec<Line> = sql_query(sorted).load(&mut connection).unwrap();
        let plan: Vec<&str> = plan.iter().map(|line| line.line.as_str()).collect();
        assert!(plan.iter().any(|line| line.contains(index)), "{plan:?}");
        assert!(!plan.iter().any(|line| line.contains("Sort")), "{plan:?}");
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}
