//! Applications on behalf of others are few, and a parent's are for children.

use cazier::db::schema::throttles;
use cazier::person::Index;
use diesel::prelude::*;
use reqwest::Response;
use serde_json::json;

use crate::support::{Citizen, House, application, cnp, json_of, keyring, refused};

async fn apply_for(citizen: &Citizen<'_>, cnp: &str, capacity: &str) -> Response {
    let mut body = application("employment");
    body["on_behalf_of"] = json!({"cnp": cnp, "capacity": capacity});
    citizen.post("/v1/applications", &body).await
}

#[actix_web::test]
async fn nobody_has_more_than_three_open_applications_for_others() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let mut first = String::new();
    for n in 0..3 {
        let taken = json_of(apply_for(&citizen, cnp(n).as_str(), "attorney").await, 202).await;
        first = taken["id"].as_str().unwrap().to_owned();
    }
    let fourth = async || apply_for(&citizen, cnp(3).as_str(), "attorney").await;
    refused(fourth().await, 409, "too_many_open_applications").await;
    json_of(citizen.apply("employment").await, 201).await;
    let other = Citizen::verified(&house, "clean-2").await;
    json_of(apply_for(&other, cnp(3).as_str(), "attorney").await, 202).await;
    json_of(citizen.post(&format!("/v1/applications/{first}/withdraw"), &json!({})).await, 200).await;
    json_of(fourth().await, 202).await;
}

#[actix_web::test]
async fn nobody_applies_for_more_than_twenty_others_a_day() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    json_of(apply_for(&citizen, cnp(0).as_str(), "attorney").await, 202).await;
    let own = cazier::person::Cnp::parse("2880514121171").unwrap();
    let key = keyring()
        .index(Index::RATE_LIMIT_ON_BEHALF, &keyring().index(Index::PERSON_CNP, own.as_str().as_bytes()));
    let counted = diesel::update(throttles::table.find(key)).set(throttles::hits.eq(19));
    assert_eq!(counted.execute(&mut house.database.connect()).unwrap(), 1);
    json_of(apply_for(&citizen, cnp(1).as_str(), "attorney").await, 202).await;
    let stopped = apply_for(&citizen, cnp(2).as_str(), "attorney").await;
    assert!(stopped.headers().contains_key("retry-after"));
    refused(stopped, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn an_adult_is_nobodys_child() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    for capacity in ["parent", "guardian"] {
        let problem =
            refused(apply_for(&citizen, cnp(0).as_str(), capacity).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], "/on_behalf_of/cnp");
        assert_eq!(problem["errors"][0]["code"], "child_too_old");
    }
}
