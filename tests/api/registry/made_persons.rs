//! Persons made on demand, and registers that misbehave on demand.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Citizen, House, json_of, mails_to, refused, subject};

/// Makes a person with these answers.
async fn made(house: &House, wanted: &Value) -> Value {
    json_of(house.post("/sandbox/persons", wanted).await, 201).await
}

/// Somebody with an account who has proved to be the made person.
async fn verified<'a>(house: &'a House, wanted: &Value) -> (Citizen<'a>, Value) {
    let person = made(house, wanted).await;
    (Citizen::verified(house, person["id"].as_str().unwrap()).await, person)
}

/// What an application of a person with these answers leads to.
async fn applied(house: &House, wanted: &Value) -> Response {
    verified(house, wanted).await.0.apply("employment").await
}

#[actix_web::test]
async fn a_person_is_new_at_every_call_and_gets_a_certificate() {
    let house = House::start().await;
    let (one, other) = (made(&house, &json!({})).await, made(&house, &json!({})).await);
    assert_ne!(one["cnp"], other["cnp"]);
    for told in ["password", "cards", "next", "birth_date"] {
        assert!(!one[told].is_null(), "{told}: {one}");
    }
    assert!(one["next"][0].as_str().unwrap().contains(one["id"].as_str().unwrap()));
    for person in [&one, &other] {
        let citizen = Citizen::verified(&house, person["id"].as_str().unwrap()).await;
        citizen.certificate("employment").await;
        let prefill = "/v1/applications/prefill?service=criminal-record-certificate";
        let prefill = json_of(citizen.get(prefill).await, 200).await;
        assert_eq!(prefill["fields"]["family_name"]["value"], person["family_name"], "{prefill}");
    }
    let list = house.request(Method::GET, "/sandbox/persons").header("accept-language", "en");
    let listed = json_of(list.send().await.unwrap(), 200).await;
    let items = listed["items"].as_array().unwrap();
    let clean = cazier::sandbox::persons::by_id("clean").unwrap();
    let members = ["id", "cnp", "family_name", "given_name", "purpose"];
    let told = [clean.id, clean.cnp, clean.family_name, clean.given_name, clean.purpose.en];
    assert_eq!(items[0], members.iter().copied().zip(told).collect::<Value>());
    assert!(items.iter().any(|item| item["id"] == one["id"] && item["cnp"] == one["cnp"]));
}

#[actix_web::test]
async fn the_registers_answer_about_a_person_as_wanted() {
    let house = House::with().entries().start().await;
    let entries = json_of(applied(&house, &json!({"entries": 3})).await, 202).await;
    assert_eq!(entries["status"], "referred", "{entries}");
    refused(applied(&house, &json!({"deceased": true})).await, 409, "person_not_eligible").await;
    json_of(applied(&house, &json!({"criminal_records": "slow"})).await, 201).await;
    json_of(applied(&house, &json!({"age": "minor"})).await, 201).await;
    let foreign = made(&house, &json!({"foreign": true})).await;
    assert!(foreign["cnp"].as_str().unwrap().starts_with(['7', '8']), "{foreign}");
    // Last, because a client that met these for long enough asks no more for a while.
    for behaviour in ["away", "failing", "malformed", "bad_digest", "wrong_person", "garbage", "half_open"] {
        let waits = json_of(applied(&house, &json!({"criminal_records": behaviour})).await, 202).await;
        assert_eq!(waits["status"], "awaiting_register", "{behaviour}");
    }
}

#[actix_web::test]
async fn an_administrator_gets_the_certificate_of_the_firm() {
    let house = House::with().legal_persons().start().await;
    let (citizen, person) = verified(&house, &json!({"administrator": true})).await;
    let mandate = json!({"cui": person["company"]["cui"], "capacity": "legal_representative"});
    let mandate = json_of(citizen.post("/v1/mandates", &mandate).await, 201).await;
    assert_eq!(mandate["company_name"], person["company"]["name"], "{mandate}");
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused_by_its_pointer() {
    let house = House::start().await;
    for (wanted, pointer) in [
        (json!({"entries": 21}), "/entries"),
        (json!({"entries": -1}), "/entries"),
        (json!({"wishes": 3}), "/wishes"),
        (json!({"criminal_records": "asleep"}), "/criminal_records"),
        (json!({"age": "old"}), "/age"),
    ] {
        let problem = json_of(house.post("/sandbox/persons", &wanted).await, 422).await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let outage = json!({"register": "weather", "seconds": 1});
    let problem = json_of(house.post("/sandbox/outages", &outage).await, 422).await;
    assert_eq!(problem["errors"][0]["pointer"], "/register", "{problem}");
}

#[actix_web::test]
async fn a_register_sends_garbage_or_half_an_answer_until_it_is_switched_back() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    for (behaviour, reason) in [("garbage", "employment"), ("half_open", "volunteering")] {
        let switch = json!({"register": "criminal_records", "seconds": 600, "behaviour": behaviour});
        let shown = json_of(house.post("/sandbox/outages", &switch).await, 200).await;
        assert_eq!(shown["items"][0]["behaviour"], behaviour);
        let waits = json_of(citizen.apply(reason).await, 202).await;
        assert_eq!(waits["status"], "awaiting_register", "{behaviour}");
    }
    let back = json!({"register": "criminal_records", "seconds": 0});
    assert_eq!(json_of(house.post("/sandbox/outages", &back).await, 200).await["items"], json!([]));
}

#[actix_web::test]
async fn a_reset_brings_the_registers_back_and_empties_the_mailbox() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let away = json!({"register": "criminal_records", "seconds": 600});
    json_of(house.post("/sandbox/outages", &away).await, 200).await;
    assert_eq!(house.post("/sandbox/reset", &json!({})).await.status(), 204);
    assert_eq!(json_of(house.get("/sandbox/outages").await, 200).await["items"], json!([]));
    let mails = mails_to(&house, &citizen.email).await;
    assert!(mails.iter().all(|mail| mail.subject != subject::CONFIRM_ADDRESS), "{mails:?}");
    citizen.certificate("employment").await;
}
