//! A receiver that fails: it is tried again, paused, resumed; messages are replayed.

use cazier::webhooks::Waiting;
use reqwest::Method;
use serde_json::{Value, json};

use super::{EVERYTHING, Receiver, add, call, due, house, messages, shown, test};
use crate::oauth::Client;
use crate::support::{House, json_of, mails_to, refused};

#[actix_web::test]
async fn a_message_is_tried_again_with_the_same_id_until_it_is_taken() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    receiver.answers(503);
    let asked = test(&client, &endpoint).await;
    assert_eq!(deliveries.deliver_due().await.unwrap(), 1);
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["status"], &message["last_outcome"]), (&json!("pending"), &json!("refused")));
    assert_eq!(message["last_response_status"], 503);
    assert_ne!(shown(&client).await["failing_since"], Value::Null);
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "not before its time");
    due(&house);
    receiver.answers(200);
    deliveries.deliver_due().await.unwrap();
    let ids: Vec<String> = receiver.took().iter().map(|one| one.headers["webhook-id"].clone()).collect();
    assert_eq!(ids, [asked["webhook_id"].as_str().unwrap(); 2]);
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["status"], &message["attempts"]), (&json!("delivered"), &json!(2)));
    assert_eq!(shown(&client).await["failing_since"], Value::Null);
}

#[actix_web::test]
async fn the_sandbox_has_a_receiver_that_answers_as_its_address_says() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    for (answer, message_status, response, endpoint_status) in [
        ("", "delivered", 204, "active"),
        ("?answer=taken", "delivered", 204, "active"),
        ("?answer=refused", "pending", 400, "active"),
        ("?answer=failing", "pending", 500, "active"),
        ("?answer=gone", "failed", 410, "disabled"),
    ] {
        let url = format!("{}sandbox/received{answer}", house.api);
        let endpoint = add(&client, &url, &EVERYTHING).await;
        test(&client, &endpoint).await;
        assert_eq!(deliveries.deliver_due().await.unwrap(), 1, "{answer}");
        let message = messages(&client, &endpoint).await.remove(0);
        assert_eq!(
            (&message["status"], &message["last_response_status"]),
            (&json!(message_status), &json!(response))
        );
        assert_eq!(shown(&client).await["status"], endpoint_status, "{answer}");
        let path = format!("/{}", endpoint.id);
        assert_eq!(call(&client, Method::DELETE, &path, None).await.status(), 204);
    }
    let odd = house.post("/sandbox/received?answer=odd", &json!({})).await;
    let error = refused(odd, 422, "invalid_input").await["errors"][0].clone();
    assert_eq!(error["known"], json!(["taken", "refused", "gone", "failing"]), "{error}");
}

#[actix_web::test]
async fn what_was_given_up_is_replayed_by_the_client() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    receiver.answers(500);
    test(&client, &endpoint).await;
    for _ in 0..12 {
        due(&house);
        assert_eq!(deliveries.deliver_due().await.unwrap(), 1);
    }
    due(&house);
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "it is given up");
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!((&message["status"], &message["attempts"]), (&json!("failed"), &json!(12)));

    receiver.answers(204);
    receiver.took();
    let replay = |path: String, body| call(&client, Method::POST, Box::leak(path.into_boxed_str()), body);
    let one = format!("/{}/messages/{}/replay", endpoint.id, message["id"].as_str().unwrap());
    json_of(replay(one.clone(), None).await, 202).await;
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["webhook.test"]);
    let all = format!("/{}/replay", endpoint.id);
    let since = Some(json!({"since": "2020-01-01T00:00:00Z"}));
    for (broken, code) in
        [(json!(""), "wrong_value"), (json!("2020-01-01"), "wrong_value"), (json!(1), "wrong_type")]
    {
        let problem =
            refused(replay(all.clone(), Some(json!({"since": broken}))).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    assert_eq!(
        json_of(replay(all.clone(), since.clone()).await, 202).await,
        json!({"messages": 0, "more": false})
    );
    house.database.execute("UPDATE webhook_messages SET status = 'failed'");
    let later = Some(json!({"since": "2099-01-01T00:00:00Z"}));
    assert_eq!(json_of(replay(all.clone(), later).await, 202).await, json!({"messages": 0, "more": false}));
    assert_eq!(json_of(replay(all, since).await, 202).await, json!({"messages": 1, "more": false}));
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["webhook.test"]);
}

/// What is to be mailed.
fn mails(house: &House) -> i64 {
    house.database.count("SELECT count(*) FROM jobs WHERE kind = 'mail'")
}

#[actix_web::test]
async fn an_endpoint_that_fails_for_a_day_is_paused_until_its_owner_resumes_it() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    receiver.answers(500);
    test(&client, &endpoint).await;
    deliveries.deliver_due().await.unwrap();
    let mails_before = mails(&house);
    house.database.execute("UPDATE webhook_endpoints SET failing_since = now() - interval '23 hours'");
    due(&house);
    deliveries.deliver_due().await.unwrap();
    assert_eq!(shown(&client).await["status"], "active");
    // Tried once and, because our workers were away, not again: that is no endpoint's fault.
    for (since, last) in
        [("30 hours", "30 hours"), ("40 hours", "25 hours"), ("24 hours", "23 hours 30 minutes")]
    {
        house.database.execute(&format!(
            "UPDATE webhook_endpoints SET failing_since = now() - interval '{since}', last_failed_at = now() - interval '{last}'"
        ));
        assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "its next attempt is not due yet");
        assert_eq!(shown(&client).await["status"], "active", "{since} {last}");
    }
    house.database.execute(
        "UPDATE webhook_endpoints SET failing_since = now() - interval '24 hours', last_failed_at = now() - interval '1 hour'",
    );
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "its next attempt is not due yet");
    assert_eq!(shown(&client).await["status"], "paused");
    assert_eq!(mails(&house), mails_before + 1);

    let test_path = format!("/{}/test", endpoint.id);
    refused(call(&client, Method::POST, &test_path, None).await, 409, "webhook_endpoint_stopped").await;
    receiver.took();
    due(&house);
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "nothing is sent to it");
    receiver.answers(204);
    let resume = format!("/{}/resume", endpoint.id);
    assert_eq!(json_of(call(&client, Method::POST, &resume, None).await, 200).await["status"], "active");
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["webhook.test"]);
}

#[actix_web::test]
async fn the_owner_of_a_paused_endpoint_gets_a_mail() {
    let house = House::start().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    receiver.answers(410);
    test(&client, &endpoint).await;
    super::deliveries(&house).deliver_due().await.unwrap();
    crate::support::until("it is disabled", || {
        house.database.count("SELECT count(*) FROM webhook_endpoints WHERE status = 'disabled'") == 1
    })
    .await;
    let mails = mails_to(&house, "it@city.example").await;
    assert!(mails[0].text.contains(&endpoint.id) && mails[0].text.contains("410"), "{mails:?}");
    client.tokens(&crate::support::Citizen::registered(&house).await.email, "openid").await;
    assert_eq!(messages(&client, &endpoint).await.len(), 1, "nothing is recorded for it");
}

#[actix_web::test]
async fn a_large_backlog_is_resumed_and_replayed_in_parts() {
    let (house, _) = house().await;
    let client = Client::web(&house).await;
    let endpoint = add(&client, "http://127.0.0.1:9/", &EVERYTHING).await;
    house.database.execute(&format!(
        "INSERT INTO webhook_messages (id, endpoint_id, event_type, subject_id, occurred_at, status, next_attempt_at)
         SELECT gen_random_uuid(), '{id}', 'webhook.test', '{id}', now() - interval '1 hour', 'pending',
            CASE WHEN n <= 6000 THEN now() + interval '1 hour' ELSE 'epoch' END FROM generate_series(1, 20000) n",
        id = endpoint.id
    ));
    let later = || {
        house.database.count(
            "SELECT count(*) FROM webhook_messages WHERE status = 'pending' AND next_attempt_at > now()",
        )
    };
    // A row that was due already is not written again.
    let written = "SELECT count(DISTINCT xmin::text) FROM webhook_messages";
    house.database.execute("UPDATE webhook_endpoints SET status = 'paused'");
    let resume = format!("/{}/resume", endpoint.id);
    json_of(call(&client, Method::POST, &resume, None).await, 200).await;
    assert_eq!((later(), house.database.count(written)), (1_000, 2));
    let untouched = "SELECT count(*) FROM webhook_messages GROUP BY xmin::text ORDER BY 1 DESC LIMIT 1";
    assert_eq!(house.database.count(untouched), 15_000);

    house.database.execute("UPDATE webhook_messages SET status = 'failed'");
    let replay = format!("/{}/replay", endpoint.id);
    let since = json!({"since": "2020-01-01T00:00:00Z"});
    for left in [15_000, 10_000, 5_000, 0] {
        let answer = json_of(call(&client, Method::POST, &replay, Some(since.clone())).await, 202).await;
        assert_eq!(answer, json!({"messages": 5_000, "more": true}));
        let failed = house.database.count("SELECT count(*) FROM webhook_messages WHERE status = 'failed'");
        assert_eq!(failed, left);
    }
    let answer = json_of(call(&client, Method::POST, &replay, Some(since)).await, 202).await;
    assert_eq!(answer, json!({"messages": 0, "more": false}));
}

#[actix_web::test]
async fn what_waits_for_a_client_that_is_in_trouble_is_not_late() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    let endpoint = add(&client, "http://127.0.0.1:9/", &EVERYTHING).await;
    test(&client, &endpoint).await;
    house.database.execute("UPDATE webhook_messages SET occurred_at = now() - interval '1 hour'");
    let told = async || {
        let Waiting { pending, oldest_due, failing, paused } = deliveries.waiting().await.unwrap();
        (pending, oldest_due.map(|due| (house.clock.now() - due).num_minutes()), failing, paused)
    };
    assert_eq!(told().await, (1, Some(60), 0, 0));
    house.database.execute("UPDATE webhook_messages SET next_attempt_at = now() + interval '1 hour'");
    assert_eq!(told().await, (1, None, 0, 0), "its next attempt is not due");
    due(&house);
    house.database.execute("UPDATE webhook_endpoints SET failing_since = now()");
    assert_eq!(told().await, (1, None, 1, 0));
    house.database.execute("UPDATE webhook_endpoints SET status = 'paused'");
    assert_eq!(told().await, (0, None, 0, 1));
}
