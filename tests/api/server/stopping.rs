//! A node that is told to stop: who is told when, and what is finished.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use rustix::process::Signal;

use crate::support::{Citizen, Database, House, Process, check_event, json_of, refused};

const PATIENCE: Duration = Duration::from_secs(120);

async fn get(address: SocketAddr, path: &str) -> Response {
    Client::new().get(format!("http://{address}{path}")).send().await.unwrap()
}

/// Asks until readiness fails.
async fn until_not_ready(address: SocketAddr) {
    let begun = Instant::now();
    loop {
        let answer = get(address, "/health/ready").await;
        if answer.status() != 200 {
            assert!(answer.headers().contains_key("retry-after"));
            refused(answer, 503, "stopping").await;
            return;
        }
        assert!(begun.elapsed() < PATIENCE);
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn until_closed(address: SocketAddr) {
    let begun = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "the listener stays open");
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A request whose body is there but for its last two characters.
fn half(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 40002\r\n\r\n";
    stream.write_all(format!("{head}{}", " ".repeat(40_000)).as_bytes()).unwrap();
    stream
}

#[actix_web::test]
async fn first_readiness_then_streams_then_the_listener_and_nothing_in_hand_is_cut() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let node = Process::serve_alone(&house.database, &[("CAZIER_DRAIN_SECONDS", "20")]);
    let (api, operators) = (node.api(), node.operators());
    let stream = format!("http://{api}/v1/applications/{id}/stream");
    let open = async || Client::new().get(&stream).bearer_auth(&citizen.access).send().await.unwrap();
    let mut reader = open().await;
    let first = reader.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"event: status\n"), "{first:?}");
    json_of(get(api, "/health/ready").await, 200).await;
    let mut in_hand = half(api);

    node.signal(Signal::TERM);
    until_not_ready(operators).await;
    refused(get(api, "/health/ready").await, 503, "stopping").await;
    for address in [api, operators] {
        json_of(get(address, "/health/live").await, 200).await;
    }
    let rest = reader.text().await.unwrap();
    let lines: Vec<&str> = rest.lines().collect();
    assert!(lines[0].strip_prefix("retry: ").unwrap().parse::<u32>().unwrap() >= 500, "{rest}");
    assert_eq!(lines[1..], ["event: reconnect", "data: {}", ""]);
    check_event("stream_application", rest.trim_end());
    let late = open().await.text().await.unwrap();
    assert!(late.contains("event: reconnect"), "{late}");
    let answer = get(api, "/v1/services").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["connection"]), (200, &"close".parse().unwrap()));

    until_closed(api).await;
    json_of(get(operators, "/health/live").await, 200).await;
    in_hand.write_all(b"{}").unwrap();
    let mut answer = String::new();
    in_hand.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
    assert_eq!(node.end().code(), Some(0));
}

#[actix_web::test]
async fn a_second_signal_waits_for_nothing() {
    let database = Database::from_template();
    let node = Process::serve_alone(&database, &[("CAZIER_DRAIN_SECONDS", "3600")]);
    json_of(get(node.api(), "/health/live").await, 200).await;
    let _in_hand = half(node.api());
    node.signal(Signal::TERM);
    until_not_ready(node.operators()).await;
    node.signal(Signal::TERM);
    assert_eq!(node.end().code(), Some(1));
}

#[actix_web::test]
async fn an_interrupt_waits_for_nothing() {
    let database = Database::from_template();
    let node = Process::serve_alone(&database, &[("CAZIER_DRAIN_SECONDS", "3600")]);
    json_of(get(node.api(), "/health/live").await, 200).await;
    let _in_hand = half(node.api());
    node.signal(Signal::INT);
    assert_eq!(node.end().code(), Some(0));
}

#[actix_web::test]
async fn an_idle_node_stops_soon() {
    let database = Database::from_template();
    let node = Process::serve_alone(&database, &[]);
    let idle = TcpStream::connect(node.api()).unwrap();
    json_of(get(node.api(), "/health/ready").await, 200).await;
    node.signal(Signal::TERM);
    let begun = Instant::now();
    assert_eq!(node.end().code(), Some(0));
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(2), "the drain time was not kept: {took:?}");
    println!("gone after {took:?}");
    drop(idle);
}
