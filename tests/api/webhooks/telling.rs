//! Events become messages: to whom, of what, in which words.

use cazier::server::openapi::contract_json;
use reqwest::Method;
use serde_json::{Value, json};

use super::{EVERYTHING, Receiver, add, lets_in, messages, persons};
use crate::oauth::Client;
use crate::support::{Citizen, House, json_of};

#[actix_web::test]
async fn a_client_is_told_of_the_people_who_let_it_in_and_of_nobody_else() {
    persons!(house, deliveries, citizen = "clean", other = "clean-2");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    citizen.certificate("employment").await;
    other.certificate("employment").await;
    deliveries.deliver_due().await.unwrap();
    let expected = ["application.issued", "application.submitted", "certificate.issued", "grant.given"];
    let took = receiver.took();
    let mut kinds: Vec<String> = took.iter().map(super::receiver::Received::kind).collect();
    kinds.sort();
    assert_eq!(kinds, expected);
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await["id"].clone();
    for message in &took {
        let event = message.event();
        assert_eq!(event["data"]["account_id"], account, "{event}");
        assert!(message.headers["webhook-id"].starts_with("msg_"));
        for personal in [citizen.email.as_str(), "Popescu", "2880514121171"] {
            assert!(!message.body.contains(personal), "{event}");
        }
    }
    let log = messages(&client, &endpoint).await;
    assert!(
        log.iter().all(|message| message["status"] == "delivered" && message["attempts"] == 1),
        "{log:?}"
    );
    assert_eq!(deliveries.deliver_due().await.unwrap(), 0, "each goes out once");
}

#[actix_web::test]
async fn what_no_scope_covers_or_the_endpoint_did_not_ask_for_is_not_told() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let (narrow, wide) = (Receiver::start().await, &receiver);
    add(&client, &wide.url, &EVERYTHING).await;
    add(&client, &narrow.url, &["certificate.*"]).await;
    client.tokens(&citizen.email, "openid certificates:read").await;
    citizen.certificate("employment").await;
    deliveries.deliver_due().await.unwrap();
    assert_eq!(wide.took_kinds(), ["certificate.issued", "grant.given"]);
    assert_eq!(narrow.took_kinds(), ["certificate.issued"]);
}

#[actix_web::test]
async fn the_end_of_a_certificate_of_a_proof_and_of_a_grant_are_told() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    citizen.certificate("employment").await;
    deliveries.deliver_due().await.unwrap();
    receiver.took();

    house
        .database
        .execute("UPDATE certificates SET ended_as = 'revoked', ended_at = now(), end_reason = 'wrong_data'");
    client.tokens(&citizen.email, "openid profile").await;
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["certificate.revoked", "grant.changed"]);

    house.database.execute(
        "UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL
         WHERE id IN (SELECT account_id FROM oauth_grants)",
    );
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["identity.undone"]);

    let grants = json_of(citizen.get("/v1/accounts/me/grants").await, 200).await;
    let grant = grants["items"][0]["id"].as_str().unwrap();
    let revoke = citizen.request(Method::DELETE, &format!("/v1/accounts/me/grants/{grant}"));
    assert_eq!(revoke.send().await.unwrap().status(), 204);
    deliveries.deliver_due().await.unwrap();
    let told = receiver.took();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].event()["type"], "grant.revoked");
    assert_eq!(told[0].event()["data"]["id"], json!(grant));
}

/// Whatever writes the rows: the triggers tell.
#[actix_web::test]
async fn each_step_of_an_application_each_end_of_a_certificate_and_a_new_proof_are_told() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    citizen.certificate("employment").await;
    deliveries.deliver_due().await.unwrap();
    receiver.took();
    let contract: Value = serde_json::from_str(&contract_json()).unwrap();
    let types = contract["components"]["schemas"]["WebhookEventType"]["enum"].as_array().unwrap();
    let steps = types.iter().filter_map(|name| name.as_str()?.strip_prefix("application."));
    let steps: Vec<&str> = steps.collect();
    assert_eq!(steps.len(), 9);
    for status in steps {
        house.database.execute(&format!(
            "INSERT INTO application_events (id, application_id, status, actor, at)
             SELECT gen_random_uuid(), id, '{status}', 'service', now() FROM applications LIMIT 1"
        ));
        deliveries.deliver_due().await.unwrap();
        assert_eq!(receiver.took_kinds(), [format!("application.{status}")]);
    }
    house.database.execute(
        "UPDATE certificates SET ended_as = 'superseded', ended_at = now(), end_reason = 'wrong_data', superseded_by = id",
    );
    house.database.execute("UPDATE accounts SET identity_verified_at = now() WHERE person_index IS NOT NULL");
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["certificate.superseded", "identity.verified"]);
}
