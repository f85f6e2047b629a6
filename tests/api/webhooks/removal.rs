//! Whoever removes an endpoint, a client or a grant holds up nobody, however much there is to delete.

use cazier::db::roles::DbRole;
use chrono::Utc;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{RunQueryDsl, sql_query};
use reqwest::Method;
use serde_json::json;

use super::{EVERYTHING, Receiver, add, call, lets_in, messages, persons, test};
use crate::jobs::housekeeping::clean;
use crate::oauth::Client;
use crate::support::{Citizen, House, json_of};

#[actix_web::test]
async fn no_application_waits_for_a_grant_or_an_endpoint_that_is_being_removed() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    for (removed, reason) in [("webhook_endpoints", "employment"), ("oauth_grants", "volunteering")] {
        let mut remover = house.database.connect();
        AnsiTransactionManager::begin_transaction(&mut remover).unwrap();
        sql_query(format!("DELETE FROM {removed}")).execute(&mut remover).unwrap();
        // The remover lets go of nothing before that.
        citizen.certificate(reason).await;
        AnsiTransactionManager::rollback_transaction(&mut remover).unwrap();
    }
    assert_eq!(messages(&client, &endpoint).await.len(), 1, "the price of a removal that is taken back");
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["grant.given"]);
}

#[actix_web::test]
async fn a_grant_that_grows_at_this_moment_is_not_passed_over() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    add(&client, &receiver.url, &["certificate.*"]).await;
    lets_in(&citizen, &client).await;
    let mut growing = house.database.connect();
    AnsiTransactionManager::begin_transaction(&mut growing).unwrap();
    // As `oauth::store::add_grant` locks it.
    sql_query("SELECT FROM oauth_grants FOR NO KEY UPDATE").execute(&mut growing).unwrap();
    citizen.certificate("employment").await;
    AnsiTransactionManager::rollback_transaction(&mut growing).unwrap();
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["certificate.issued"]);
}

#[actix_web::test]
async fn a_removed_endpoint_is_gone_at_once_and_its_messages_by_and_by() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let count = |table: &str| house.database.count(&format!("SELECT count(*) FROM {table}"));
    for by_operator in [false, true] {
        let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
        for _ in 0..3 {
            test(&client, &endpoint).await;
        }
        let mut expected = 3;
        if by_operator {
            citizen.certificate("employment").await;
            expected = count("webhook_messages");
            assert!(expected > 3, "some of them go with a grant: {expected}");
            let mut operator = house.database.connect_as(DbRole::Operator);
            sql_query("DELETE FROM clients WHERE id = 'city'").execute(&mut operator).unwrap();
        } else {
            let removed = call(&client, Method::DELETE, &format!("/{}", endpoint.id), None).await;
            assert_eq!(removed.status(), 204);
            assert_eq!(json_of(call(&client, Method::GET, "", None).await, 200).await["items"], json!([]));
            lets_in(&citizen, &client).await;
        }
        // The statement that removes it deletes no message.
        assert_eq!((count("webhook_messages"), count("webhook_secrets")), (expected, 0));
        assert_eq!(deliveries.deliver_due().await.unwrap(), 0);
        clean(&mut house.database.connect(), Utc::now());
        assert_eq!((count("webhook_messages"), count("webhook_endpoints")), (0, 0));
    }
}
