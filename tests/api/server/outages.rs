//! Other parties' services that a tester switches off, or makes misbehave. Registers: `registry::made_persons`.

use reqwest::{Method, Response};
use serde_json::json;

use crate::certificates::signatures::{Files, form, send};
use crate::support::{Citizen, House, TrustServices, json_of, refused};

/// Switches a service for an hour, or back with zero seconds.
async fn switch(house: &House, service: &str, behaviour: &str, seconds: u32) {
    let body = json!({"register": service, "seconds": seconds, "behaviour": behaviour});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

async fn outside(house: &House, method: Method, path: &str) -> Response {
    house.http.request(method, format!("{}{path}", house.ghiseul)).send().await.unwrap()
}

async fn text(answer: Response) -> String {
    String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned()
}

const METADATA: &str = "/.well-known/openid-configuration";

#[actix_web::test]
async fn ghiseul_is_away_until_it_is_switched_back() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    switch(&house, "ghiseul", "away", 3600).await;
    for path in [METADATA, "/", "/authorize", "/jwks", "/handoff"] {
        assert_eq!(outside(&house, Method::GET, path).await.status(), 503, "{path}");
    }
    for path in ["/v1/sessions/redirect", "/v1/identity-verifications"] {
        refused(citizen.post(path, &body).await, 503, "provider_unavailable").await;
    }
    assert_eq!(
        outside(&house, Method::GET, "/sandbox/outages").await.status(),
        200,
        "the switch itself works"
    );
    assert_eq!(house.post("/sandbox/reset", &json!({})).await.status(), 204);
    json_of(citizen.post("/v1/sessions/redirect", &body).await, 201).await;
}

#[actix_web::test]
async fn a_service_fails_sends_nonsense_or_half_an_answer_as_it_is_told() {
    let house = House::start().await;
    let whole = text(outside(&house, Method::GET, METADATA).await).await;
    for (behaviour, status) in [("failing", 500), ("garbage", 200), ("malformed", 200), ("slow", 200)] {
        switch(&house, "ghiseul", behaviour, 3600).await;
        let answer = outside(&house, Method::GET, METADATA).await;
        assert_eq!(answer.status(), status, "{behaviour}");
        let body = text(answer).await;
        match behaviour {
            "malformed" => assert_eq!(body, whole[..whole.len() / 2]),
            "slow" => assert_eq!(body, whole),
            _ => assert_ne!(body, whole, "{behaviour}"),
        }
    }
    switch(&house, "ghiseul", "half_open", 3600).await;
    let mut answer = outside(&house, Method::GET, METADATA).await;
    assert_eq!(answer.content_length(), Some(whole.len() as u64));
    let mut begun = Vec::new();
    while begun.len() < whole.len() / 2 {
        begun.extend(answer.chunk().await.unwrap().unwrap());
    }
    assert_eq!(begun, &whole.as_bytes()[..whole.len() / 2], "and no more comes");
}

#[actix_web::test]
async fn time_stamps_and_revocation_are_away_each_by_itself() {
    let house = House::with().trust_services(TrustServices::Good).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    switch(&house, "timestamps", "away", 3600).await;
    assert_eq!(outside(&house, Method::POST, "/tsa").await.status(), 503);
    assert_eq!(outside(&house, Method::GET, "/pki/root.crl").await.status(), 200);
    switch(&house, "revocation", "away", 3600).await;
    for (method, path) in
        [(Method::GET, "/pki/root.crl"), (Method::GET, "/pki/issuing.crl"), (Method::POST, "/pki/ocsp")]
    {
        assert_eq!(outside(&house, method, path).await.status(), 503, "{path}");
    }
    let files = Files::of(&citizen).await;
    refused(citizen.get(&format!("{}?level=b-t", files.signature)).await, 409, "level_not_reached").await;
    let upload = || form(&[("payload", &files.payload), ("signature", &files.cades)]);
    refused(send(&house, upload()).await, 503, "revocation_unavailable").await;
    switch(&house, "revocation", "away", 0).await;
    assert_eq!(json_of(send(&house, upload()).await, 200).await["outcome"], "valid");
    switch(&house, "timestamps", "away", 0).await;
    assert_ne!(outside(&house, Method::POST, "/tsa").await.status(), 503);
}

#[actix_web::test]
async fn what_only_registers_do_wrong_is_refused_with_the_known_behaviours() {
    let house = House::start().await;
    for service in ["ghiseul", "timestamps", "revocation"] {
        for behaviour in ["bad_digest", "wrong_person"] {
            let body = json!({"register": service, "seconds": 1, "behaviour": behaviour});
            let problem = refused(house.post("/sandbox/outages", &body).await, 422, "invalid_input").await;
            let error = &problem["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!("/behaviour"), &json!("unknown_value")));
            let known = error["known"].as_array().unwrap();
            assert!(known.contains(&json!("half_open")) && !known.contains(&json!(behaviour)), "{problem}");
        }
    }
    assert_eq!(json_of(house.get("/sandbox/outages").await, 200).await["items"], json!([]));
}
