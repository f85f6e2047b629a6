//! Where a request ends: whatever a proxy could read in another way is refused, and nothing after it is read as a request.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use url::Url;

use crate::support::{Database, House, Process};

/// What an attacker wants to be read as a second request.
const SMUGGLED: &str = "GET /v1/services HTTP/1.1\r\nhost: x\r\n\r\n";
const POST: &str = "POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

/// Sends octets over a connection of its own; returns everything that comes back until it is closed.
async fn exchange(house: &House, sent: &[u8]) -> String {
    let (address, sent) = (house.api.socket_addrs(|| None).unwrap()[0], sent.to_vec());
    spawn_blocking(move || speak(address, &sent)).await.unwrap()
}

fn speak(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // Whoever is refused early may find the connection closed.
    let _ = stream.write_all(sent);
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Ok(_) => {}
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{}", String::from_utf8_lossy(&all));
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Statuses of the answers in what came back.
fn statuses(answers: &str) -> Vec<&str> {
    answers.match_indices("HTTP/1.1 ").map(|(at, found)| &answers[at + found.len()..][..3]).collect()
}

async fn assert_one_refusal(house: &House, sent: &str) {
    let answers = exchange(house, sent.as_bytes()).await;
    assert_eq!(statuses(&answers), ["400"], "{}: {answers}", sent.escape_debug());
}

/// The same for what is so long that the answer can cross with it and be lost.
async fn assert_refused_or_cut(house: &House, sent: &str) {
    let answers = exchange(house, sent.as_bytes()).await;
    assert!(["", "400", "431", "413"].contains(&statuses(&answers).concat().as_str()), "{answers}");
}

#[actix_web::test]
async fn a_head_that_leaves_the_end_of_its_message_open_is_refused_and_the_connection_ends() {
    let house = House::start().await;
    for lines in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "transfer-encoding: identity",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: \"chunked\"",
        "transfer-encoding: chunked\u{b}",
        "transfer-encoding : chunked",
        " transfer-encoding: chunked",
        "transfer-encoding:\r\n chunked",
        "x: y\r\n transfer-encoding: chunked",
        "content-length: 5\r\ncontent-length: 5",
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5, 5",
        "content-length: +5",
        "content-length: -5",
        "content-length: 5 5",
        "content-length: 0x5",
        "content-length: 5\u{b}",
        "content-length: 99999999999999999999",
        "content-length : 5",
        "content\u{0}-length: 5",
        "x: y\u{0}z",
        "x: y\rz",
        "x",
        "host: y",
    ] {
        assert_one_refusal(&house, &format!("{POST}{lines}\r\n\r\n0\r\n\r\n{SMUGGLED}")).await;
    }
    assert_one_refusal(&house, &format!("POST /v1/verify HTTP/1.1\r\ncontent-length: 0\r\n\r\n{SMUGGLED}"))
        .await;
    let older = "POST /v1/verify HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked";
    assert_one_refusal(&house, &format!("{older}\r\n\r\n0\r\n\r\n{SMUGGLED}")).await;
}

#[actix_web::test]
async fn no_bare_line_feed_ends_a_line_of_a_head() {
    let house = House::start().await;
    let padding = " ".repeat(200);
    for head in [
        "GET /health/live HTTP/1.1\nhost: x\r\n\r\n".to_owned(),
        "GET /health/live HTTP/1.1\r\nhost: x\n\r\n".to_owned(),
        "GET /health/live HTTP/1.1\r\nhost: x\r\n\n".to_owned(),
        "GET /health/live HTTP/1.1\nhost: x\n\n".to_owned(),
        "\nGET /health/live HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "GET /health/live HTTP/1.1\r\nhost: x\r\nx: y\ntransfer-encoding: chunked\r\n\r\n".to_owned(),
        format!("{POST}content-length:{padding}0\r\n\r\n"),
    ] {
        assert_one_refusal(&house, &format!("{head}{SMUGGLED}")).await;
    }
    let later = format!(
        "{POST}content-length: 4\r\n\r\n{{\n\n}}GET /health/live HTTP/1.1\nhost: x\r\n\r\n{SMUGGLED}"
    );
    let answers = exchange(&house, later.as_bytes()).await;
    assert_eq!(statuses(&answers), ["422", "400"], "{answers}");
    let trailers = format!("{POST}transfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\nx: y\n\r\n{SMUGGLED}");
    let answers = exchange(&house, trailers.as_bytes()).await;
    assert!(!statuses(&answers).contains(&"200"), "{answers}");
}

#[test]
fn the_operators_listener_reads_as_strictly() {
    let database = Database::from_template();
    let (_node, [_, operators]) = Process::serve(&database, &[("CAZIER_METRICS_LISTEN", "127.0.0.1:0")]);
    let address = Url::parse(&operators).unwrap().socket_addrs(|| None).unwrap()[0];
    for head in [
        "GET /metrics HTTP/1.1\nhost: x\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nhost: x\n\r\n",
        "GET /metrics HTTP/1.1\r\nhost: x\r\n\n",
    ] {
        let answers = speak(address, format!("{head}{SMUGGLED}").as_bytes());
        assert_eq!(statuses(&answers), ["400"], "{}: {answers}", head.escape_debug());
    }
    let answers = speak(address, b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert_eq!(statuses(&answers), ["200"]);
}

#[actix_web::test]
async fn a_chunk_whose_end_is_open_is_refused_and_the_connection_ends() {
    let house = House::start().await;
    for chunks in [
        "2\n{}\r\n0\r\n\r\n",
        "2;x\ny\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        " 2\r\n{}\r\n0\r\n\r\n",
        "+2\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
        "2\r\n{} \r\n0\r\n\r\n",
        "2\r\n{}\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "10000000000000002\r\n{}\r\n0\r\n\r\n",
        "\r\n{}\r\n0\r\n\r\n",
    ] {
        assert_one_refusal(&house, &format!("{POST}transfer-encoding: chunked\r\n\r\n{chunks}{SMUGGLED}"))
            .await;
    }
}

#[actix_web::test]
async fn requests_that_follow_each_other_are_answered_in_their_order() {
    let house = House::start().await;
    let last = "GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let sent = format!(
        "{POST}content-length: 4\r\n\r\n{{\n\n}}{SMUGGLED}{POST}transfer-encoding: chunked\r\n\r\n\
         1;x=\"y\"\r\n{{\r\n3\r\n\n\n}}\r\n0\r\n\r\n\r\n{last}"
    );
    let answers = exchange(&house, sent.as_bytes()).await;
    assert_eq!(statuses(&answers), ["422", "200", "422", "404"], "{answers}");
}

#[actix_web::test]
async fn an_address_of_70_kilobytes_and_a_head_that_never_ends_are_refused() {
    let house = House::start().await;
    let address = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n{SMUGGLED}", "a".repeat(70_000));
    assert_refused_or_cut(&house, &address).await;
    let query = format!("GET /v1/services?{} HTTP/1.1\r\nhost: x\r\n\r\n{SMUGGLED}", "a=b&".repeat(20_000));
    assert_refused_or_cut(&house, &query).await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\n{}", "x: yyyyyyyyyyyyyyyy\r\n".repeat(20_000));
    assert_refused_or_cut(&house, &head).await;
}

#[actix_web::test]
async fn a_body_that_is_said_to_be_huge_or_never_ends_is_cut() {
    let house = House::start().await;
    let said = exchange(&house, format!("{POST}content-length: 10000000000\r\n\r\n{{").as_bytes()).await;
    assert_eq!(statuses(&said), ["413"], "{said}");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let endless = format!("{POST}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(400));
    assert_refused_or_cut(&house, &endless).await;
}
