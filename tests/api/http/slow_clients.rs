//! Clients that drip: what they hold is taken from them, and everybody else is served.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use actix_web::rt::net::{TcpSocket, TcpStream};
use actix_web::rt::time::{sleep, timeout};
use cazier::connections::{Limits, Pace};
use futures_util::future::{join, join_all};
use reqwest::Client;
use serde_json::Value;

use crate::support::{Citizen, Database, House, Process, json_of};

const PATIENCE: Duration = Duration::from_secs(60);
const HEAD: &str = "POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
/// More than the kernel keeps for a reader: its answers have a megabyte each.
const LARGE: &str = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n";

/// Everybody has two seconds, and one more for each KiB, but no more than ten at a stretch.
fn limits(connections: usize) -> Limits {
    let pace = Pace {
        grace: Duration::from_secs(2),
        bytes_per_second: 1024,
        longest_pause: Duration::from_secs(10),
        longest: Duration::from_secs(120),
    };
    let connections = NonZeroUsize::new(connections).unwrap();
    Limits { connections, per_sender: connections, pace }
}

fn address(house: &House) -> SocketAddr {
    house.api.socket_addrs(|| None).unwrap()[0]
}

/// A connection from this address of the loopback that reads with a small window.
async fn connect(from: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.bind((IpAddr::V4(Ipv4Addr::new(127, 0, 0, from)), 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Writes all of it, or what the other side takes.
async fn write(stream: &TcpStream, bytes: &[u8]) -> bool {
    let mut left = bytes;
    while !left.is_empty() {
        if stream.writable().await.is_err() {
            return false;
        }
        match stream.try_write(left) {
            Ok(written) => left = &left[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return false,
        }
    }
    true
}

/// Reads until the other side closes.
async fn read_all(stream: &TcpStream) -> String {
    let (mut all, mut buffer) = (Vec::new(), [0; 65_536]);
    let read = async {
        loop {
            if stream.readable().await.is_err() {
                return;
            }
            match stream.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => all.extend_from_slice(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    assert!(timeout(PATIENCE, read).await.is_ok(), "the connection is never closed");
    String::from_utf8_lossy(&all).into_owned()
}

/// Head and body of the answer to a request whose body has stopped coming.
fn assert_timed_out(answer: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    assert!(head.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(head.contains("content-type: application/problem+json"), "{answer}");
    let problem: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&problem["code"], &problem["status"]), (&"request_timeout".into(), &408.into()), "{answer}");
}

#[actix_web::test]
async fn a_body_that_drips_is_answered_408_and_the_connection_ends() {
    let house = House::with().limits(limits(100)).start().await;
    let sized = connect(1, address(&house)).await;
    write(&sized, format!("{HEAD}content-length: 100\r\n\r\n{{").as_bytes()).await;
    let chunked = connect(1, address(&house)).await;
    write(&chunked, format!("{HEAD}transfer-encoding: chunked\r\n\r\n1\r\n{{\r\n").as_bytes()).await;
    let form = connect(1, address(&house)).await;
    let head =
        "POST /v1/verify/signature HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n";
    write(&form, format!("{head}content-length: 100\r\n\r\n--b\r\n").as_bytes()).await;
    for stream in [sized, chunked, form] {
        let drip = async {
            while write(&stream, b" ").await {
                sleep(Duration::from_millis(300)).await;
            }
        };
        // Both end with the connection, in whichever order.
        let (answer, ()) = join(read_all(&stream), drip).await;
        assert_timed_out(&answer);
    }
}

#[actix_web::test]
async fn a_slow_but_steady_upload_is_accepted() {
    let house = House::with().limits(limits(100)).start().await;
    let stream = connect(1, address(&house)).await;
    write(&stream, format!("{HEAD}connection: close\r\ncontent-length: 40962\r\n\r\n").as_bytes()).await;
    for _ in 0..2 {
        write(&stream, " ".repeat(20_480).as_bytes()).await;
        // Longer than everybody has, and shorter than what was sent has earned.
        sleep(Duration::from_secs(3)).await;
    }
    write(&stream, b"{}").await;
    let answer = read_all(&stream).await;
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
}

#[actix_web::test]
async fn a_body_that_came_fast_may_not_stand_still_for_what_it_earned() {
    let house = House::with().limits(limits(100)).start().await;
    let stream = connect(1, address(&house)).await;
    let head =
        "POST /v1/verify/signature HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n";
    let part = "--b\r\ncontent-disposition: form-data; name=\"document\"; filename=\"a.pdf\"\r\n\r\n";
    write(&stream, format!("{head}content-length: 4000000\r\n\r\n{part}").as_bytes()).await;
    // It has earned the longest time that there is, and more than `read_all` waits.
    write(&stream, &vec![b'.'; 1_000_000]).await;
    assert_timed_out(&read_all(&stream).await);
}

#[actix_web::test]
async fn one_sender_does_not_take_all_places_for_uploads_and_gives_back_what_it_took() {
    let house = House::start().await;
    let form = |length: usize, content: &str| {
        format!(
            "POST /v1/verify/signature HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
             content-type: multipart/form-data; boundary=b\r\ncontent-length: {length}\r\n\r\n{content}"
        )
    };
    let ask = async |from: u8, form: String| {
        let stream = connect(from, address(&house)).await;
        write(&stream, form.as_bytes()).await;
        read_all(&stream).await
    };
    let (endless, empty) = (form(4_000_000, "--b\r\n"), form(7, "--b--\r\n"));
    let status = |answer: &str| answer.get(9..12).unwrap().to_owned();
    // They wait for the rest of their bodies, which never comes.
    let held = join_all((0..12).map(|_| ask(1, endless.clone())));
    let others = async {
        sleep(Duration::from_secs(2)).await;
        ask(2, empty.clone()).await
    };
    let (held, other) = join(held, others).await;
    assert_eq!(status(&other), "422", "another sender is read");
    let count = |wanted: &str| held.iter().filter(|answer| status(answer) == wanted).count();
    assert_eq!((count("408"), count("429")), (8, 4), "{held:?}");
    assert_eq!(status(&ask(1, empty).await), "422", "the places are free again");
}

#[actix_web::test]
async fn a_second_head_and_a_body_that_nobody_reads_may_not_drip_either() {
    let house = House::with().limits(limits(100)).start().await;
    let second = connect(1, address(&house)).await;
    write(&second, b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET /he").await;
    assert_eq!(read_all(&second).await.matches("HTTP/1.1 ").count(), 1);
    let unread = connect(1, address(&house)).await;
    let refused = "POST /v1/applications HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    write(&unread, format!("{refused}transfer-encoding: chunked\r\n\r\n1\r\n{{\r\n").as_bytes()).await;
    let answer = read_all(&unread).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[actix_web::test]
async fn a_client_that_does_not_read_loses_the_connection_and_a_stream_that_is_read_does_not() {
    let house = House::with().limits(limits(3)).start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let alone = || Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let follow = house.api.join(&format!("/v1/applications/{id}/stream")).unwrap();
    let mut events = alone().get(follow).bearer_auth(&citizen.access).send().await.unwrap();
    assert!(events.chunk().await.unwrap().unwrap().starts_with(b"event: status"));
    // The connections of the client that has come so far end when nobody uses them.
    let live = house.api.join("/health/live").unwrap();
    let (mut readers, begun) = (Vec::new(), Instant::now());
    while readers.len() < 2 {
        let reader = connect(1, address(&house)).await;
        write(&reader, LARGE.repeat(8).as_bytes()).await;
        // Whoever is refused is told so at once, and has nothing to hold on to.
        let mut first = [0; 12];
        timeout(PATIENCE, reader.readable()).await.unwrap().unwrap();
        if reader.try_read(&mut first).is_ok() && first == *b"HTTP/1.1 200" {
            readers.push(reader);
        }
        assert!(begun.elapsed() < PATIENCE);
    }
    // They hold all places; when they have lost theirs, there is room for others.
    let begun = Instant::now();
    loop {
        match alone().get(live.clone()).send().await {
            Ok(answer) if answer.status() == 200 => break,
            Ok(answer) => {
                assert_eq!(
                    (answer.status().as_u16(), &answer.headers()["retry-after"]),
                    (503, &"5".parse().unwrap())
                );
                assert_eq!(answer.json::<Value>().await.unwrap()["code"], "overloaded");
            }
            // An answer that crosses with the request can be lost.
            Err(error) => assert!(error.is_request(), "{error}"),
        }
        assert!(begun.elapsed() < PATIENCE, "they keep their places");
        sleep(Duration::from_millis(100)).await;
    }
    // Two heartbeats: the stream has outlived all of that.
    for _ in 0..2 {
        let heartbeat = timeout(PATIENCE, events.chunk()).await.unwrap().unwrap().unwrap();
        assert_eq!(&heartbeat[..], b": still here\n\n");
    }
}

#[actix_web::test]
async fn fifty_drippers_of_each_kind_leave_room_for_the_probes_and_for_others() {
    let database = Database::from_template();
    let settings = [("CAZIER_CONNECTIONS", "40"), ("CAZIER_CONNECTIONS_PER_SENDER", "15")];
    let node = Process::serve_alone(&database, &settings);
    let (api, operators) = (node.api(), node.operators());
    let (mut bodies, mut readers) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        let body = connect(2, api).await;
        write(&body, format!("{HEAD}content-length: 100\r\n\r\n{{").as_bytes()).await;
        bodies.push(body);
        let reader = connect(3, api).await;
        write(&reader, LARGE.repeat(8).as_bytes()).await;
        readers.push(reader);
    }
    json_of(reqwest::get(format!("http://{operators}/health/live")).await.unwrap(), 200).await;
    json_of(reqwest::get(format!("http://{operators}/health/ready")).await.unwrap(), 200).await;
    json_of(reqwest::get(format!("http://{api}/v1/services")).await.unwrap(), 200).await;
    let mut timed_out = 0;
    for body in &bodies {
        let answer = read_all(body).await;
        if answer.starts_with("HTTP/1.1 408 ") {
            assert_timed_out(&answer);
            timed_out += 1;
        }
    }
    assert_eq!(timed_out, 15, "the others were refused at once");
    let page = reqwest::get(format!("http://{operators}/metrics")).await.unwrap().text().await.unwrap();
    let refused =
        page.lines().find_map(|line| line.strip_prefix("connections_refused_total{why=\"sender\"} "));
    assert_eq!(refused, Some("70"), "{page}");
}

#[actix_web::test]
async fn one_address_has_its_part_of_the_places_and_a_trusted_proxy_those_of_many() {
    let database = Database::from_template();
    let settings = [("CAZIER_CONNECTIONS_PER_SENDER", "5"), ("CAZIER_TRUSTED_PROXIES", "127.0.0.3")];
    let node = Process::serve_alone(&database, &settings);
    let mut held = Vec::new();
    for from in [2, 3] {
        for _ in 0..20 {
            let one = connect(from, node.api()).await;
            write(&one, HEAD.as_bytes()).await;
            held.push(one);
        }
    }
    let asked = async |from: u8| {
        let one = connect(from, node.api()).await;
        write(&one, b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        read_all(&one).await.lines().next().unwrap_or_default().to_owned()
    };
    assert!(asked(2).await.starts_with("HTTP/1.1 503"), "one address has five");
    assert!(asked(3).await.starts_with("HTTP/1.1 200"), "the proxy's are its callers'");
    assert!(asked(4).await.starts_with("HTTP/1.1 200"), "another address");
}
