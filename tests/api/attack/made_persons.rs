//! Persons by the thousand, as somebody would make them to fill a sandbox's memory.

use futures_util::future::join_all;
use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};

use crate::support::{Database, Process};

/// As many as one process meets.
const MOST: usize = 10_000;
const AT_ONCE: usize = 20;

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_sandbox_meets_no_more_made_persons_than_it_says() {
    let database = Database::from_template();
    let (_node, [api, _]) = Process::serve(&database, &[]);
    let http = reqwest::Client::new();
    let address = format!("{api}/sandbox/persons");
    let make = async || http.post(&address).json(&json!({})).send().await.unwrap();
    let mut made = 0;
    let refused: Vec<Response> = loop {
        let answers = join_all((0..AT_ONCE).map(|_| make())).await;
        let (more, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 201);
        made += more.len();
        assert!(made < MOST + AT_ONCE, "{made}");
        if !others.is_empty() {
            break others;
        }
    };
    assert!(made >= MOST, "{made}");
    for answer in refused {
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()[RETRY_AFTER]),
            (429, &"3600".parse().unwrap())
        );
    }
    let listed: Value = http.get(&address).send().await.unwrap().json().await.unwrap();
    assert!(listed["items"].as_array().unwrap().len() > 200, "those that it has met");
}
