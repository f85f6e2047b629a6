//! Whether a client may know is asked again when a message is sent: rights end when their cause ends.

use reqwest::Method;

use super::{EVERYTHING, Receiver, add, lets_in, messages, persons};
use crate::oauth::Client;
use crate::support::{Citizen, House, Officer, json_of};

#[actix_web::test]
async fn a_revoked_grant_stops_what_waits_and_cannot_be_replayed() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    citizen.certificate("employment").await;
    assert_eq!(messages(&client, &endpoint).await.len(), 4);
    let grants = json_of(citizen.get("/v1/accounts/me/grants").await, 200).await;
    let path = format!("/v1/accounts/me/grants/{}", grants["items"][0]["id"].as_str().unwrap());
    assert_eq!(citizen.request(Method::DELETE, &path).send().await.unwrap().status(), 204);
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["grant.revoked"]);
    assert_eq!(messages(&client, &endpoint).await.len(), 1, "the log ends with the grant");
}

#[actix_web::test]
async fn a_narrower_grant_or_an_undone_proof_stops_what_waits() {
    persons!(house, deliveries, citizen = "clean");
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    citizen.certificate("employment").await;
    house.database.execute("UPDATE oauth_grants SET scopes = array_remove(scopes, 'certificates:read')");
    house.database.execute(
        "UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL
         WHERE id IN (SELECT account_id FROM oauth_grants)",
    );
    deliveries.deliver_due().await.unwrap();
    assert_eq!(receiver.took_kinds(), ["grant.changed", "grant.given", "identity.undone"]);
    assert_eq!(messages(&client, &endpoint).await.len(), 3, "what may not be told is forgotten");
}

#[actix_web::test]
async fn what_an_undone_proof_takes_back_is_told_and_what_went_before_is_not() {
    let house = House::start().await;
    let (citizen, officer) = (Citizen::registered(&house).await, Officer::at(&house, "CJ-P01").await);
    let verification = officer.receive(&citizen, "clean").await;
    json_of(officer.certify(&verification).await, 200).await;
    house.rest().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    add(&client, &receiver.url, &EVERYTHING).await;
    lets_in(&citizen, &client).await;
    citizen.certificate("employment").await;
    json_of(officer.undo(&verification).await, 200).await;
    super::deliveries(&house).deliver_due().await.unwrap();
    let expected = ["application.revoked", "certificate.revoked", "grant.given", "identity.undone"];
    assert_eq!(receiver.took_kinds(), expected);
}
