//! What a client may do once, at the endpoints for clients: many times at the same moment.

use std::collections::BTreeSet;

use reqwest::{Method, Response};
use serde_json::Value;

use super::races::{FEW, MANY, at_once, one_wins};
use crate::oauth::{Browser, Client, Key, VERIFIER, asks, claims, set_keys};
use crate::support::{Citizen, House, PASSWORD, json_of, location, query};

/// The different access tokens that were handed out.
async fn access_tokens(answers: Vec<Response>) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for answer in answers {
        if answer.status() == 200 {
            tokens.extend(answer.json::<Value>().await.unwrap()["access_token"].as_str().map(str::to_owned));
        }
    }
    tokens
}

async fn works(client: &Client<'_>, token: &str) -> bool {
    client.call(Method::GET, "/oauth/userinfo", token).await.status() == 200
}

async fn a_code_opens_one_session_and_in_many_hands_none(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let back = Browser::new(&house).signs_in(&client.asks("openid"), &citizen.email).await;
    let code = query(&back, "code").unwrap();
    let answers = at_once(times, async |_| client.exchange(&code, VERIFIER).await).await;
    assert!(answers.iter().all(|answer| [200, 400].contains(&answer.status().as_u16())));
    let tokens = access_tokens(answers).await;
    assert!(tokens.len() <= 1, "{} sessions by one code", tokens.len());
    for token in tokens {
        assert!(!works(&client, &token).await, "a code that is shown again ends what it opened");
    }
    let left = "SELECT count(*) FROM sessions WHERE grant_id IS NOT NULL";
    assert_eq!(house.database.count(left), 0);
}

async fn a_refresh_token_of_a_client_makes_one_pair_of_tokens(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let before = client.tokens(&citizen.email, "openid").await;
    let refresh = before["refresh_token"].as_str().unwrap();
    let tokens = access_tokens(at_once(times, async |_| client.refresh(refresh).await).await).await;
    assert_eq!(tokens.len(), 1, "the same program gets the same answer");
    assert!(works(&client, tokens.first().unwrap()).await);
    assert!(!works(&client, before["access_token"].as_str().unwrap()).await);
}

/// A reference may be opened again, since people load pages again; what is granted on it is granted once.
async fn a_request_that_was_pushed_is_decided_once(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let asked = client.asks("openid");
    let pairs: Vec<_> = asked.pairs().collect();
    let pushed = json_of(client.form("/oauth/par", &pairs).await, 201).await;
    let brought = client.asks("openid").with("request_uri", pushed["request_uri"].as_str().unwrap());
    let browser = Browser::new(&house);
    let request = browser.request(&brought).await;
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    let answers = at_once(times, async |_| browser.decides(&request, "allow").await).await;
    let codes: BTreeSet<String> = answers
        .into_iter()
        .filter(|answer| answer.headers().contains_key("location"))
        .filter_map(|answer| query(&location(answer), "code"))
        .collect();
    let mut opened = 0;
    for code in &codes {
        opened += u32::from(client.exchange(code, VERIFIER).await.status() == 200);
    }
    println!("decision: {} codes, of which {opened} works", codes.len());
    assert_eq!(opened, 1, "a form that is sent again gets the code that works in place of the one before");
    assert_eq!(house.database.count("SELECT count(*) FROM oauth_grants"), 1);
    assert_eq!(house.database.count("SELECT count(*) FROM sessions WHERE grant_id IS NOT NULL"), 1);
}

async fn an_assertion_proves_a_client_once(times: usize) {
    let house = House::start().await;
    let (_, key) = (Client::web(&house).await, Key::generate());
    set_keys(&house, "city", &[&key]).await;
    let assertion = key.sign(&claims(&house, "city"));
    one_wins(times, "assertion", 200, async |_| asks(&house, &assertion).await).await;
    assert_eq!(house.database.count("SELECT count(*) FROM client_assertions"), 1);
}

#[actix_web::test]
async fn a_code_opens_one_session_and_in_many_hands_none_of_a_few() {
    a_code_opens_one_session_and_in_many_hands_none(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_code_opens_one_session_and_in_many_hands_none_of_many() {
    a_code_opens_one_session_and_in_many_hands_none(MANY).await;
}

#[actix_web::test]
async fn a_refresh_token_of_a_client_makes_one_pair_of_tokens_of_a_few() {
    a_refresh_token_of_a_client_makes_one_pair_of_tokens(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_refresh_token_of_a_client_makes_one_pair_of_tokens_of_many() {
    a_refresh_token_of_a_client_makes_one_pair_of_tokens(MANY).await;
}

#[actix_web::test]
async fn a_request_that_was_pushed_is_decided_once_of_a_few() {
    a_request_that_was_pushed_is_decided_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_request_that_was_pushed_is_decided_once_of_many() {
    a_request_that_was_pushed_is_decided_once(MANY).await;
}

#[actix_web::test]
async fn an_assertion_proves_a_client_once_of_a_few() {
    an_assertion_proves_a_client_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn an_assertion_proves_a_client_once_of_many() {
    an_assertion_proves_a_client_once(MANY).await;
}
